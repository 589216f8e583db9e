import { expect, test } from 'vitest';

import { emptyDraft } from './draft';
import { firstToLapse, ownHolds, plan, travellersOf, unheld, type LiveHold } from './seat-holds';
import { wantedOf } from './wanted';

function hold(number: number, ...seats: string[]): LiveHold {
  return { holdId: `h${number}`, seats, expiresAt: `2026-12-01T12:1${number}:00.000Z` };
}

test('the first choice is held, and what is held already is not asked for again', () => {
  expect(plan([], ['12A'])).toEqual({ release: [], make: ['12A'], order: 'make-first' });
  expect(plan([hold(1, '12A')], ['12A'])).toMatchObject({ release: [], make: [] });
});

test('a change of mind has the new seat before it lets go of the old one', () => {
  expect(plan([hold(1, '12A')], ['14C'])).toEqual({ release: ['h1'], make: ['14C'], order: 'make-first' });
});

test('a seat of a hold that is given back can only be had after it', () => {
  const both = plan([hold(1, '12A', '12B')], ['12A', '14C']);
  expect(both).toEqual({ release: ['h1'], make: ['12A', '14C'], order: 'release-first' });
});

test('the limits of holds and of places are kept', () => {
  const four = [hold(1, '1A'), hold(2, '1B'), hold(3, '1C'), hold(4, '1D')];
  const fifth = plan(four, ['1A', '1B', '1C', '1D', '1E']);
  expect(fifth).toEqual({ release: ['h1', 'h2', 'h3', 'h4'], make: ['1A', '1B', '1C', '1D', '1E'], order: 'release-first' });
  expect(plan(four, ['1A', '1B', '1C', '2D'])).toEqual({ release: ['h4'], make: ['2D'], order: 'release-first' });
  const nine = [hold(1, '1A', '1B', '1C', '1D', '1E', '1F', '2A', '2B'), hold(2, '2C')];
  expect(plan(nine, [...nine[0]!.seats, '2D']).order).toBe('release-first');
});

test('no plan ever makes more than the limits allow, whatever was chosen before', () => {
  const seats = ['1A', '1B', '1C', '1D', '1E', '1F', '2A', '2B', '2C'];
  let live: LiveHold[] = [];
  let wished: string[] = [];
  for (let step = 0; step < 200; step += 1) {
    const seat = seats[(step * 5 + Math.floor(step / 9)) % seats.length]!;
    wished = wished.includes(seat) ? wished.filter((other) => other !== seat) : [...wished, seat];
    const { release, make, order } = plan(live, wished);
    const left = live.filter((one) => !release.includes(one.holdId));
    const before = order === 'make-first' ? live : left;
    const made = make.length > 0 ? [hold(step, ...make)] : [];
    expect(before.length + made.length).toBeLessThanOrEqual(4);
    expect(before.flatMap((one) => one.seats).length + make.length).toBeLessThanOrEqual(9);
    expect(before.flatMap((one) => one.seats).filter((other) => make.includes(other))).toEqual([]);
    live = [...left, ...made];
    expect(live.flatMap((one) => one.seats).sort()).toEqual([...wished].sort());
  }
});

test('holds of other tabs are left alone, and one whose answer was lost is known again', () => {
  const all = [hold(1, '12A'), hold(2, '14C'), hold(3, '20F')];
  expect(ownHolds(all, ['h1'], ['14C']).map((own) => own.holdId)).toEqual(['h1', 'h2']);
});

test('infants sit on the laps of adults, in order', () => {
  const { travellers } = emptyDraft(wantedOf({ flights: 'f', adults: 2, children: 1, infants: 1 })!);
  const seating = { 1: '12A', 2: '12B', 3: '12C' };
  expect(travellersOf(['12A'], seating, travellers)).toEqual([{ type: 'ADULT' }, { type: 'INFANT' }]);
  expect(travellersOf(['12B', '12C'], seating, travellers)).toEqual([{ type: 'ADULT' }, { type: 'CHILD' }]);
});

test('who lost a seat is told, and the first hold to lapse is the one that counts', () => {
  expect(unheld({ 1: '12A', 2: '12B' }, [hold(1, '12A')])).toEqual(['2']);
  expect(firstToLapse([hold(3, '1A'), hold(1, '1B')])).toBe('2026-12-01T12:11:00.000Z');
  expect(firstToLapse([])).toBeUndefined();
});
