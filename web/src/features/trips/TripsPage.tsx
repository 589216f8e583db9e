import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { myBookingsQuery } from '../../api/queries/bookings';
import { useSession } from '../../api/session';
import { formatMoney } from '../../lib/money';
import { paths } from '../../lib/paths';
import { dayText } from '../../lib/time';
import { routeOf, segmentsOf } from '../../trip/passengers';
import { bookingStatus } from '../../trip/status';
import type { Booking } from '../../trip/types';
import { Badge } from '../../ui/Badge';
import { Button, LinkButton } from '../../ui/Button';
import { Countdown } from '../../ui/Countdown';
import { Link } from '../../ui/Link';
import { EmptyState, ErrorState, PageHeader, Skeleton } from '../../ui/States';
import styles from './trips.module.css';

export default function TripsPage() {
  const session = useSession();
  if (session.status === 'unknown') return <Skeleton lines={8} />;
  return (
    <>
      <PageHeader title="My trips" />
      {session.status === 'anonymous' ? (
        <EmptyState title="Sign in to see your trips">
          <LinkButton kind="primary" to={paths.signIn(paths.trips())}>
            Sign in
          </LinkButton>
          <Link to={paths.lookup()}>Find one by its reference</Link>
        </EmptyState>
      ) : (
        <Trips />
      )}
    </>
  );
}

function Trips() {
  const [page, setPage] = useState(1);
  const trips = useQuery({ ...myBookingsQuery(page), placeholderData: keepPreviousData });
  if (trips.data === undefined) {
    return trips.isError ? <ErrorState problem={trips.error} onRetry={() => void trips.refetch()} /> : <Skeleton lines={8} />;
  }
  const { data, page: shown } = trips.data;
  if (shown.total === 0) {
    return (
      <EmptyState title="No trips yet">
        <p>When you book, your trips stand here, with their latest times.</p>
        <LinkButton kind="primary" to={paths.home()}>
          Search flights
        </LinkButton>
      </EmptyState>
    );
  }
  return (
    <>
      <ul className={styles['list']} aria-label="Trips">
        {data.map((booking) => (
          <li key={booking.id}>
            <TripCard booking={booking} />
          </li>
        ))}
      </ul>
      {shown.pages > 1 ? (
        <nav className={styles['pages']} aria-label="Pages">
          <Button isDisabled={page <= 1} onPress={() => setPage(page - 1)}>
            Newer
          </Button>
          <span>
            Page {shown.number} of {shown.pages}
          </span>
          <Button isDisabled={page >= shown.pages} onPress={() => setPage(page + 1)}>
            Older
          </Button>
        </nav>
      ) : null}
    </>
  );
}

function TripCard({ booking }: { readonly booking: Booking }) {
  const status = bookingStatus(booking.status);
  const [first] = segmentsOf(booking);
  const day = first === undefined ? undefined : /\d{4}-\d{2}-\d{2}/.exec(first.flightId)?.[0];
  const count = booking.passengers.length;
  return (
    <Link to={paths.trip(booking.id)} className={styles['trip']}>
      <span>
        <span className={styles['route']}>{routeOf(booking) || booking.pnr}</span>
        <br />
        <span className={styles['soft']}>
          {day === undefined ? '' : `${dayText(day, true)} · `}
          {count} {count === 1 ? 'traveller' : 'travellers'}
          {booking.price === null || booking.price === undefined ? '' : ` · ${formatMoney(booking.price.total)}`}
        </span>
      </span>
      <span className={styles['right']}>
        <strong>{booking.pnr}</strong>
        <Badge tone={status.tone}>{status.label}</Badge>
        {booking.status === 'HELD' && booking.holdExpiresAt ? (
          <span className={styles['soft']}>
            <Countdown until={booking.holdExpiresAt} /> left to pay
          </span>
        ) : null}
      </span>
    </Link>
  );
}
