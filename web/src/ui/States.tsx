import type { ReactNode } from 'react';

import { problemOf } from '../api/problem';
import { Button } from './Button';
import styles from './ui.module.css';

export function Card({ children, label }: { readonly children: ReactNode; readonly label?: string }) {
  if (label === undefined) return <div className={styles['card']}>{children}</div>;
  return (
    <section className={styles['card']} aria-label={label}>
      {children}
    </section>
  );
}

interface PageHeaderProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
}

export function PageHeader({ title, lead, children }: PageHeaderProps) {
  return (
    <div className={styles['header']}>
      <title>{`${title} · Aisle`}</title>
      <div>
        <h1>{title}</h1>
        {lead === undefined ? null : <p className={styles['lead']}>{lead}</p>}
      </div>
      {children}
    </div>
  );
}

/** Something is on its way: its place is kept, and screen readers hear of it. */
export function Skeleton({ lines = 4, label = 'Loading' }: { readonly lines?: number; readonly label?: string }) {
  return (
    <div className={styles['skeleton']} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className={styles['bar']} />
      ))}
    </div>
  );
}

interface EmptyStateProps {
  readonly title: string;
  readonly children?: ReactNode;
}

export function EmptyState({ title, children }: EmptyStateProps) {
  return (
    <div className={styles['notice']}>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

type NoticeTone = 'plain' | 'held' | 'good' | 'bad';

const NOTICES: Readonly<Record<NoticeTone, string | undefined>> = {
  plain: '',
  held: styles['noticeHeld'],
  good: styles['noticeGood'],
  bad: styles['noticeBad'],
};

/** A word to the reader; a bad one is announced at once, the others when there is a pause. */
export function Notice({ tone = 'plain', children }: { readonly tone?: NoticeTone; readonly children: ReactNode }) {
  return (
    <div className={`${styles['notice']} ${NOTICES[tone] ?? ''}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}

interface ErrorStateProps {
  readonly problem: unknown;
  readonly title?: string;
  readonly onRetry?: () => void;
  readonly children?: ReactNode;
}

/** What went wrong, in the server's own words, with its name in the logs. */
export function ErrorState({ problem, title, onRetry, children }: ErrorStateProps) {
  const known = problemOf(problem);
  const heading = title ?? (known.code === 'offline' ? 'No connection' : 'That did not work');
  return (
    <Notice tone="bad">
      <h2>{heading}</h2>
      <p>{sentence(known.message)}</p>
      {known.requestId === undefined ? null : <p className={styles['small']}>Request {known.requestId}</p>}
      {onRetry === undefined ? null : <Button onPress={onRetry}>Try again</Button>}
      {children}
    </Notice>
  );
}

function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}

export function VisuallyHidden({ children }: { readonly children: ReactNode }) {
  return <span className={styles['hidden']}>{children}</span>;
}
