import { useQueries } from '@tanstack/react-query';

import { flightQuery } from '../api/queries/flights';
import type { Flight } from './types';

/** Departures by their ids, as the server last told of them; one that is not there yet is missing. */
export function useFlights(flightIds: readonly string[]): Readonly<Record<string, Flight>> {
  const answers = useQueries({ queries: flightIds.map((flightId) => flightQuery(flightId)) });
  const known = answers.flatMap(({ data }) => (data === undefined ? [] : [[data.flightId, data] as const]));
  return Object.fromEntries(known);
}

/** What people call a departure: `B6 523` of `B6-523-2026-12-01-JFK`. */
export function flightName(flightId: string): string {
  return flightId.split('-').slice(0, 2).join(' ');
}
