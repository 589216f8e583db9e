/** From where everybody sits to where they are to sit. */

import type { Booking } from '../../trip/types';
import { segmentsOf } from '../../trip/passengers';

/** Seat by passenger, for each departure. */
export type SeatPlan = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Move {
  readonly passengerId: string;
  readonly flightId: string;
  readonly seat: string;
}

/** Where everybody of a booking sits. */
export function planOf(booking: Pick<Booking, 'slices'>): SeatPlan {
  return Object.fromEntries(
    segmentsOf(booking).map((segment) => [
      segment.flightId,
      Object.fromEntries(segment.seats.flatMap(({ passengerId, seat }) => (seat ? [[passengerId, seat] as const] : []))),
    ]),
  );
}

/** What has to change; whoever stays, or was unseated on the page only, is no move. */
export function movesBetween(before: SeatPlan, after: SeatPlan): Move[] {
  return Object.entries(after).flatMap(([flightId, seats]) =>
    Object.entries(seats)
      .filter(([passengerId, seat]) => before[flightId]?.[passengerId] !== seat)
      .map(([passengerId, seat]) => ({ passengerId, flightId, seat })),
  );
}

/** Somebody on another seat; whoever was to sit there stays where they were. */
export function reseat(plan: SeatPlan, flightId: string, passengerId: string, seat: string): SeatPlan {
  const others = Object.entries(plan[flightId] ?? {}).filter(([id, taken]) => id !== passengerId && taken !== seat);
  return { ...plan, [flightId]: { ...Object.fromEntries(others), [passengerId]: seat } };
}
