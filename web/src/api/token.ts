/**
 * The access token of this page. It lives in memory alone; the refresh token is in a cookie that no script reads, so a reload asks for
 * a new access token, and so does whoever finds that theirs has ended.
 */

interface Held {
  readonly token: string;
  /** On this page's monotonic clock, milliseconds. */
  readonly endsAt: number;
}

/** Ahead of its end a token is not used any more: a request takes time. */
const AHEAD_MS = 20_000;

/** A browser that was signed in says so here, so that nobody else's first visit asks for a refresh that must fail. */
const MARK = 'aisle.signed-in';

let held: Held | undefined;
let renewing: Promise<string | undefined> | undefined;

/** Whether this browser was signed in when it was last here. */
export function wasSignedIn(): boolean {
  return localStorage.getItem(MARK) !== null;
}

export function keepToken(token: string, seconds: number): void {
  held = { token, endsAt: performance.now() + seconds * 1_000 };
  localStorage.setItem(MARK, 'yes');
}

export function dropToken(): void {
  held = undefined;
  localStorage.removeItem(MARK);
}

/** A token that is good now, or nothing when nobody is signed in. Rejects when the server cannot be reached. */
export function accessToken(): Promise<string | undefined> {
  if (held !== undefined && performance.now() < held.endsAt - AHEAD_MS) return Promise.resolve(held.token);
  if (held === undefined && !wasSignedIn()) return Promise.resolve(undefined);
  return renewToken();
}

/** Asks for a new token; several who ask at once share one answer, since a refresh token is good once. */
export function renewToken(): Promise<string | undefined> {
  renewing ??= renew().finally(() => {
    renewing = undefined;
  });
  return renewing;
}

async function renew(): Promise<string | undefined> {
  const answer = await fetch('/api/v1/auth/refresh', { method: 'POST' });
  if (answer.status === 401 || answer.status === 403) {
    dropToken();
    return undefined;
  }
  if (!answer.ok) throw new TypeError(`refresh: ${answer.status}`);
  const { accessToken: token, expiresIn } = (await answer.json()) as { accessToken: string; expiresIn: number };
  keepToken(token, expiresIn);
  return token;
}
