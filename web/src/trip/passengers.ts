/** Who travels on a booking, and where they sit. */

import type { Booking } from './types';

const KINDS: Readonly<Record<string, string>> = { ADULT: 'Adult', CHILD: 'Child', INFANT: 'Infant' };

/** What kind of traveller somebody is, in a word. */
export function kindName(type: string): string {
  return KINDS[type] ?? type;
}

/** What a passenger is called; their kind and number when their name is not shown. */
export function passengerName(booking: Pick<Booking, 'passengers'>, passengerId: string): string {
  const passenger = booking.passengers.find((one) => one.id === passengerId);
  if (passenger === undefined) return `Passenger ${passengerId}`;
  const { firstName, lastName } = passenger as { firstName?: string; lastName?: string };
  if (firstName === undefined || lastName === undefined) return `${kindName(passenger.type)} ${passengerId}`;
  return `${firstName} ${lastName}`;
}

/** Everybody who travels, as a sentence has them: `Ann Lee, Bo Lee and Infant 3`. */
export function everybodyOn(booking: Pick<Booking, 'passengers'>): string {
  const names = booking.passengers.map(({ id }) => passengerName(booking, id));
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(names);
}

/** All departures of a booking, in the order of the journey. */
export function segmentsOf(booking: Pick<Booking, 'slices'>): Booking['slices'][number]['segments'] {
  return booking.slices.flatMap((slice) => slice.segments);
}

/** The seats of each departure, those without one left out. */
export function seatsByFlight(booking: Pick<Booking, 'slices'>): Record<string, string[]> {
  return Object.fromEntries(
    segmentsOf(booking).map((segment) => [
      segment.flightId,
      segment.seats.flatMap(({ seat }) => (seat === null || seat === undefined ? [] : [seat])),
    ]),
  );
}

/** Where a booking goes, `JFK → LAX`. */
export function routeOf(booking: Pick<Booking, 'slices'>): string {
  const first = booking.slices[0]?.segments;
  const from = first?.[0]?.origin;
  const to = first?.at(-1)?.destination;
  return [from, to].filter((airport) => airport !== undefined && airport !== null).join(' → ');
}
