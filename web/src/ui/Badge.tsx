import type { ReactNode } from 'react';

import styles from './ui.module.css';

export type Tone = 'neutral' | 'good' | 'held' | 'bad';

/** A sign for each tone, so that colour is never the only one; drawn, not written, since a letter-like sign would be read and judged as text. */
const SIGNS: Readonly<Record<Tone, string>> = {
  neutral: 'M6 2 A4 4 0 1 1 5.99 2',
  good: 'M2 6.5 L5 9.5 L10 3',
  held: 'M6 2 A4 4 0 1 1 5.99 2 M6 3.5 V6 L8 7.5',
  bad: 'M6 1.5 V7 M6 9.5 V10.5',
};

export function Badge({ tone = 'neutral', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <span className={`${styles['badge']} ${styles[tone]}`}>
      <svg aria-hidden="true" viewBox="0 0 12 12" width="12" height="12" fill="none" stroke="currentColor" strokeWidth="1.75">
        <path d={SIGNS[tone]} />
      </svg>
      {children}
    </span>
  );
}
