/** Seat maps, and what of one is your own. */

import { queryOptions } from '@tanstack/react-query';

import { api, body } from '../client';

export function seatMapQuery(flightId: string) {
  return queryOptions({
    queryKey: ['seat-map', flightId],
    // The live socket writes each change into the cache; without it the map is read again.
    staleTime: 30_000,
    queryFn: async () =>
      body(await api.GET('/api/v1/flights/{flightId}/seat-map', { params: { path: { flightId } } })),
  });
}

/** For whom a map is looked at: a party, or the people of a booking. */
export type Looking =
  | { readonly adults: number; readonly children: number; readonly infants: number }
  | { readonly bookingId: string };

export function yoursQuery(flightId: string, looking: Looking) {
  return queryOptions({
    queryKey: ['mine', 'yours', flightId, looking],
    staleTime: 0,
    queryFn: async () =>
      body(
        await api.GET('/api/v1/flights/{flightId}/seat-map/yours', {
          params: { path: { flightId }, query: { ...looking } },
        }),
      ),
  });
}
