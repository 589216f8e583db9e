import type { ReactNode } from 'react';

import styles from './ui.module.css';

export type Tone = 'neutral' | 'good' | 'held' | 'bad';

/** A sign for each tone, so that colour is never the only one. */
const SIGNS: Readonly<Record<Tone, string>> = { neutral: '○', good: '✓', held: '◔', bad: '!' };

export function Badge({ tone = 'neutral', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <span className={`${styles['badge']} ${styles[tone]}`}>
      <span aria-hidden="true">{SIGNS[tone]}</span>
      {children}
    </span>
  );
}
