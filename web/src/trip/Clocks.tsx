import { Countdown } from '../ui/Countdown';
import styles from './Clocks.module.css';
import type { Booking } from './types';

/** The three clocks of a held booking: its places, its price, and the time to pay. */
export function Clocks({ booking }: { readonly booking: Booking }) {
  if (booking.holdExpiresAt === null || booking.holdExpiresAt === undefined) return null;
  const clocks = [
    { name: 'Seats held', until: booking.holdExpiresAt },
    { name: 'Price guaranteed', until: booking.priceGuaranteedUntil },
    { name: 'Time to pay', until: booking.ticketingTimeLimit },
  ];
  return (
    <dl className={styles['clocks']} aria-label="Time left">
      {clocks.map((clock) => (
        <div key={clock.name} className={styles['clock']}>
          <dt>{clock.name}</dt>
          <dd>
            <Countdown until={clock.until} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
