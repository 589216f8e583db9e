import { useEffect, useRef, useState } from 'react';

import { Table } from '../Table';
import styles from './charts.module.css';
import { placed, ticksTo } from './scale';

export interface Point {
  readonly label: string;
  readonly value: number;
}

interface LineChartProps {
  readonly title: string;
  /** What the points are, and what is measured: the heads of the table of numbers. */
  readonly pointName: string;
  readonly valueName: string;
  readonly points: readonly Point[];
  readonly format?: (value: number) => string;
}

/** Until it is known how wide it may be. */
const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 72;
const FOOT = 28;
const HEAD = 12;
const END = 16;
/** As wide as a name and the space around it: closer they would stand on each other. */
const NAME = 88;

/** How something went from one point to the next; the same numbers are below it as a table. */
export function LineChart({ title, pointName, valueName, points, format = String }: LineChartProps) {
  if (points.length === 0) {
    return (
      <figure className={styles['chart']}>
        <figcaption>{title}</figcaption>
        <p className={styles['none']}>Nothing yet.</p>
      </figure>
    );
  }
  return (
    <figure className={styles['chart']}>
      <figcaption>{title}</figcaption>
      <Drawing points={points} format={format} />
      <details className={styles['numbers']}>
        <summary>Show as numbers</summary>
        <Table
          caption={title}
          rows={points}
          keyOf={(point) => point.label}
          empty="Nothing yet."
          columns={[
            { id: 'point', head: pointName, cell: (point) => point.label },
            { id: 'value', head: valueName, cell: (point) => format(point.value), isNumber: true },
          ]}
        />
      </details>
    </figure>
  );
}

/** How wide an element is: a drawing that only grew or shrank with it would have letters that nobody can read on a phone. */
function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(WIDTH);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? WIDTH)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [box, width] as const;
}

function Drawing({ points, format }: { readonly points: readonly Point[]; readonly format: (value: number) => string }) {
  const [box, whole] = useWidth();
  const ticks = ticksTo(Math.max(...points.map((point) => point.value)));
  const top = ticks.at(-1) ?? 1;
  const width = Math.max(whole - LEFT - END, NAME);
  const height = HEIGHT - HEAD - FOOT;
  const places = placed(points.map((point) => point.value), top, width, height);
  const path = places.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${x} ${y}`).join(' ');
  const each = Math.ceil(points.length / Math.floor(width / NAME));
  return (
    <div ref={box} className={styles['drawing']}>
      <svg viewBox={`0 0 ${LEFT + width + END} ${HEIGHT}`} aria-hidden="true">
        <g transform={`translate(${LEFT} ${HEAD})`}>
          {ticks.map((tick) => (
            <g key={tick} transform={`translate(0 ${height - (tick / top) * height})`}>
              <path className={styles['grid']} d={`M0 0 H${width}`} />
              <text className={styles['axis']} x={-10} y={4} textAnchor="end">
                {format(tick)}
              </text>
            </g>
          ))}
          <path className={styles['area']} d={`${path} L${places.at(-1)?.x ?? 0} ${height} L${places[0]?.x ?? 0} ${height} Z`} />
          <path className={styles['line']} d={path} />
          {places.map(({ x, y }, at) => (
            <circle key={points[at]?.label} className={styles['dot']} cx={x} cy={y} r={3.5} />
          ))}
          {points.map((point, at) =>
            at % each === 0 ? (
              <text key={point.label} className={styles['axis']} x={places[at]?.x} y={height + 20} textAnchor="middle">
                {point.label}
              </text>
            ) : null,
          )}
        </g>
      </svg>
    </div>
  );
}
