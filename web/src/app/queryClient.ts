import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';

import { live } from '../api/live';
import { Problem, problemOf } from '../api/problem';
import { leave } from '../api/session';

/** Reads are tried again when nobody answered; what was refused stays refused. */
const TRIES = 2;

export function makeQueryClient(): QueryClient {
  const over = (thrown: unknown) => {
    if (thrown instanceof Problem && thrown.code === 'unauthenticated') {
      leave(client);
      live.renew();
    }
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: over }),
    mutationCache: new MutationCache({ onError: over }),
    defaultOptions: {
      queries: { retry: (failures, thrown) => failures < TRIES && isPassing(thrown) },
      // What nobody sent may not wait in a queue: it is tried at once, and its maker hears that there is no connection.
      mutations: { networkMode: 'always' },
    },
  });
  return client;
}

function isPassing(thrown: unknown): boolean {
  const { status } = problemOf(thrown);
  return status === 0 || status === 503;
}
