import { expect, test } from 'vitest';

import type { Session } from '../api/session';
import { carriedCustomer, isAgent } from './customer';

const as = (role: string) => ({ status: 'signed-in', user: { role } }) as unknown as Session;

test.each(['TRAVEL_AGENT', 'AIRLINE_AGENT', 'ADMIN'])('%s books for others', (role) => {
  expect(isAgent(as(role))).toBe(true);
  expect(carriedCustomer(as(role), 'usr_a')).toBe('usr_a');
});

test.each(['CUSTOMER', 'BUSINESS_OWNER', 'SOMETHING_NEW'])('%s books for themselves, whatever the address says', (role) => {
  expect(isAgent(as(role))).toBe(false);
  expect(carriedCustomer(as(role), 'usr_a')).toBeUndefined();
});

test('before it is known who is there the customer is carried on, and nothing is made of nothing', () => {
  expect(carriedCustomer({ status: 'unknown' }, 'usr_a')).toBe('usr_a');
  expect(carriedCustomer({ status: 'anonymous' }, 'usr_a')).toBe('usr_a');
  expect(isAgent({ status: 'unknown' })).toBe(false);
  expect(carriedCustomer(as('ADMIN'), undefined)).toBeUndefined();
  expect(carriedCustomer(as('ADMIN'), '')).toBeUndefined();
});
