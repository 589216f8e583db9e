/** The server's clock: deadlines are its own, whatever the reader's clock says. */

import { useSyncExternalStore } from 'react';

let offset = 0;

/** Learns from an answer what time it is; a second's uncertainty of `Date` does no harm to a countdown. */
export function noteServerTime(headers: Headers): void {
  const precise = Number(headers.get('Server-Time'));
  const coarse = Date.parse(headers.get('Date') ?? '');
  if (precise > 0) noteServerInstant(precise);
  else if (!Number.isNaN(coarse) && Math.abs(coarse - Date.now() - offset) > 1_500) noteServerInstant(coarse);
}

/** Learns that it is this instant now, in milliseconds since 1970. */
export function noteServerInstant(milliseconds: number): void {
  offset = milliseconds - Date.now();
}

/** Now, by the server's clock. */
export function serverNow(): number {
  return Date.now() + offset;
}

const listeners = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;
let told = thisSecond();

function thisSecond(): number {
  return Math.floor(serverNow() / 1_000);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  ticking ??= setInterval(tick, 250);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(ticking);
      ticking = undefined;
    }
  };
}

function tick(): void {
  const now = thisSecond();
  if (now === told) return;
  told = now;
  listeners.forEach((listener) => listener());
}

/** Now by the server's clock, to the second; whoever uses it is drawn again each second. */
export function useServerNow(): number {
  return useSyncExternalStore(subscribe, thisSecond) * 1_000;
}
