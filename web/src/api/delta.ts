/** Changes of a seat map: a map and all changes after it are the next map. */

import type { components } from './schema';

type SeatMap = components['schemas']['SeatMap'];
type Cabin = components['schemas']['Cabin'];

export interface SeatChange {
  readonly version: number;
  readonly seat: string;
  readonly state: string;
  readonly until?: string;
}

export interface Delta {
  readonly flightId: string;
  readonly from: number;
  readonly version: number;
  readonly changes: readonly SeatChange[];
  readonly counts: readonly ({ readonly cabinClass: string } & Cabin['counts'])[];
}

/** The map after these changes; nothing when there is a gap between them. Untouched rows stay the same objects, and are not drawn again. */
export function applyDelta(map: SeatMap, delta: Delta): SeatMap | undefined {
  if (delta.version <= map.version) return map;
  if (delta.from > map.version) return undefined;
  const changed = new Map(delta.changes.map((change) => [change.seat, change]));
  const counts = new Map(delta.counts.map(({ cabinClass, ...rest }) => [cabinClass, rest]));
  const cabins = map.cabins.map((cabin) => ({
    ...cabin,
    counts: counts.get(cabin.cabinClass) ?? cabin.counts,
    rows: cabin.rows.map((row) =>
      row.seats.some((seat) => changed.has(seat.seat))
        ? { ...row, seats: row.seats.map((seat) => changedSeat(seat, changed.get(seat.seat))) }
        : row,
    ),
  }));
  return { ...map, version: delta.version, cabins };
}

type Seat = Cabin['rows'][number]['seats'][number];

function changedSeat(seat: Seat, change: SeatChange | undefined): Seat {
  if (change === undefined) return seat;
  const { until: _, ...rest } = seat;
  return { ...rest, state: change.state, ...(change.until === undefined ? {} : { until: change.until }) };
}
