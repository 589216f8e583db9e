/**
 * What somebody has entered so far. It lives in the tab's own storage from the first letter on, so that neither a reload nor a lost
 * connection takes anything away; signing out drops it, and no other tab ever sees it.
 */

import { knownCustomer } from '../../api/customer';
import type { TravellerType } from '../../trip/types';
import { draftName, kindsOf, type Wanted } from './wanted';

/** Somebody who will travel, as their form has it. */
export interface TravellerForm {
  /** Their name within the draft, `1`, `2` …: the booking's passengers get the same. */
  readonly id: string;
  readonly type: TravellerType;
  readonly title: string;
  readonly firstName: string;
  readonly lastName: string;
  /** `1990-01-01`, or nothing yet. */
  readonly dateOfBirth: string;
}

/** Whom to call. */
export interface ContactForm {
  readonly email: string;
  readonly phone: string;
}

/** Who sits where on one departure: seat by traveller. */
export type Seating = Readonly<Record<string, string>>;

/** The request that makes the booking, so that a repeat of it is the same request to the server. */
export interface Asked {
  readonly key: string;
  /** The body under that key, as text. */
  readonly body: string;
}

export interface Draft {
  readonly travellers: readonly TravellerForm[];
  readonly contact: ContactForm;
  /** By departure. */
  readonly seating: Readonly<Record<string, Seating>>;
  /** Holds that this draft made, all departures together. */
  readonly holdIds: readonly string[];
  readonly asked?: Asked;
  /** The booking, once it is held. */
  readonly bookingId?: string;
}

/** Raised when the shape above changes: an older draft is not read. */
const SHAPE = 1;

/** A draft in which nothing is entered but what is known; seats that the address names go to the first travellers. */
export function emptyDraft(wanted: Wanted, email = ''): Draft {
  const travellers = kindsOf(wanted.party).map((type, place) => ({
    id: String(place + 1),
    type,
    title: '',
    firstName: '',
    lastName: '',
    dateOfBirth: '',
  }));
  return { travellers, contact: { email, phone: '' }, seating: seatingOf(wanted, travellers), holdIds: [] };
}

function seatingOf(wanted: Wanted, travellers: readonly TravellerForm[]): Draft['seating'] {
  const first = wanted.flights[0];
  if (first === undefined || wanted.seats.length === 0) return {};
  const seated = seatedOf(travellers).slice(0, wanted.seats.length);
  return { [first]: Object.fromEntries(seated.map((traveller, place) => [traveller.id, wanted.seats[place] ?? ''])) };
}

/** Those who have a seat of their own: infants sit on laps. */
export function seatedOf(travellers: readonly TravellerForm[]): TravellerForm[] {
  return travellers.filter((traveller) => traveller.type !== 'INFANT');
}

/** How a traveller is called on the page: by name once there is one. */
export function labelOf(traveller: TravellerForm): string {
  const name = `${traveller.firstName} ${traveller.lastName}`.trim();
  return name === '' ? `Traveller ${traveller.id}` : name;
}

/** Seats one traveller, or unseats them; whoever had the seat before gives it up. */
export function seat(draft: Draft, flightId: string, travellerId: string, to: string | undefined): Draft {
  const before = Object.entries(draft.seating[flightId] ?? {});
  const others = before.filter(([id, taken]) => id !== travellerId && taken !== to);
  const own = to === undefined ? [] : [[travellerId, to] as const];
  return { ...draft, seating: { ...draft.seating, [flightId]: Object.fromEntries([...others, ...own]) } };
}

/** Reads the draft of a trip, or begins one; it is the customer who is written to, not the agent. */
export function readDraft(storage: Pick<Storage, 'getItem'>, wanted: Wanted): Draft {
  const kept = parsed(storage.getItem(keyOf(wanted)));
  const customer = wanted.customer === undefined ? undefined : knownCustomer(storage, wanted.customer);
  return kept ?? emptyDraft(wanted, customer?.email);
}

/** Keeps a draft. A full or forbidden storage costs the draft at the next reload, never the page. */
export function keepDraft(storage: Pick<Storage, 'setItem'>, wanted: Wanted, draft: Draft): void {
  try {
    storage.setItem(keyOf(wanted), JSON.stringify({ shape: SHAPE, draft }));
  } catch {
    // Private windows of some browsers refuse to store anything.
  }
}

function keyOf(wanted: Wanted): string {
  return `aisle.draft:${draftName(wanted)}`;
}

function parsed(text: string | null): Draft | undefined {
  if (text === null) return undefined;
  try {
    const kept = JSON.parse(text) as { shape: number; draft: Draft };
    return kept.shape === SHAPE ? kept.draft : undefined;
  } catch {
    return undefined;
  }
}
