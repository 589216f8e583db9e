import { expect, test } from 'vitest';

import { CUSTOMER_KEYS, keepCustomer, knownCustomer } from './customer';

const SAM = { id: 'usr_sam', email: 'sam@example.com', firstName: 'Sam', lastName: 'Reed' };

function storage() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

test('who was looked up is known by their id, and nobody else is', () => {
  const store = storage();
  keepCustomer(store, SAM);
  expect(knownCustomer(store, 'usr_sam')).toEqual(SAM);
  expect(knownCustomer(store, 'usr_kim')).toBeUndefined();
  expect([...store.kept.keys()].every((key) => key.startsWith(CUSTOMER_KEYS))).toBe(true);
});

test('what cannot be read is nobody, and what cannot be kept costs nothing', () => {
  const store = storage();
  for (const broken of ['{', 'null', '{"id":"usr_kim"}']) {
    store.kept.set(`${CUSTOMER_KEYS}usr_sam`, broken);
    expect(knownCustomer(store, 'usr_sam')).toBeUndefined();
  }
  const full = { setItem: () => { throw new DOMException('full', 'QuotaExceededError'); } };
  expect(() => keepCustomer(full, SAM)).not.toThrow();
});
