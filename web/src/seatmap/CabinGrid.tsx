import { memo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';

import { Glyph } from './Glyph';
import { columnOf, columnsAt, rowsAt, SEAT, seatAfter, STEP, type ArrowKey, type Cabin, type Row, type Seat } from './layout';
import type { SeatedTraveller } from './SeatMap';
import styles from './SeatMap.module.css';
import { lookOf, seatLabel, type Look } from './words';

interface CabinGridProps {
  readonly cabin: Cabin;
  readonly mine: readonly string[];
  readonly assigned: Readonly<Record<string, string>>;
  readonly travellers: readonly SeatedTraveller[];
  readonly forbidden: ReadonlyMap<string, string>;
  readonly mode: 'choose' | 'view' | 'block';
  /** A seat was pressed, whatever it looks like: what comes of it is the map's to say. */
  readonly onPress: (seat: string, look: Look) => void;
  /** The pointer is over a seat, in words; or over none. */
  readonly onPoint: (words: string) => void;
}

const ARROWS: ReadonlySet<string> = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End']);
const MARGIN = 10;
const HEAD = 28;
/** The smallest scale of the drawing: seats of 30 pixels. */
const LEAST = 0.75;

const NAMES: Readonly<Record<string, string>> = {
  ECONOMY: 'Economy',
  PREMIUM_ECONOMY: 'Premium economy',
  BUSINESS: 'Business',
  FIRST: 'First',
};

export function CabinGrid({ cabin, mine, assigned, travellers, forbidden, mode, onPress, onPoint }: CabinGridProps) {
  const ref = useRef<SVGSVGElement>(null);
  const [focus, setFocus] = useState<string>();
  const columns = columnsAt(cabin.columns);
  const rows = rowsAt(cabin.rows);
  // No gap comes after the last column.
  const right = columns.width - (STEP - SEAT);
  const width = right + 2 * MARGIN;
  const height = rows.height + HEAD + MARGIN;
  const name = NAMES[cabin.cabinClass] ?? cabin.cabinClass;
  const isMine = new Set([...mine, ...Object.values(assigned)]);
  const whoSits = new Map(travellers.flatMap((one) => {
    const seat = assigned[one.id];
    return seat === undefined ? [] : [[seat, one.label] as const];
  }));
  const entry = focus ?? cabin.rows.flatMap((row) => row.seats).find((seat) => isMine.has(seat.seat) || seat.state === 'AVAILABLE')?.seat ?? cabin.rows[0]?.seats[0]?.seat;

  const pressed = (target: EventTarget) => {
    const cell = (target as Element).closest('[data-seat]');
    const seat = cell?.getAttribute('data-seat');
    if (seat !== null && seat !== undefined) onPress(seat, cell?.getAttribute('data-look') as Look);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const from = (event.target as Element).getAttribute('data-seat');
    if (from === null) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      pressed(event.target);
    } else if (ARROWS.has(event.key)) {
      event.preventDefault();
      const to = seatAfter(cabin, from, event.key as ArrowKey);
      setFocus(to);
      ref.current?.querySelector<SVGGElement>(`[data-seat="${to}"]`)?.focus();
    }
  };
  const onPointerOver = (event: PointerEvent) => {
    onPoint((event.target as Element).closest('[data-seat]')?.getAttribute('aria-label') ?? '');
  };

  return (
    <figure className={styles['cabin']}>
      <figcaption>
        {name} <span className={styles['soft']}>· {cabin.counts.available} of {cabin.counts.seats} seats open</span>
      </figcaption>
      <svg
        ref={ref}
        role="grid"
        aria-label={`${name} seats`}
        aria-rowcount={cabin.rows.length}
        viewBox={`0 0 ${width} ${height}`}
        style={{ width: drawnWidth(width) }}
        className={styles['drawing']}
        onKeyDown={onKeyDown}
        onClick={(event) => pressed(event.target)}
        onPointerOver={onPointerOver}
        onPointerLeave={() => onPoint('')}
        onFocus={(event) => setFocus(event.target.getAttribute('data-seat') ?? undefined)}
      >
        <Letters columns={columns.at} />
        {cabin.rows.map((row, place) => (
          <SeatRow
            key={row.row}
            row={row}
            top={HEAD + (rows.at[place] ?? 0)}
            columns={columns.at}
            aisles={columns.aisles}
            right={right}
            mine={row.seats.map((seat) => (isMine.has(seat.seat) ? '1' : '0')).join('')}
            who={row.seats.map((seat) => whoSits.get(seat.seat) ?? '').join('\n')}
            banned={row.seats.map((seat) => (forbidden.has(seat.seat) ? '1' : '0')).join('')}
            entry={row.seats.some((seat) => seat.seat === entry) ? entry : undefined}
            mode={mode}
          />
        ))}
      </svg>
    </figure>
  );
}

