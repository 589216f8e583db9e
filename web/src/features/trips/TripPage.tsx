import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';

import { bookingQuery } from '../../api/queries/bookings';
import { useSession } from '../../api/session';
import { formatMoney } from '../../lib/money';
import { paths } from '../../lib/paths';
import { Clocks } from '../../trip/Clocks';
import { Itinerary } from '../../trip/Itinerary';
import { kindName, passengerName, routeOf, seatsByFlight, segmentsOf } from '../../trip/passengers';
import { PriceTable } from '../../trip/PriceTable';
import { bookingStatus, endingWords, isUnderWay } from '../../trip/status';
import type { Booking } from '../../trip/types';
import { Badge } from '../../ui/Badge';
import { Button, LinkButton } from '../../ui/Button';
import { Actions } from '../../ui/Dialog';
import { Card, EmptyState, ErrorState, Notice, PageHeader, Skeleton } from '../../ui/States';
import { CancelDialog } from './CancelDialog';
import { SeatsDialog } from './SeatsDialog';
import styles from './trips.module.css';

export default function TripPage() {
  const { bookingId = '' } = useParams({ strict: false }) as { bookingId?: string };
  const session = useSession();
  const booking = useQuery({
    ...bookingQuery(bookingId),
    enabled: session.status === 'signed-in',
    refetchInterval: ({ state }) => (state.data !== undefined && isUnderWay(state.data.status) ? 10_000 : false),
  });
  if (session.status === 'anonymous') {
    return (
      <EmptyState title="Sign in to see this trip">
        <LinkButton kind="primary" to={paths.signIn(paths.trip(bookingId))}>
          Sign in
        </LinkButton>
      </EmptyState>
    );
  }
  if (booking.data !== undefined) return <Trip booking={booking.data} />;
  if (booking.isError) return <ErrorState problem={booking.error} onRetry={() => void booking.refetch()} />;
  return <Skeleton lines={10} />;
}

type Open = 'nothing' | 'cancel' | 'seats';

function Trip({ booking }: { readonly booking: Booking }) {
  const [open, setOpen] = useState<Open>('nothing');
  const status = bookingStatus(booking.status);
  const close = () => setOpen('nothing');
  return (
    <div className={styles['step']}>
      <PageHeader title={routeOf(booking) || `Booking ${booking.pnr}`} lead={`Booking reference ${booking.pnr}`}>
        <Badge tone={status.tone}>{status.label}</Badge>
      </PageHeader>
      <Ending booking={booking} />
      <Clocks booking={booking} />
      <Choices booking={booking} onOpen={setOpen} />
      <Card label="Flights and seats">
        <Itinerary flightIds={segmentsOf(booking).map((segment) => segment.flightId)} seats={seatsByFlight(booking)} />
      </Card>
      <Card label="Who travels">
        <h2>Who travels</h2>
        <ul className={styles['people']}>
          {booking.passengers.map((passenger) => (
            <li key={passenger.id}>
              <strong>{passengerName(booking, passenger.id)}</strong>
              <span className={styles['soft']}>{kindName(passenger.type)}</span>
            </li>
          ))}
        </ul>
        {booking.contactInfo === undefined || booking.contactInfo === null ? null : (
          <p className={styles['soft']}>
            {booking.contactInfo.email} · {booking.contactInfo.phone}
          </p>
        )}
      </Card>
      <Card>
        <PriceTable booking={booking} />
      </Card>
      {open === 'cancel' ? <CancelDialog booking={booking} onClose={close} /> : null}
      {open === 'seats' ? <SeatsDialog booking={booking} onClose={close} /> : null}
    </div>
  );
}

interface ChoicesProps {
  readonly booking: Booking;
  readonly onOpen: (open: Open) => void;
}

/** What can be done with a trip as it stands. */
function Choices({ booking, onOpen }: ChoicesProps) {
  const isPayable = booking.status === 'HELD' || booking.status === 'PAYING';
  const isConfirmed = booking.status === 'CONFIRMED';
  if (!isPayable && !isConfirmed) return null;
  return (
    <Actions>
      {isPayable ? (
        <LinkButton kind="primary" to={paths.booking.pay(booking.id)}>
          Pay
        </LinkButton>
      ) : (
        <LinkButton kind="primary" to={paths.booking.done(booking.id)}>
          Itinerary
        </LinkButton>
      )}
      {booking.status === 'PAYING' ? null : <Button onPress={() => onOpen('seats')}>Change seats</Button>}
      <Button kind="danger" onPress={() => onOpen('cancel')}>
        Cancel this trip
      </Button>
    </Actions>
  );
}

function Ending({ booking }: { readonly booking: Booking }) {
  const words = endingWords(booking);
  if (words === '') return null;
  const refund = booking.end?.refund;
  const fees = booking.end?.fees;
  return (
    <Notice tone={booking.status === 'CANCELLED' ? 'plain' : 'held'}>
      <p>{words}</p>
      {refund === undefined || refund === null ? null : (
        <p>
          Given back: <strong>{formatMoney(refund)}</strong>
          {fees === undefined || fees === null ? null : <> · Kept as fees: {formatMoney(fees)}</>}
        </p>
      )}
    </Notice>
  );
}
