/** Figures for business owners and administrators. Without days they are the server's usual ones: the last 30, of departures the next 14. */

import { queryOptions } from '@tanstack/react-query';

import { api, body } from '../client';

/** Days, or none for the usual ones. */
export interface Span {
  readonly from?: string;
  readonly to?: string;
}

const OPTIONS = { staleTime: 30_000, refetchInterval: 60_000 } as const;

export function bookingFiguresQuery(span: Span) {
  return queryOptions({
    ...OPTIONS,
    queryKey: ['mine', 'stats', 'bookings', span],
    queryFn: async () => body(await api.GET('/api/v1/stats/bookings', { params: { query: span } })),
  });
}

export function revenueQuery(span: Span) {
  return queryOptions({
    ...OPTIONS,
    queryKey: ['mine', 'stats', 'revenue', span],
    queryFn: async () => body(await api.GET('/api/v1/stats/revenue', { params: { query: span } })),
  });
}

export function loadFactorQuery(span: Span) {
  return queryOptions({
    ...OPTIONS,
    queryKey: ['mine', 'stats', 'load-factor', span],
    queryFn: async () => body(await api.GET('/api/v1/stats/load-factor', { params: { query: span } })),
  });
}

export function agentFiguresQuery(span: Span) {
  return queryOptions({
    ...OPTIONS,
    queryKey: ['mine', 'stats', 'agents', span],
    queryFn: async () => body(await api.GET('/api/v1/stats/agents', { params: { query: span } })),
  });
}
