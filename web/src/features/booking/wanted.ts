/** What is to be booked, as the address of the page says it: whoever reloads, or sends it to somebody, means the same trip. */

import type { CabinClass, TravellerType } from '../../trip/types';

/** Who travels, in numbers. */
export interface Party {
  readonly adults: number;
  readonly children: number;
  readonly infants: number;
}

/** A trip that somebody wants to book. */
export interface Wanted {
  /** All departures in the order of the journey. */
  readonly flights: readonly string[];
  readonly cabin: CabinClass;
  readonly party: Party;
  /** The offer, when it came from a search: it books at its price. */
  readonly offer?: string;
  /** Whose it will be, when an agent books for them. */
  readonly customer?: string;
  /** Seats that were chosen on the page of the first departure. */
  readonly seats: readonly string[];
}

/** The parts of the address; a router may have made numbers of them. */
export type Address = Readonly<Record<string, unknown>>;

const CABINS: readonly CabinClass[] = ['ECONOMY', 'PREMIUM_ECONOMY', 'BUSINESS', 'FIRST'];
const PLACES_MAX = 9;

/** The trip that an address means, or nothing when it means none. */
export function wantedOf(address: Address): Wanted | undefined {
  const flights = list(address['flights']);
  if (flights.length === 0) return undefined;
  const cabin = CABINS.find((known) => known === address['cabin']) ?? 'ECONOMY';
  const offer = text(address['offer']);
  const customer = text(address['customer']);
  return {
    flights,
    cabin,
    party: partyOf(address),
    ...(offer === undefined ? {} : { offer }),
    ...(customer === undefined ? {} : { customer }),
    seats: list(address['seats']),
  };
}

function partyOf(address: Address): Party {
  const adults = count(address['adults'], 1, 1);
  const children = count(address['children'], 0, 0, PLACES_MAX - adults);
  return { adults, children, infants: count(address['infants'], 0, 0, adults) };
}

function count(value: unknown, missing: number, least: number, most = PLACES_MAX): number {
  const number = value === undefined || value === '' ? missing : Number(value);
  return Number.isInteger(number) ? Math.min(Math.max(number, least), most) : missing;
}

function list(value: unknown): string[] {
  const parts = Array.isArray(value) ? value.map(String) : (text(value)?.split(',') ?? []);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What a draft of this trip is kept under: another trip is another draft. */
export function draftName(wanted: Wanted): string {
  const { adults, children, infants } = wanted.party;
  return [wanted.flights.join(','), wanted.cabin, adults, children, infants, wanted.customer ?? ''].join('|');
}

/** The kinds of travellers, in the order of their forms: adults first, so that infants find their laps. */
export function kindsOf(party: Party): TravellerType[] {
  return [
    ...Array<TravellerType>(party.adults).fill('ADULT'),
    ...Array<TravellerType>(party.children).fill('CHILD'),
    ...Array<TravellerType>(party.infants).fill('INFANT'),
  ];
}

/** The local day of a departure, which its id says: `B6-523-2026-12-01-JFK`. */
export function dayOf(flightId: string): string | undefined {
  return /-(\d{4}-\d{2}-\d{2})-[A-Z]{3}$/.exec(flightId)?.[1];
}
