import { expect, test } from 'vitest';

import type { Offer } from '../../api/queries/search';
import { airlinesOf, pricesOf } from './choices';

const offer = (amount: string, ...carriers: [string, string?][]) =>
  ({ price: { total: { amount, currency: 'USD' } }, slices: [{ segments: carriers.map(([code, name]) => ({ carrier: { code, name } })) }] }) as unknown as Offer;

test('each airline is offered once, by its name', () => {
  const offers = [offer('1.00', ['DL', 'Delta'], ['B6', 'JetBlue']), offer('1.00', ['AA', 'American'], ['DL', 'Delta']), offer('1.00', ['ZZ'])];
  expect(airlinesOf(offers)).toEqual([
    { value: 'AA', label: 'American' }, { value: 'DL', label: 'Delta' }, { value: 'B6', label: 'JetBlue' }, { value: 'ZZ', label: 'ZZ' },
  ]);
});

test('prices are round, above the cheapest and below the dearest', () => {
  expect(pricesOf([offer('318.63'), offer('401.40'), offer('576.63')])).toEqual([400, 500]);
  expect(pricesOf([offer('318.63'), offer('401.40')])).toEqual([350, 400]);
});

test('where all cost the same, or nothing was found, there is nothing to choose', () => {
  expect(pricesOf([offer('100.00'), offer('100.00')])).toEqual([]);
  expect(pricesOf([])).toEqual([]);
});
