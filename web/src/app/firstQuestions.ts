/** What the page of an address shows, as questions: all that is known before the app is there. */

import type { Question } from '../api/early';
import { searchOf, shownOf, unfiltered, wishOf } from '../features/search/asked';

const FLIGHT = /^\/flights\/([\w-]+)$/;

/** In the very words in which the page asks: see `askOffers` and `askFlight` in `routes.tsx`. */
export function firstQuestions(path: string, query: string): readonly Question[] {
  const flightId = FLIGHT.exec(path)?.[1];
  if (flightId !== undefined) return [{ path: `/api/v1/flights/${flightId}` }, { path: `/api/v1/flights/${flightId}/seat-map` }];
  if (path !== '/search') return [];
  const address = Object.fromEntries(new URLSearchParams(query));
  const search = searchOf(address);
  return search === undefined ? [] : [{ path: '/api/v1/flights/search', body: wishOf(search, unfiltered(shownOf(address))) }];
}
