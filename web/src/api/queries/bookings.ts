/** Bookings. What is one's own is kept under `mine`, and forgotten with the session. */

import { queryOptions } from '@tanstack/react-query';

import { api, body } from '../client';

export function bookingQuery(bookingId: string) {
  return queryOptions({
    queryKey: ['mine', 'booking', bookingId],
    staleTime: 5_000,
    queryFn: async () =>
      body(await api.GET('/api/v1/bookings/{bookingId}', { params: { path: { bookingId } } })),
  });
}

export function myBookingsQuery(page: number) {
  return queryOptions({
    queryKey: ['mine', 'bookings', { page }],
    staleTime: 10_000,
    queryFn: async () =>
      body(await api.GET('/api/v1/bookings/my-bookings', { params: { query: { page, limit: 20 } } })),
  });
}

export function pnrQuery(pnr: string, lastName: string) {
  return queryOptions({
    queryKey: ['pnr', pnr, lastName],
    staleTime: 30_000,
    retry: false,
    queryFn: async () =>
      body(await api.GET('/api/v1/bookings/pnr/{pnr}', { params: { path: { pnr }, query: { lastName } } })),
  });
}
