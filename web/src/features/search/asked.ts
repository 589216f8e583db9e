/** What a search asks for, as the address has it and as the interface wants it. */

import type { SearchWish } from '../../api/queries/search';
import type { SearchAddress } from '../../lib/paths';

export type Address = Readonly<Record<string, string | undefined>>;

export const SORTS = ['best', 'price', 'duration', 'departure'] as const;
export type Sort = (typeof SORTS)[number];

const CABINS = ['ECONOMY', 'PREMIUM_ECONOMY', 'BUSINESS', 'FIRST'];
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The search of an address, or nothing when the address lacks a part of it. */
export function searchOf(address: Address): Required<Omit<SearchAddress, 'return'>> & { return?: string } | undefined {
  const { from = '', to = '', depart = '' } = address;
  if (!/^[A-Z]{3}$/.test(from) || !/^[A-Z]{3}$/.test(to) || !DAY.test(depart)) return undefined;
  const back = address['return'];
  return {
    from,
    to,
    depart,
    ...(back !== undefined && DAY.test(back) ? { return: back } : {}),
    adults: count(address['adults'], 1, 1),
    children: count(address['children'], 0, 0),
    infants: count(address['infants'], 0, 0),
    cabin: CABINS.find((cabin) => cabin === address['cabin']) ?? 'ECONOMY',
  };
}

function count(text: string | undefined, missing: number, least: number): number {
  const number = Number(text ?? missing);
  return Number.isInteger(number) ? Math.min(Math.max(number, least), 9) : missing;
}

/** What is shown of what is found, as the address has it. */
export interface Shown {
  readonly sort: Sort;
  /** How often one may change: 0, 1 or 2. */
  readonly stops: number;
}

export function shownOf(address: Address): Shown {
  return {
    sort: SORTS.find((sort) => sort === address['sort']) ?? 'best',
    stops: [0, 1, 2].find((stops) => String(stops) === address['stops']) ?? 1,
  };
}

/** The body of the search. */
export function wishOf(search: NonNullable<ReturnType<typeof searchOf>>, shown: Shown): SearchWish {
  const { adults, children, infants } = search;
  return {
    origin: search.from,
    destination: search.to,
    departureDate: search.depart,
    ...(search.return === undefined ? {} : { returnDate: search.return }),
    passengers: { adults, children, infants },
    cabinClass: search.cabin,
    maxConnections: shown.stops,
    sort: shown.sort,
    limit: 40,
  };
}

/** A day as many days later, `2026-12-05`. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
