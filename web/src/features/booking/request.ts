/** The request that makes a booking, and what its answer says about the fields of the page. */

import type { TravellerType } from '../../trip/types';
import type { Asked, Draft, TravellerForm } from './draft';
import type { Wanted } from './wanted';

/** The body of `POST /bookings`. */
export interface BookingBody {
  readonly offerId?: string;
  readonly segments?: readonly { readonly flightId: string }[];
  readonly cabinClass: string;
  readonly passengers: readonly {
    readonly type: TravellerType;
    readonly title?: string;
    readonly firstName: string;
    readonly lastName: string;
    readonly dateOfBirth: string;
    readonly seats?: readonly { readonly flightId: string; readonly seat: string }[];
  }[];
  readonly contactInfo: { readonly email: string; readonly phone: string };
  readonly holdIds?: readonly string[];
  readonly customerId?: string;
}

/** The body for a draft; `holdIds` are live holds of departures on which everybody is seated. */
export function bodyOf(wanted: Wanted, draft: Draft, holdIds: readonly string[]): BookingBody {
  const segments = wanted.flights.map((flightId) => ({ flightId }));
  return {
    ...(wanted.offer === undefined ? { segments } : { offerId: wanted.offer }),
    cabinClass: wanted.cabin,
    passengers: draft.travellers.map((traveller) => passenger(wanted, draft, traveller)),
    contactInfo: { email: draft.contact.email.trim(), phone: draft.contact.phone.trim() },
    ...(holdIds.length === 0 ? {} : { holdIds }),
    ...(wanted.customer === undefined ? {} : { customerId: wanted.customer }),
  };
}

function passenger(wanted: Wanted, draft: Draft, traveller: TravellerForm): BookingBody['passengers'][number] {
  const seats = wanted.flights.flatMap((flightId) => {
    const seat = draft.seating[flightId]?.[traveller.id];
    return seat === undefined ? [] : [{ flightId, seat }];
  });
  const { type, firstName, lastName, dateOfBirth } = traveller;
  return {
    type,
    ...(traveller.title === '' ? {} : { title: traveller.title }),
    firstName: firstName.trim(),
    lastName: lastName.trim(),
    dateOfBirth,
    ...(seats.length === 0 ? {} : { seats }),
  };
}

/** The same request for the same body, so that a repeat after a lost answer never books twice; another body is another request. */
export function askedFor(body: BookingBody, before: Asked | undefined, newKey: () => string): Asked {
  const text = JSON.stringify(body);
  return before?.body === text ? before : { key: newKey(), body: text };
}

/** A name that nobody else has: 128 bits of chance. It needs no secure context, as `randomUUID` does. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
