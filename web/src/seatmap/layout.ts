/** Where each seat of a cabin is drawn, and where the arrow keys lead from it. */

import type { components } from '../api/schema';

export type SeatMapData = components['schemas']['SeatMap'];
export type Cabin = SeatMapData['cabins'][number];
export type Row = Cabin['rows'][number];
export type Seat = Row['seats'][number];

/** The side of a seat's square and the steps between, in units of the drawing. */
export const SEAT = 40;
export const STEP = 46;
export const AISLE = 34;
/** What an exit row keeps free in front of it. */
export const EXIT_GAP = 22;

/** The letter of a seat, `A` of `12A`. */
export function columnOf(seat: string): string {
  return seat.replace(/^\d+/, '');
}

/** The left edge of each column; aisles are narrower than seats, and their middle bears the row's number. */
export function columnsAt(columns: readonly string[]): { readonly at: ReadonlyMap<string, number>; readonly aisles: readonly number[]; readonly width: number } {
  const at = new Map<string, number>();
  const aisles: number[] = [];
  let x = 0;
  for (const column of columns) {
    if (column === '') {
      aisles.push(x + AISLE / 2);
      x += AISLE;
    } else {
      at.set(column, x);
      x += STEP;
    }
  }
  return { at, aisles, width: x };
}

/** The top edge of each row, and of what comes after the last. */
export function rowsAt(rows: readonly Row[]): { readonly at: readonly number[]; readonly height: number } {
  let y = 0;
  const at = rows.map((row) => {
    if (row.exit || row.bulkhead) y += EXIT_GAP;
    const top = y;
    y += STEP;
    return top;
  });
  return { at, height: y };
}

export type ArrowKey = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End';

/** The seat that a key leads to from another: along the row, or to the nearest column of the next row. */
export function seatAfter(cabin: Cabin, from: string, key: ArrowKey): string {
  const place = cabin.rows.findIndex((row) => row.seats.some((seat) => seat.seat === from));
  const row = cabin.rows[place];
  if (row === undefined) return from;
  const seats = row.seats.map((seat) => seat.seat);
  const at = seats.indexOf(from);
  switch (key) {
    case 'ArrowLeft':
      return seats[at - 1] ?? from;
    case 'ArrowRight':
      return seats[at + 1] ?? from;
    case 'Home':
      return seats[0] ?? from;
    case 'End':
      return seats.at(-1) ?? from;
    case 'ArrowUp':
      return nearest(cabin, cabin.rows[place - 1], from);
    case 'ArrowDown':
      return nearest(cabin, cabin.rows[place + 1], from);
  }
}

function nearest(cabin: Cabin, row: Row | undefined, from: string): string {
  if (row === undefined) return from;
  const { at } = columnsAt(cabin.columns);
  const x = (seat: string) => at.get(columnOf(seat)) ?? 0;
  const sorted = row.seats.map((seat) => seat.seat).sort((a, b) => Math.abs(x(a) - x(from)) - Math.abs(x(b) - x(from)));
  return sorted[0] ?? from;
}
