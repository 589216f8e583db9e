/** For whom a trip is searched and booked: the `customer` of the address, which agents alone may name. */

import type { Session } from '../api/session';
import { useSession } from '../api/session';
import { useAddress } from '../ui/Link';

/** The roles that book for others. The server decides; the page only offers it to nobody else. */
export const AGENTS: readonly string[] = ['TRAVEL_AGENT', 'AIRLINE_AGENT', 'ADMIN'];

type Known = Session | { readonly status: 'unknown' };

export function isAgent(session: Known): boolean {
  return session.status === 'signed-in' && AGENTS.includes(session.user.role);
}

/**
 * The customer that is carried on. Whoever is signed in and no agent books for themselves. As long as nobody is known, the customer
 * stays: an agent may still have to sign in, and would else book for themselves unawares.
 */
export function carriedCustomer(session: Known, asked: string | undefined): string | undefined {
  if (asked === undefined || asked === '') return undefined;
  return session.status === 'signed-in' && !isAgent(session) ? undefined : asked;
}

/** The customer that the links of this page carry on. */
export function useCustomer(): string | undefined {
  return carriedCustomer(useSession(), useAddress()['customer']);
}
