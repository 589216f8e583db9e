import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { useSession } from '../api/session';
import { paths } from '../lib/paths';
import { LinkButton } from './Button';
import styles from './desk.module.css';
import { EmptyState, ErrorState, PageHeader, Skeleton } from './States';

interface DeskProps {
  readonly title: string;
  readonly lead?: string;
  /** Whose desk it is. The server decides who may do what; the page only says it before anything is asked. */
  readonly roles: readonly string[];
  readonly children: ReactNode;
}

/** A page for those who work here. */
export function Desk({ title, lead, roles, children }: DeskProps) {
  const session = useSession();
  if (session.status === 'unknown') return <Skeleton lines={8} />;
  const isWelcome = session.status === 'signed-in' && roles.includes(session.user.role);
  return (
    <div className={styles['desk']}>
      <PageHeader title={title} lead={lead} />
      {isWelcome ? (
        children
      ) : (
        <EmptyState title="This desk is not yours">
          <p>Sign in with an account that has it; an administrator grants roles.</p>
          <LinkButton to={paths.signIn()}>Sign in</LinkButton>
        </EmptyState>
      )}
    </div>
  );
}

interface LoadedProps<T> {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}

/** What was read, or how the reading stands. */
export function Loaded<T>({ query, children }: LoadedProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <ErrorState problem={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton lines={6} />;
}

/** Fields and buttons in a line. */
export function Tools({ children }: { readonly children: ReactNode }) {
  return <div className={styles['tools']}>{children}</div>;
}

/** Cards beside each other where there is room. */
export function Grid({ children }: { readonly children: ReactNode }) {
  return <div className={styles['grid']}>{children}</div>;
}

/** Single numbers, large. */
export function Figures({ label, figures }: { readonly label: string; readonly figures: readonly { readonly name: string; readonly value: string | number }[] }) {
  return (
    <dl className={styles['figures']} aria-label={label}>
      {figures.map((figure) => (
        <div key={figure.name} className={styles['figure']}>
          <dt>{figure.name}</dt>
          <dd>{figure.value}</dd>
        </div>
      ))}
    </dl>
  );
}
