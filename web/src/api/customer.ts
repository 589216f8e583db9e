/**
 * Customers that an agent has looked up in this tab. An address carries a customer's id alone, and the interface finds customers only by
 * their email; so what was found is kept here, where no other tab sees it, and signing out drops it.
 */

import type { components } from './schema';

export type Customer = components['schemas']['Customer'];

/** What every key begins with: signing out drops them all. */
export const CUSTOMER_KEYS = 'aisle.customer:';

/** Keeps a customer that was found. A full or forbidden storage costs their name on the next pages, never the page. */
export function keepCustomer(storage: Pick<Storage, 'setItem'>, customer: Customer): void {
  try {
    storage.setItem(CUSTOMER_KEYS + customer.id, JSON.stringify(customer));
  } catch {
    // Private windows of some browsers refuse to store anything.
  }
}

/** The customer of an id, if they were looked up in this tab. */
export function knownCustomer(storage: Pick<Storage, 'getItem'>, id: string): Customer | undefined {
  try {
    const kept = JSON.parse(storage.getItem(CUSTOMER_KEYS + id) ?? 'null') as Customer | null;
    return kept?.id === id ? kept : undefined;
  } catch {
    return undefined;
  }
}
