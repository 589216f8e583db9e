import { useServerNow } from '../api/clock';
import { countdownText } from '../lib/time';

/** The time left until an instant of the server's clock. Screen readers hear the instant, not each second. */
export function Countdown({ until }: { readonly until: string }) {
  const left = Date.parse(until) - useServerNow();
  return (
    <time dateTime={until} aria-live="off">
      {countdownText(left)}
    </time>
  );
}