/** A narrow screen draws a cabin a little smaller, as long as fingers still meet one seat alone; beyond that it is panned, or zoomed. */
function drawnWidth(width: number): string {
  return `max(${Math.round(width * LEAST)}px, min(${width}px, 100cqi - 34px))`;
}

function Letters({ columns }: { readonly columns: ReadonlyMap<string, number> }) {
  return (
    <g aria-hidden="true" className={styles['letters']}>
      {[...columns].map(([letter, x]) => (
        <text key={letter} x={MARGIN + x + SEAT / 2} y={HEAD - 10} textAnchor="middle">
          {letter}
        </text>
      ))}
    </g>
  );
}

interface SeatRowProps {
  readonly row: Row;
  readonly top: number;
  readonly columns: ReadonlyMap<string, number>;
  readonly aisles: readonly number[];
  readonly right: number;
  /** For each seat of the row whether it is one's own, and whether it is forbidden: texts, so that rows that stay the same are not drawn again. */
  readonly mine: string;
  readonly who: string;
  readonly banned: string;
  readonly entry: string | undefined;
  readonly mode: 'choose' | 'view' | 'block';
}

function SeatRowDrawn({ row, top, columns, aisles, right, mine, who, banned, entry, mode }: SeatRowProps) {
  const names = who.split('\n');
  return (
    <g role="row" aria-label={`Row ${row.row}`}>
      {row.exit ? <ExitSign y={top} right={right} /> : null}
      {row.bulkhead && !row.exit ? <path className={styles['bulkhead']} d={`M${MARGIN} ${top - 12} H${MARGIN + right}`} /> : null}
      {aisles.map((aisle) => (
        <text key={aisle} aria-hidden="true" className={styles['rowNumber']} x={MARGIN + aisle - 3} y={top + SEAT / 2 + 1} textAnchor="middle">
          {row.row}
        </text>
      ))}
      {row.seats.map((seat, place) => (
        <SeatCell
          key={seat.seat}
          seat={seat}
          row={row}
          x={MARGIN + (columns.get(columnOf(seat.seat)) ?? 0)}
          y={top}
          isMine={mine[place] === '1'}
          who={names[place] === '' ? undefined : names[place]}
          isForbidden={banned[place] === '1'}
          isEntry={seat.seat === entry}
          mode={mode}
        />
      ))}
    </g>
  );
}

/** A row is drawn again only when something in it changed: a busy flight changes ten seats a second. */
const SeatRow = memo(SeatRowDrawn, (before, after) =>
  before.row === after.row &&
  before.top === after.top &&
  before.mine === after.mine &&
  before.who === after.who &&
  before.banned === after.banned &&
  before.entry === after.entry &&
  before.mode === after.mode,
);

function ExitSign({ y, right }: { readonly y: number; readonly right: number }) {
  return (
    <g aria-hidden="true" className={styles['exit']}>
      <text x={MARGIN} y={y - 6}>
        ◂ EXIT
      </text>
      <text x={MARGIN + right} y={y - 6} textAnchor="end">
        EXIT ▸
      </text>
    </g>
  );
}

interface SeatCellProps {
  readonly seat: Seat;
  readonly row: Row;
  readonly x: number;
  readonly y: number;
  readonly isMine: boolean;
  readonly who: string | undefined;
  readonly isForbidden: boolean;
  readonly isEntry: boolean;
  readonly mode: 'choose' | 'view' | 'block';
}

function SeatCell({ seat, row, x, y, isMine, who, isForbidden, isEntry, mode }: SeatCellProps) {
  const look = lookOf(seat, isMine, isForbidden);
  const isFree = mode === 'block' ? look === 'open' || look === 'blocked' : look === 'open' || look === 'mine';
  const isPriced = seat.supplement !== undefined && seat.supplement !== null;
  return (
    <g
      role="gridcell"
      tabIndex={isEntry ? 0 : -1}
      data-seat={seat.seat}
      data-look={look}
      aria-label={seatLabel(seat, row, look, who)}
      aria-selected={look === 'mine'}
      aria-disabled={!isFree}
      transform={`translate(${x} ${y})`}
      className={isFree && mode !== 'view' ? styles['free'] : styles['seat']}
    >
      <Glyph look={look} />
      {look === 'sold' || look === 'blocked' ? null : (
        <text className={styles[`text-${look}`] ?? styles['text']} x={SEAT / 2} y={isPriced ? SEAT / 2 - 4 : SEAT / 2 + 1} textAnchor="middle">
          {seat.seat}
        </text>
      )}
      {isPriced && (look === 'open' || look === 'mine') ? (
        <text className={look === 'mine' ? styles['text-mine'] : styles['price']} x={SEAT / 2} y={SEAT - 13} textAnchor="middle" fontSize="10">
          +{Math.round(Number(seat.supplement?.amount))}
        </text>
      ) : null}
    </g>
  );
}

