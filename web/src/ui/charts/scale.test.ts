import { expect, test } from 'vitest';

import { placed, shareOf, ticksTo } from './scale';

test('lines are round, and the last one is at or above the largest value', () => {
  expect(ticksTo(87)).toEqual([0, 25, 50, 75, 100]);
  expect(ticksTo(4)).toEqual([0, 1, 2, 3, 4]);
  expect(ticksTo(12_345).at(-1)).toBe(20_000);
  expect(ticksTo(0).at(-1)).toBeGreaterThan(0);
  expect([ticksTo(1), ticksTo(3), ticksTo(7)]).toEqual([[0, 1], [0, 1, 2, 3], [0, 2, 4, 6, 8]]);
});

test('values are spread over the width, the largest at the top', () => {
  expect(placed([0, 50, 100], 100, 200, 80)).toEqual([{ x: 0, y: 80 }, { x: 100, y: 40 }, { x: 200, y: 0 }]);
  expect(placed([5], 10, 200, 80)).toEqual([{ x: 100, y: 40 }]);
});

test('a share stays between none and all, of nothing too', () => {
  expect([shareOf(1, 4), shareOf(9, 4), shareOf(-1, 4), shareOf(1, 0)]).toEqual([0.25, 1, 0, 0]);
});
