import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';

import { bookingQuery } from '../../api/queries/bookings';
import { formatMoney } from '../../lib/money';
import { paths } from '../../lib/paths';
import { Clocks } from '../../trip/Clocks';
import { Itinerary } from '../../trip/Itinerary';
import { everybodyOn, seatsByFlight, segmentsOf } from '../../trip/passengers';
import { endingWords } from '../../trip/status';
import type { Booking } from '../../trip/types';
import { LinkButton } from '../../ui/Button';
import { Actions } from '../../ui/Dialog';
import { useGo } from '../../ui/Link';
import { Card, ErrorState, Notice, PageHeader, Skeleton } from '../../ui/States';
import { faceOf, lookAgainAfter, type Face } from './face';
import styles from './payment.module.css';
import { paymentQuery, type PaymentShown } from './payments';
import { ProviderForm } from './ProviderForm';
import { Authenticate, TestCards } from './Sandbox';

export default function PayPage() {
  const { bookingId = '' } = useParams({ strict: false }) as { bookingId?: string };
  const booking = useQuery({ ...bookingQuery(bookingId), refetchInterval: 5_000 });
  if (booking.data === undefined) {
    if (booking.isError) return <ErrorState problem={booking.error} onRetry={() => void booking.refetch()} />;
    return <Skeleton lines={10} />;
  }
  return <Paying booking={booking.data} />;
}

function Paying({ booking }: { readonly booking: Booking }) {
  const go = useGo();
  const isPayable = booking.status === 'HELD' || booking.status === 'PAYING';
  const payment = useQuery({
    ...paymentQuery(booking.id, booking.status),
    enabled: isPayable,
    refetchInterval: ({ state }) => lookAgainAfter(faceOf(booking, state.data)),
  });
  const face = faceOf(booking, payment.data);
  const isDone = face.kind === 'done';
  useEffect(() => {
    if (isDone) go(paths.booking.done(booking.id), { replace: true });
    // `go` is a new function each time and says nothing new.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isDone, booking.id]);
  const total = booking.price?.total;
  return (
    <>
      <PageHeader title={total === undefined ? 'Payment' : `Pay ${formatMoney(total)}`} lead={`Booking ${booking.pnr}, for ${everybodyOn(booking)}`} />
      <div className={styles['layout']}>
        <div className={styles['step']}>
          {isPayable ? <Clocks booking={booking} /> : null}
          {payment.isError && payment.data === undefined ? (
            <ErrorState problem={payment.error} onRetry={() => void payment.refetch()} />
          ) : (
            <FaceShown face={face} booking={booking} payment={payment.data} />
          )}
        </div>
        <Card label="Your trip">
          <Itinerary flightIds={segmentsOf(booking).map((segment) => segment.flightId)} seats={seatsByFlight(booking)} />
        </Card>
      </div>
    </>
  );
}

interface FaceShownProps {
  readonly face: Face;
  readonly booking: Booking;
  readonly payment: PaymentShown | undefined;
}

function FaceShown({ face, booking, payment }: FaceShownProps) {
  switch (face.kind) {
    case 'opening':
      return <Skeleton lines={5} label="Opening the payment" />;
    case 'test-cards':
      return <TestCards bookingId={booking.id} methods={face.methods} lastDecline={payment?.lastDecline ?? undefined} />;
    case 'element':
      return <ProviderForm bookingId={booking.id} clientSecret={face.clientSecret} publishableKey={face.publishableKey} />;
    case 'authenticate':
      return <Authenticate bookingId={booking.id} isSandbox={face.isSandbox} />;
    case 'settling':
      return <Waiting title="Your bank is taking its time">Your places stay held meanwhile. This page goes on by itself.</Waiting>;
    case 'buying':
    case 'done':
      return <Waiting title="Paid: buying your places">This takes a moment.</Waiting>;
    case 'no-way':
      return <Waiting title="Nothing can be paid here">No way to pay is set up on this server. Ask the agent who made the booking.</Waiting>;
    case 'ended':
      return <Ended booking={booking} />;
  }
}

function Waiting({ title, children }: { readonly title: string; readonly children: string }) {
  return (
    <Notice tone="held">
      <h2>{title}</h2>
      <p>{children}</p>
    </Notice>
  );
}

function Ended({ booking }: { readonly booking: Booking }) {
  return (
    <Notice tone="held">
      <h2>This booking cannot be paid any more</h2>
      <p>{endingWords(booking)}</p>
      <Actions>
        <LinkButton kind="primary" to={paths.home()}>
          Search again
        </LinkButton>
        <LinkButton to={paths.trip(booking.id)}>Show the booking</LinkButton>
      </Actions>
    </Notice>
  );
}
