import { expect, test } from 'vitest';

import { sorted } from './sorted';

const ROWS = [{ seat: '12A', price: 30 }, { seat: '2B', price: 9 }, { seat: '12C', price: 30 }];

test('numbers go by size, and equal rows stay as they were, in both directions', () => {
  expect(sorted(ROWS, (row) => row.price, 'ascending').map((row) => row.seat)).toEqual(['2B', '12A', '12C']);
  expect(sorted(ROWS, (row) => row.price, 'descending').map((row) => row.seat)).toEqual(['12A', '12C', '2B']);
});

test('numbers within texts count as numbers', () => {
  expect(sorted(ROWS, (row) => row.seat, 'ascending').map((row) => row.seat)).toEqual(['2B', '12A', '12C']);
});

test('the rows that were given stay in their own order', () => {
  sorted(ROWS, (row) => row.price, 'ascending');
  expect(ROWS[0]?.seat).toBe('12A');
});
