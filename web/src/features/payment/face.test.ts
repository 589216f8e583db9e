import { expect, test } from 'vitest';

import { declineWords, faceOf, lookAgainAfter, type PaymentShown } from './face';

const METHODS = [{ paymentMethod: 'pm_card_visa', title: 'Visa' }];

function payment(more: Partial<PaymentShown> = {}): PaymentShown {
  return { id: 'pay_b', status: 'AWAITING_METHOD', provider: 'simulator', testMethods: METHODS, ...more };
}

test('the booking has the last word', () => {
  expect(faceOf({ status: 'CONFIRMED' }, payment()).kind).toBe('done');
  for (const status of ['CANCELLED', 'EXPIRED', 'REFUSED', 'FAILED']) {
    expect(faceOf({ status }, payment({ status: 'CAPTURED' })).kind).toBe('ended');
  }
});

test('the sandbox shows test cards, by name', () => {
  expect(faceOf({ status: 'PAYING' }, payment())).toMatchObject({ kind: 'test-cards', methods: METHODS });
  expect(faceOf({ status: 'HELD' }, undefined).kind).toBe('opening');
});

test('a configured provider shows its own form, and never without a key', () => {
  const stripe = { provider: 'stripe', clientSecret: 'pi_1_secret_2' };
  expect(faceOf({ status: 'PAYING' }, payment({ ...stripe, publishableKey: 'pk_test_1' })).kind).toBe('element');
  expect(faceOf({ status: 'PAYING' }, payment({ ...stripe, testMethods: undefined })).kind).toBe('no-way');
  const again = payment({ ...stripe, publishableKey: 'pk_test_1', status: 'AWAITING_CUSTOMER' });
  expect(faceOf({ status: 'PAYING' }, again).kind).toBe('element');
});

test('the bank is asked, takes its time, or has paid', () => {
  const kind = (status: string) => faceOf({ status: 'PAYING' }, payment({ status })).kind;
  expect(kind('AWAITING_CUSTOMER')).toBe('authenticate');
  expect(kind('PENDING')).toBe('settling');
  expect(kind('AUTHORISED')).toBe('buying');
  expect(kind('CAPTURED')).toBe('buying');
  expect(kind('OPENING')).toBe('opening');
});

test('the page looks again until nothing can change', () => {
  expect(lookAgainAfter({ kind: 'done' })).toBe(false);
  expect(lookAgainAfter({ kind: 'ended' })).toBe(false);
  expect(lookAgainAfter({ kind: 'buying' })).toBe(1_000);
  expect(lookAgainAfter(faceOf({ status: 'PAYING' }, payment()))).toBe(3_000);
});

test('a decline says why and that the places are still held', () => {
  expect(declineWords({ code: 'insufficient-funds' })).toBe(
    'The card does not have enough funds. Your places are still held: you can try again.',
  );
  expect(declineWords({ code: 'card-declined' })).toMatch(/declined the payment/);
});
