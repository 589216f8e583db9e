/** Who is signed in on this page. */

import { queryOptions, useQuery, type QueryClient } from '@tanstack/react-query';

import { api, body } from './client';
import { CUSTOMER_KEYS } from './customer';
import { accessToken, dropToken, keepToken } from './token';
import type { components } from './schema';

export type User = components['schemas']['User'];

export type Session = { status: 'anonymous' } | { status: 'signed-in'; user: User };

/** The session as the server knows it; a reload finds it again by the cookie. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 60_000,
  queryFn: async (): Promise<Session> => {
    const token = await accessToken();
    if (token === undefined) return { status: 'anonymous' };
    const user = body(await api.GET('/api/v1/auth/profile'));
    return { status: 'signed-in', user };
  },
});

/** Who is signed in; `unknown` until the server has answered for the first time. */
export function useSession(): Session | { status: 'unknown' } {
  const session = useQuery(sessionQuery);
  if (session.data !== undefined) return session.data;
  return session.isError ? { status: 'anonymous' } : { status: 'unknown' };
}

/** Signs in; everything that was read as somebody else is forgotten. */
export async function signIn(client: QueryClient, email: string, password: string): Promise<User> {
  const signed = body(await api.POST('/api/v1/auth/login', { body: { email, password, cookie: true } }));
  keepToken(signed.accessToken, signed.expiresIn);
  const user = signed.user ?? body(await api.GET('/api/v1/auth/profile'));
  enter(client, { status: 'signed-in', user });
  return user;
}

export interface NewAccount {
  readonly email: string;
  readonly password: string;
  readonly firstName: string;
  readonly lastName: string;
}

/** Makes an account and signs in with it. */
export async function register(client: QueryClient, account: NewAccount): Promise<User> {
  await api.POST('/api/v1/auth/register', { body: account });
  return signIn(client, account.email, account.password);
}

/** Signs out here. The page forgets who it was even when the server cannot be told: the token is short-lived. */
export async function signOut(client: QueryClient): Promise<void> {
  try {
    await api.POST('/api/v1/auth/logout');
  } finally {
    leave(client);
  }
}

/** Forgets whoever was signed in: the server said that the session is over. */
export function leave(client: QueryClient): void {
  dropToken();
  for (const key of Object.keys(sessionStorage)) {
    // Drafts and customers name people; they are nobody else's.
    if (key.startsWith('aisle.draft:') || key.startsWith(CUSTOMER_KEYS)) sessionStorage.removeItem(key);
  }
  enter(client, { status: 'anonymous' });
}

/** Takes in what the server says of whoever is signed in: the account has changed. */
export function noteUser(client: QueryClient, user: User): void {
  const session: Session = { status: 'signed-in', user };
  client.setQueryData(sessionQuery.queryKey, session);
}

function enter(client: QueryClient, session: Session): void {
  client.removeQueries({ predicate: (query) => query.queryKey[0] === 'mine' });
  client.setQueryData(sessionQuery.queryKey, session);
}
