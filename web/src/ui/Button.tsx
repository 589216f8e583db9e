import type { ReactNode } from 'react';

import { Link } from './Link';
import styles from './ui.module.css';

export type ButtonKind = 'primary' | 'secondary' | 'quiet' | 'danger';

interface Looks {
  readonly kind?: ButtonKind;
  readonly children: ReactNode;
  /** When the text alone does not say what it is about. */
  readonly 'aria-label'?: string;
}

interface ButtonProps extends Looks {
  readonly onPress?: () => void;
  readonly type?: 'button' | 'submit';
  readonly isDisabled?: boolean;
  /** It is being done: it stays focused, says so, and cannot be pressed again. */
  readonly isPending?: boolean;
}

export function Button({ kind = 'secondary', type = 'button', isDisabled, isPending = false, onPress, children, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={`${styles['button']} ${styles[kind]}`}
      disabled={isDisabled}
      aria-disabled={isPending ? true : undefined}
      onClick={(event) => {
        // A second press of what is being done would be done twice, and would send a form again.
        if (isPending) event.preventDefault();
        else onPress?.();
      }}
    >
      {isPending ? <span aria-hidden="true">…</span> : null}
      {children}
    </button>
  );
}

/** A link that looks like a button: it goes somewhere, it does nothing. */
export function LinkButton({ to, kind = 'secondary', children, ...rest }: Looks & { readonly to: string }) {
  return (
    <Link {...rest} to={to} className={`${styles['button']} ${styles[kind]}`}>
      {children}
    </Link>
  );
}
