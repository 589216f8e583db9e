/** Airports, and ways to travel. */

import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, body } from '../client';
import type { components } from '../schema';

export type Airport = components['schemas']['Airport'];
export type Offer = components['schemas']['Offer'];
export type SearchWish = components['schemas']['SearchWish'];

export function airportsQuery(text: string) {
  return queryOptions({
    queryKey: ['airports', text],
    staleTime: Infinity,
    enabled: text.length >= 2,
    placeholderData: keepPreviousData,
    queryFn: async () => body(await api.GET('/api/v1/flights/airports', { params: { query: { q: text } } })).data,
  });
}

/** Offers keep their price for ten minutes; before that they are asked for again. */
export function offersQuery(wish: SearchWish) {
  return queryOptions({
    queryKey: ['offers', wish],
    staleTime: 60_000,
    refetchInterval: 8 * 60_000,
    queryFn: async () => body(await api.POST('/api/v1/flights/search', { body: wish })),
  });
}
