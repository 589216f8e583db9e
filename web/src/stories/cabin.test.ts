import { expect, test } from 'vitest';

import { changed, wideCabin } from './cabin';

test('forty rows of ten are four hundred seats, each counted once', () => {
  const { counts } = wideCabin(40).cabins[0]!;
  expect(counts.seats).toBe(400);
  expect(counts.available + counts.held + counts.sold).toBe(400);
});

test('a change touches one seat, and leaves the other rows the same objects', () => {
  const before = wideCabin(40);
  const after = changed(before, 0.5);
  const rows = (map: typeof before) => map.cabins[0]!.rows;
  expect(after.version).toBe(before.version + 1);
  expect(rows(after).filter((row, at) => row !== rows(before)[at])).toHaveLength(1);
  expect(Math.abs(after.cabins[0]!.counts.held - before.cabins[0]!.counts.held)).toBe(1);
});
