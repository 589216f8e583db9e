/** What desks read: bookings of many, accounts, departures and figures. The server shows each role its own. */

import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, body } from '../client';
import { keepCustomer } from '../customer';

export interface BookingsAsked {
  readonly status?: string;
  readonly search?: string;
  readonly page: number;
}

export function bookingsQuery({ status, search, page }: BookingsAsked) {
  return queryOptions({
    queryKey: ['mine', 'desk', 'bookings', status ?? '', search ?? '', page],
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const query = { page, limit: 20, ...(status ? { status } : {}), ...(search ? { search } : {}) };
      return body(await api.GET('/api/v1/bookings', { params: { query } }));
    },
  });
}

/** Who is found is kept for this tab: the pages that follow have only their id. */
export function customerQuery(email: string) {
  return queryOptions({
    queryKey: ['mine', 'desk', 'customer', email],
    retry: false,
    queryFn: async () => {
      const { data } = body(await api.GET('/api/v1/customers', { params: { query: { email } } }));
      for (const customer of data) keepCustomer(sessionStorage, customer);
      return data;
    },
  });
}

export function usersQuery(search: string, page: number) {
  return queryOptions({
    queryKey: ['mine', 'desk', 'users', search, page],
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const query = { page, limit: 20, ...(search === '' ? {} : { search }) };
      return body(await api.GET('/api/v1/users', { params: { query } }));
    },
  });
}

export const bookingFiguresQuery = queryOptions({
  queryKey: ['mine', 'desk', 'figures', 'bookings'],
  queryFn: async () => body(await api.GET('/api/v1/stats/bookings')),
});

export const revenueQuery = queryOptions({
  queryKey: ['mine', 'desk', 'figures', 'revenue'],
  queryFn: async () => body(await api.GET('/api/v1/stats/revenue')),
});

export const loadQuery = queryOptions({
  queryKey: ['mine', 'desk', 'figures', 'load'],
  queryFn: async () => body(await api.GET('/api/v1/stats/load-factor')),
});

export const agentsQuery = queryOptions({
  queryKey: ['mine', 'desk', 'figures', 'agents'],
  queryFn: async () => body(await api.GET('/api/v1/stats/agents')),
});

/** This node, as it is now: read every two seconds for as long as somebody looks. */
export const liveOpsQuery = queryOptions({
  queryKey: ['mine', 'desk', 'live'],
  refetchInterval: 2_000,
  queryFn: async () => body(await api.GET('/api/v1/ops/live')),
});
