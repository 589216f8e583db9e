/** Departures of a day, as an airline's desk asks for them. */

import { queryOptions } from '@tanstack/react-query';

import { api, body } from '../../api/client';

export interface Asked {
  /** The day in the origin's local time, `2026-12-05`. */
  readonly date: string;
  readonly origin: string;
  readonly destination: string;
}

/** As many as a page has; narrower questions show the rest. */
export const LIMIT = 100;

/** The question of an address; tomorrow's departures of JFK when it asks nothing. */
export function askedOf(address: Readonly<Record<string, string | undefined>>, tomorrow: string): Asked {
  const { date = '', origin = 'JFK', destination = '' } = address;
  return {
    date: /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : tomorrow,
    origin: airport(origin),
    destination: airport(destination),
  };
}

function airport(text: string): string {
  const code = text.trim().toUpperCase();
  return /^[A-Z]{3}$/.test(code) ? code : '';
}

export function departuresQuery({ date, origin, destination }: Asked) {
  const query = { date, limit: LIMIT, ...(origin === '' ? {} : { origin }), ...(destination === '' ? {} : { destination }) };
  return queryOptions({
    queryKey: ['flights', query],
    staleTime: 15_000,
    queryFn: async () => body(await api.GET('/api/v1/flights', { params: { query } })),
  });
}
