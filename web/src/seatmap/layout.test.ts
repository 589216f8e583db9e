import { expect, test } from 'vitest';

import { AISLE, columnsAt, EXIT_GAP, rowsAt, seatAfter, STEP, type Cabin, type Row } from './layout';

const row = (number: number, letters: string, more: Partial<Row> = {}): Row => ({
  row: number, exit: false, bulkhead: false, ...more,
  seats: [...letters].map((letter) => ({ seat: `${number}${letter}`, state: 'AVAILABLE', attributes: [] })),
});
const CABIN: Cabin = {
  cabinClass: 'ECONOMY', deck: 'MAIN', columns: ['A', 'B', 'C', '', 'D', 'E', 'F'],
  rows: [row(1, 'ABC'), row(2, 'ABCDEF', { exit: true }), row(3, 'CD')],
  counts: { seats: 11, available: 11, held: 0, sold: 0, blocked: 0, sellable: 11 },
};

test('columns stand beside each other, with the aisle between', () => {
  const { at, aisles, width } = columnsAt(CABIN.columns);
  expect([at.get('A'), at.get('C'), at.get('D')]).toEqual([0, 2 * STEP, 3 * STEP + AISLE]);
  expect(aisles).toEqual([3 * STEP + AISLE / 2]);
  expect(width).toBe(6 * STEP + AISLE);
});

test('an exit row has room in front of it', () => {
  expect(rowsAt(CABIN.rows)).toEqual({ at: [0, STEP + EXIT_GAP, 2 * STEP + EXIT_GAP], height: 3 * STEP + EXIT_GAP });
});

test('arrow keys go over aisles and find the nearest seat of a row that has fewer', () => {
  expect(seatAfter(CABIN, '2C', 'ArrowRight')).toBe('2D');
  expect(seatAfter(CABIN, '2F', 'ArrowDown')).toBe('3D');
  expect(seatAfter(CABIN, '2F', 'ArrowUp')).toBe('1C');
  expect(seatAfter(CABIN, '3C', 'ArrowUp')).toBe('2C');
  expect([seatAfter(CABIN, '2C', 'Home'), seatAfter(CABIN, '2C', 'End')]).toEqual(['2A', '2F']);
});

test('at the edges nothing moves', () => {
  expect([seatAfter(CABIN, '1A', 'ArrowUp'), seatAfter(CABIN, '1A', 'ArrowLeft'), seatAfter(CABIN, '3D', 'ArrowDown')]).toEqual(['1A', '1A', '3D']);
});
