import { expect, test } from 'vitest';

import type { Row, Seat } from './layout';
import { lookOf, reasonText, seatLabel } from './words';

const seat = (more: Partial<Seat> = {}): Seat => ({ seat: '12A', state: 'AVAILABLE', attributes: ['WINDOW'], ...more });
const row: Row = { row: 12, exit: true, bulkhead: false, seats: [] };

test('a seat says all that its picture shows', () => {
  expect(seatLabel(seat(), row, 'open')).toBe('12A, window, exit row, available');
  expect(seatLabel(seat({ state: 'HELD' }), row, 'mine', 'Ann')).toBe('12A, window, exit row, yours, for Ann');
  expect(seatLabel(seat({ supplement: { amount: '25.00', currency: 'USD' } }), row, 'open')).toMatch(/plus .*25/);
});

test('what is mine is mine, and an open seat may not be for this party', () => {
  expect(lookOf(seat({ state: 'HELD' }), true, false)).toBe('mine');
  expect(lookOf(seat({ state: 'HELD' }), false, false)).toBe('held');
  expect(lookOf(seat(), false, true)).toBe('not-for-you');
  expect(lookOf(seat({ state: 'BLOCKED' }), false, true)).toBe('blocked');
});

test('reasons are sentences for people', () => {
  expect(reasonText('EXIT_ROW_MIN_AGE')).toBe('nobody under 15 sits in an exit row');
  expect(reasonText('SOMETHING_NEW')).toBe('something new');
});
