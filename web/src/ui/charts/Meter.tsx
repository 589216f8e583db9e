import { useId } from 'react';

import { numberFormat } from '../../lib/format';
import styles from './charts.module.css';
import { shareOf } from './scale';

interface MeterProps {
  readonly label: string;
  readonly value: number;
  readonly whole: number;
  /** How the share is written; in percent when missing. */
  readonly text?: string;
}

/** How much of something is used: seats sold of a cabin, a load factor. */
export function Meter({ label, value, whole, text }: MeterProps) {
  const name = useId();
  const share = shareOf(value, whole);
  const words = text ?? numberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 }).format(share);
  return (
    <div className={styles['meter']}>
      <span className={styles['meterHead']}>
        <span id={name}>{label}</span>
        <strong aria-hidden="true">{words}</strong>
      </span>
      <span
        className={styles['track']}
        role="meter"
        aria-labelledby={name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        aria-valuetext={words}
      >
        <span className={styles['fill']} style={{ width: `${share * 100}%` }} />
      </span>
    </div>
  );
}
