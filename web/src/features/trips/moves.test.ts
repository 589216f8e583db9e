import { expect, test } from 'vitest';

import type { Booking } from '../../trip/types';
import { movesBetween, planOf, reseat } from './moves';

const BOOKING = {
  slices: [{ segments: [{ flightId: 'f', seats: [{ passengerId: '1', seat: '12A' }, { passengerId: '2', seat: '12B' }, { passengerId: '3', seat: null }] }] }],
} as unknown as Booking;

test('only who moves is moved', () => {
  const before = planOf(BOOKING);
  expect(before).toEqual({ f: { 1: '12A', 2: '12B' } });
  expect(movesBetween(before, before)).toEqual([]);
  expect(movesBetween(before, reseat(before, 'f', '2', '14C'))).toEqual([{ passengerId: '2', flightId: 'f', seat: '14C' }]);
});

test('two swap their seats', () => {
  const before = planOf(BOOKING);
  const after = reseat(reseat(before, 'f', '1', '12B'), 'f', '2', '12A');
  expect(movesBetween(before, after)).toEqual([
    { passengerId: '1', flightId: 'f', seat: '12B' },
    { passengerId: '2', flightId: 'f', seat: '12A' },
  ]);
});
