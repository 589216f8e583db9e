import styles from './charts.module.css';
import { shareOf } from './scale';

export interface Bar {
  readonly label: string;
  readonly value: number;
}

interface BarChartProps {
  readonly title: string;
  readonly bars: readonly Bar[];
  /** How a value is written; `formatMoney` for money. */
  readonly format?: (value: number) => string;
  /** What a whole bar is; the largest value when missing. */
  readonly whole?: number;
}

/** Values beside each other, largest shares longest. It is a list whose numbers are read out; the bars are only its picture. */
export function BarChart({ title, bars, format = String, whole }: BarChartProps) {
  const full = whole ?? Math.max(0, ...bars.map((bar) => bar.value));
  return (
    <figure className={styles['chart']}>
      <figcaption>{title}</figcaption>
      {bars.length === 0 ? <p className={styles['none']}>Nothing yet.</p> : null}
      <ul className={styles['bars']} aria-label={title}>
        {bars.map((bar) => (
          <li key={bar.label} className={styles['bar']}>
            <span className={styles['label']}>{bar.label}</span>
            <span className={styles['track']} aria-hidden="true">
              <span className={styles['fill']} style={{ width: `${shareOf(bar.value, full) * 100}%` }} />
            </span>
            <span className={styles['value']}>{format(bar.value)}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
