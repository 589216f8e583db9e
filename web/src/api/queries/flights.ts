/** Departures. Public; whoever watches one hears of its status over the live socket too. */

import { queryOptions } from '@tanstack/react-query';

import { api, body } from '../client';

export function flightQuery(flightId: string) {
  return queryOptions({
    queryKey: ['flight', flightId],
    staleTime: 30_000,
    queryFn: async () => body(await api.GET('/api/v1/flights/{flightId}', { params: { path: { flightId } } })),
  });
}
