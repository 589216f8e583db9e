/** What a search asks for, as the address has it and as the interface wants it. */

import type { SearchWish } from '../../api/queries/search';
import { paths, type SearchAddress } from '../../lib/paths';

export type Address = Readonly<Record<string, string | undefined>>;

export const SORTS = ['best', 'price', 'duration', 'departure'] as const;
export type Sort = (typeof SORTS)[number];

const CABINS = ['ECONOMY', 'PREMIUM_ECONOMY', 'BUSINESS', 'FIRST'];
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A search with everything that it needs said. */
export type Search = Required<Omit<SearchAddress, 'return' | 'customer'>> & Pick<SearchAddress, 'return' | 'customer'>;

/** The search of an address, or nothing when the address lacks a part of it. */
export function searchOf(address: Address): Search | undefined {
  const { from = '', to = '', depart = '', customer = '' } = address;
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
    ...(customer === '' ? {} : { customer }),
  };
}

function count(text: string | undefined, missing: number, least: number): number {
  const number = Number(text ?? missing);
  return Number.isInteger(number) ? Math.min(Math.max(number, least), 9) : missing;
}

/** Parts of a day, by the clock of the airport where the trip begins. */
export const PARTS = {
  night: { from: '00:00', to: '05:59' },
  morning: { from: '06:00', to: '11:59' },
  afternoon: { from: '12:00', to: '17:59' },
  evening: { from: '18:00', to: '23:59' },
} as const;
export type DayPart = keyof typeof PARTS;

/** What is shown of what is found, as the address has it. */
export interface Shown {
  readonly sort: Sort;
  /** How often one may change: 0, 1 or 2. */
  readonly stops: number;
  /** Only trips that begin in this part of the day. */
  readonly part?: DayPart | undefined;
  /** Only this airline, `B6`. */
  readonly airline?: string | undefined;
  /** Only up to this price for all, in whole units of the currency that prices have. */
  readonly most?: number | undefined;
}

export function shownOf(address: Address): Shown {
  const part = (Object.keys(PARTS) as DayPart[]).find((one) => one === address['part']);
  const { airline = '', most = '' } = address;
  return {
    sort: SORTS.find((sort) => sort === address['sort']) ?? 'best',
    stops: [0, 1, 2].find((stops) => String(stops) === address['stops']) ?? 1,
    ...(part === undefined ? {} : { part }),
    ...(/^[A-Z0-9]{2}$/.test(airline) ? { airline } : {}),
    ...(/^[1-9]\d{0,5}$/.test(most) ? { most: Number(most) } : {}),
  };
}

/** The same without what narrows it: what there is to choose from. */
export function unfiltered({ sort, stops }: Shown): Shown {
  return { sort, stops };
}

/** The address of the same search, shown like this. */
export function addressOf(search: Search, shown: Shown): string {
  const filters = new URLSearchParams({ sort: shown.sort, stops: String(shown.stops) });
  if (shown.part !== undefined) filters.set('part', shown.part);
  if (shown.airline !== undefined) filters.set('airline', shown.airline);
  if (shown.most !== undefined) filters.set('most', String(shown.most));
  return `${paths.search(search)}&${filters}`;
}

/** Offers on a page: as many as people read, and as many as the interface gives. */
export const LIMITS = { first: 40, most: 100 } as const;

/** The body of the search; prices are compared in this currency. */
export function wishOf(search: Search, shown: Shown, limit: number = LIMITS.first, currency = 'USD'): SearchWish {
  const { adults, children, infants } = search;
  const { part, airline, most } = shown;
  const filters = {
    ...(part === undefined ? {} : { departure: PARTS[part] }),
    ...(airline === undefined ? {} : { airlines: [airline] }),
    ...(most === undefined ? {} : { maxPrice: { amount: `${most}.00`, currency } }),
  };
  return {
    origin: search.from,
    destination: search.to,
    departureDate: search.depart,
    ...(search.return === undefined ? {} : { returnDate: search.return }),
    passengers: { adults, children, infants },
    cabinClass: search.cabin,
    maxConnections: shown.stops,
    sort: shown.sort,
    limit,
    ...(Object.keys(filters).length === 0 ? {} : { filters }),
  };
}

/** A day as many days later, `2026-12-05`. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
