import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api, body } from '../../api/client';
import { problemOf } from '../../api/problem';
import { bookingQuery } from '../../api/queries/bookings';
import { yoursQuery } from '../../api/queries/seatMap';
import type { components } from '../../api/schema';
import type { Booking } from '../../trip/types';
import { seatedOf, type Draft } from './draft';
import { askedFor, bodyOf, newKey } from './request';
import { ownHolds } from './seat-holds';
import type { ChangeDraft } from './useDraft';
import type { Wanted } from './wanted';

/**
 * Makes the booking of a draft. The request and its key are kept before it is sent: after a reload or a lost answer the same request
 * is sent again, and the server answers as it did, or would have, the first time.
 */
export function useMakeBooking(wanted: Wanted, draft: Draft, change: ChangeDraft) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (): Promise<Booking> => {
      const asked = isLost(draft) ?? (await ask());
      change((before) => ({ ...before, asked }));
      return body(
        await api.POST('/api/v1/bookings', {
          params: { header: { 'Idempotency-Key': asked.key } },
          body: JSON.parse(asked.body) as components['schemas']['NewBooking'],
        }),
      );
    },
    onSuccess: (booking) => {
      client.setQueryData(bookingQuery(booking.id).queryKey, booking);
      change((before) => ({ ...before, bookingId: booking.id, holdIds: [] }));
    },
    onError: (thrown) => {
      // A refusal is final: what is asked next is another request. No answer is none: the same request goes again.
      if (problemOf(thrown).status >= 400 && problemOf(thrown).status < 500) change(({ asked: _, ...before }) => before);
    },
  });

  async function ask() {
    const holds = await Promise.all(wanted.flights.map(holdsOn));
    return askedFor(bodyOf(wanted, draft, holds.flat()), draft.asked, newKey);
  }

  /** The holds that carry everybody's seat on a departure; none unless all are seated, since a booking takes over all or nothing. */
  async function holdsOn(flightId: string): Promise<string[]> {
    const seats = Object.values(draft.seating[flightId] ?? {});
    if (seats.length < seatedOf(draft.travellers).length) return [];
    const { holds } = await client.fetchQuery({ ...yoursQuery(flightId, wanted.party), staleTime: 0 });
    const own = ownHolds(holds, draft.holdIds, seats);
    const carried = own.flatMap((hold) => hold.seats);
    return seats.every((seat) => carried.includes(seat)) ? own.map((hold) => hold.holdId) : [];
  }
}

/** A request whose answer never came. */
function isLost(draft: Draft) {
  return draft.bookingId === undefined ? draft.asked : undefined;
}
