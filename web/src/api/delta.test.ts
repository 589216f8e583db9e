import { expect, test } from 'vitest';

import { applyDelta, type Delta } from './delta';

const COUNTS = { seats: 3, available: 3, held: 0, sold: 0, blocked: 0, sellable: 3 };
const seat = (name: string, state = 'AVAILABLE') => ({ seat: name, state, attributes: [] });
const MAP = {
  flightId: 'f', version: 4, aircraft: 'A',
  cabins: [{
    cabinClass: 'ECONOMY', deck: 'MAIN', columns: ['A', 'B'], counts: COUNTS,
    rows: [
      { row: 1, exit: false, bulkhead: false, seats: [seat('1A'), seat('1B')] },
      { row: 2, exit: false, bulkhead: false, seats: [seat('2A')] },
    ],
  }],
};
const DELTA: Delta = {
  flightId: 'f', from: 4, version: 6,
  changes: [
    { version: 5, seat: '1A', state: 'HELD', until: '2026-12-01T12:00:00Z' },
    { version: 6, seat: '1A', state: 'SOLD' },
  ],
  counts: [{ cabinClass: 'ECONOMY', ...COUNTS, available: 2, sold: 1, sellable: 2 }],
};

test('a map and its changes are the next map, with its counts', () => {
  const next = applyDelta(MAP, DELTA)!;
  expect(next.version).toBe(6);
  expect(next.cabins[0]!.rows[0]!.seats).toEqual([seat('1A', 'SOLD'), seat('1B')]);
  expect(next.cabins[0]!.counts.sold).toBe(1);
});

test('what did not change stays the same object', () => {
  expect(applyDelta(MAP, DELTA)!.cabins[0]!.rows[1]).toBe(MAP.cabins[0]!.rows[1]);
});

test('what is known already changes nothing, and a gap is no map', () => {
  expect(applyDelta({ ...MAP, version: 6 }, DELTA)!.version).toBe(6);
  expect(applyDelta({ ...MAP, version: 3 }, DELTA)).toBeUndefined();
});
