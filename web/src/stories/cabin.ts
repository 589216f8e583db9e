/** Made-up seat maps: as large and as busy as real ones, without a server. */

import { applyDelta } from '../api/delta';
import type { Row, Seat, SeatMapData } from '../seatmap/layout';

const COLUMNS = ['A', 'B', 'C', '', 'D', 'E', 'F', 'G', '', 'H', 'J', 'K'];
const LETTERS = COLUMNS.filter((column) => column !== '');
/** Of ten seats so many are taken at first. */
const TAKEN = 3;

/** A wide cabin of so many rows of ten; the same one each time. */
export function wideCabin(rows: number): SeatMapData {
  const seats = Array.from({ length: rows }, (_, at) => rowOf(at + 1, rows));
  return withCounts({
    flightId: 'ZZ-1-2026-12-05-JFK',
    aircraft: 'Made-up wide body',
    version: 1,
    cabins: [{ cabinClass: 'ECONOMY', deck: 'MAIN', columns: COLUMNS, rows: seats, counts: NO_COUNTS }],
  });
}

const NO_COUNTS = { seats: 0, available: 0, held: 0, sold: 0, blocked: 0, sellable: 0 };

function rowOf(number: number, rows: number): Row {
  const exit = number === Math.ceil(rows / 2);
  return {
    row: number,
    exit,
    bulkhead: number === 1,
    seats: LETTERS.map((letter, at) => seatOf(`${number}${letter}`, (number * 7 + at * 3) % 10, exit)),
  };
}

function seatOf(seat: string, lot: number, exit: boolean): Seat {
  const attributes = /[AK]$/.test(seat) ? ['WINDOW'] : /[CDGH]$/.test(seat) ? ['AISLE'] : ['MIDDLE'];
  return {
    seat,
    state: lot < TAKEN ? 'SOLD' : lot === TAKEN ? 'HELD' : 'AVAILABLE',
    attributes,
    ...(exit ? { supplement: { amount: '75.00', currency: 'USD' } } : {}),
  };
}

/** The map after somebody, somewhere, chose a seat or let it go; `lot` in [0, 1) says which. */
export function changed(map: SeatMapData, lot: number): SeatMapData {
  const all = map.cabins.flatMap((cabin) => cabin.rows.flatMap((row) => row.seats)).filter((seat) => seat.state !== 'SOLD');
  const seat = all[Math.floor(lot * all.length)];
  if (seat === undefined) return map;
  const state = seat.state === 'AVAILABLE' ? 'HELD' : 'AVAILABLE';
  const version = map.version + 1;
  const delta = { flightId: map.flightId, from: map.version, version, changes: [{ version, seat: seat.seat, state }], counts: [] };
  return withCounts(applyDelta(map, delta) ?? map);
}

function withCounts(map: SeatMapData): SeatMapData {
  const cabins = map.cabins.map((cabin) => {
    const states = cabin.rows.flatMap((row) => row.seats.map((seat) => seat.state));
    const count = (state: string) => states.filter((one) => one === state).length;
    const available = count('AVAILABLE');
    return { ...cabin, counts: { seats: states.length, available, held: count('HELD'), sold: count('SOLD'), blocked: count('BLOCKED'), sellable: available } };
  });
  return { ...map, cabins };
}
