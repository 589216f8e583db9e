/**
 * Which holds carry the chosen seats of one departure.
 *
 * Each choice is held by itself as long as the limit of live holds allows it, so that other browsers see it at once and a change of
 * mind gives back one seat alone. The server's list of holds is the truth; the page only plans how to get from it to what is wished.
 */

import type { TravellerForm } from './draft';

/** A live hold, as `GET …/seat-map/yours` lists it. */
export interface LiveHold {
  readonly holdId: string;
  readonly seats: readonly string[];
  readonly expiresAt: string;
}

/** Holds that one customer may have on a departure, and places in them. */
const HOLDS_MAX = 4;
const PLACES_MAX = 9;

/** How to get to the seats that are wished. */
export interface Plan {
  /** Holds to be given back. */
  readonly release: readonly string[];
  /** Seats to be held together in one new hold; none when all are held already. */
  readonly make: readonly string[];
  /** Whether what is given back must go first: else the new seat is had before the old one is let go. */
  readonly order: 'make-first' | 'release-first';
}

/** The plan from these live holds to these seats. */
export function plan(live: readonly LiveHold[], wished: readonly string[]): Plan {
  const isWished = (seat: string) => wished.includes(seat);
  const kept = live.filter((hold) => hold.seats.length > 0 && hold.seats.every(isWished));
  const dropped = live.filter((hold) => !kept.includes(hold));
  const carried = new Set(kept.flatMap((hold) => hold.seats));
  const missing = wished.filter((seat) => !carried.has(seat));
  if (missing.length > 0 && kept.length >= HOLDS_MAX) {
    return { release: live.map((hold) => hold.holdId), make: wished, order: 'release-first' };
  }
  const droppedSeats = dropped.flatMap((hold) => hold.seats);
  const fitsBeside =
    live.length < HOLDS_MAX &&
    carried.size + droppedSeats.length + missing.length <= PLACES_MAX &&
    !missing.some((seat) => droppedSeats.includes(seat));
  return {
    release: dropped.map((hold) => hold.holdId),
    make: missing,
    order: fitsBeside ? 'make-first' : 'release-first',
  };
}

/** Holds of this draft among all of the principal's: those it made, and those of a choice whose answer never came. */
export function ownHolds(all: readonly LiveHold[], made: readonly string[], wished: readonly string[]): LiveHold[] {
  const isOwn = (hold: LiveHold) =>
    made.includes(hold.holdId) || (hold.seats.length > 0 && hold.seats.every((seat) => wished.includes(seat)));
  return all.filter(isOwn);
}

/** Who a hold of these seats is for: whoever sits there, and the infants on the laps of adults, in order. */
export function travellersOf(
  seats: readonly string[],
  seating: Readonly<Record<string, string>>,
  travellers: readonly TravellerForm[],
): { type: TravellerForm['type'] }[] {
  const adults = travellers.filter((traveller) => traveller.type === 'ADULT');
  const infants = travellers.filter((traveller) => traveller.type === 'INFANT');
  const isHere = (traveller: TravellerForm | undefined) =>
    traveller !== undefined && seats.includes(seating[traveller.id] ?? '');
  const seated = travellers.filter((traveller) => traveller.type !== 'INFANT' && isHere(traveller));
  const onLaps = infants.filter((_, place) => isHere(adults[place]));
  return [...seated, ...onLaps].map(({ type }) => ({ type }));
}

/** Travellers whose seat no live hold carries any more. */
export function unheld(seating: Readonly<Record<string, string>>, own: readonly LiveHold[]): string[] {
  const carried = new Set(own.flatMap((hold) => hold.seats));
  return Object.entries(seating).filter(([, seat]) => !carried.has(seat)).map(([traveller]) => traveller);
}

/** When the first of these holds lapses, or nothing when there is none. */
export function firstToLapse(holds: readonly LiveHold[]): string | undefined {
  return holds.map((hold) => hold.expiresAt).sort()[0];
}
