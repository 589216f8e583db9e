/** A refusal of the interface (RFC 9457), or that it could not be reached. */

export interface FieldError {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

export class Problem extends Error {
  /** Stable; `offline` when no answer came. */
  readonly code: string;
  readonly status: number;
  readonly requestId: string | undefined;
  readonly errors: readonly FieldError[];
  /** The members of the case, like `alternatives`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(status: number, members: Readonly<Record<string, unknown>>) {
    const text = (name: string) => (typeof members[name] === 'string' ? members[name] : undefined);
    super(text('detail') ?? text('title') ?? 'Something went wrong.');
    this.name = 'Problem';
    this.code = text('code') ?? 'unknown';
    this.status = status;
    this.requestId = text('requestId');
    this.errors = Array.isArray(members['errors']) ? (members['errors'] as FieldError[]) : [];
    this.members = members;
  }
}

/** No answer came: whether it was done is not known, and the same request may be sent again under the same key. */
export function offline(): Problem {
  return new Problem(0, { code: 'offline', detail: 'The server cannot be reached. Check your connection; nothing you entered is lost.' });
}

/** Anything that was thrown, as a problem. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof TypeError) return offline();
  return new Problem(0, { code: 'unknown', detail: thrown instanceof Error ? thrown.message : String(thrown) });
}
