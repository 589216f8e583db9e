import { expect, test } from 'vitest';

import { amountIn, currencyOf, largest } from './figures';

test('charts speak the currency in which most was earned', () => {
  expect(currencyOf([{ amount: '9.00', currency: 'EUR' }, { amount: '120.00', currency: 'USD' }])).toBe('USD');
  expect(currencyOf([])).toBe('USD');
});

test('a sum in another currency is not added to it', () => {
  expect(amountIn('USD', [{ amount: '9.00', currency: 'EUR' }])).toBe(0);
  expect(amountIn('EUR', [{ amount: '9.00', currency: 'EUR' }])).toBe(9);
});

test('the largest come first, and no more than asked for', () => {
  expect(largest([3, 1, 2], (one) => one, 2)).toEqual([3, 2]);
});
