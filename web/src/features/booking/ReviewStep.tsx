import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, body } from '../../api/client';
import { bookingQuery } from '../../api/queries/bookings';
import { formatMoney } from '../../lib/money';
import { paths } from '../../lib/paths';
import { Clocks } from '../../trip/Clocks';
import { Itinerary } from '../../trip/Itinerary';
import { kindName, passengerName, seatsByFlight, segmentsOf } from '../../trip/passengers';
import { PriceTable } from '../../trip/PriceTable';
import { bookingStatus, endingWords, isUnderWay } from '../../trip/status';
import type { Booking } from '../../trip/types';
import { Badge } from '../../ui/Badge';
import { Button, LinkButton } from '../../ui/Button';
import { Actions } from '../../ui/Dialog';
import { Card, ErrorState, Notice, Skeleton } from '../../ui/States';
import styles from './booking.module.css';

interface ReviewStepProps {
  readonly bookingId: string;
  /** The draft goes on without its booking: something else is to be booked. */
  readonly onAnew: () => void;
}

/** The booking as the server holds it: its price is final, and three clocks run. */
export function ReviewStep({ bookingId, onAnew }: ReviewStepProps) {
  const booking = useQuery({
    ...bookingQuery(bookingId),
    refetchInterval: ({ state }) => (state.data !== undefined && isUnderWay(state.data.status) ? 15_000 : false),
  });
  if (booking.data !== undefined) return <Reviewed booking={booking.data} onAnew={onAnew} />;
  if (booking.isError) {
    return (
      <ErrorState problem={booking.error} onRetry={() => void booking.refetch()}>
        <Button onPress={onAnew}>Begin again</Button>
      </ErrorState>
    );
  }
  return <Skeleton lines={10} />;
}

function Reviewed({ booking, onAnew }: { readonly booking: Booking; readonly onAnew: () => void }) {
  const client = useQueryClient();
  const letGo = useMutation({
    mutationFn: async () =>
      body(await api.POST('/api/v1/bookings/{bookingId}/cancel', { params: { path: { bookingId: booking.id } }, body: {} })),
    onSuccess: (cancelled) => {
      client.setQueryData(bookingQuery(booking.id).queryKey, cancelled);
      onAnew();
    },
  });
  if (booking.status === 'CONFIRMED') return <Bought booking={booking} onAnew={onAnew} />;
  if (!isUnderWay(booking.status)) return <Over booking={booking} onAnew={onAnew} />;
  const status = bookingStatus(booking.status);
  return (
    <div className={styles['step']}>
      <div className={styles['mapHead']}>
        <h2>Booking {booking.pnr}</h2>
        <Badge tone={status.tone}>{status.label}</Badge>
      </div>
      <Clocks booking={booking} />
      <Card label="Flights and seats">
        <Itinerary flightIds={segmentsOf(booking).map((segment) => segment.flightId)} seats={seatsByFlight(booking)} />
      </Card>
      <Card label="Who travels">
        <People booking={booking} />
      </Card>
      <Card>
        <PriceTable booking={booking} />
      </Card>
      {letGo.isError ? <ErrorState problem={letGo.error} /> : null}
      <Actions>
        <LinkButton kind="primary" to={paths.booking.pay(booking.id)}>
          {booking.price === null || booking.price === undefined ? 'Continue to payment' : `Pay ${formatMoney(booking.price.total)}`}
        </LinkButton>
        <Button isPending={letGo.isPending} onPress={() => letGo.mutate()}>
          Change something
        </Button>
      </Actions>
      <p className={styles['soft']}>To change something lets these places go and takes you back to the form, with everything as you entered it.</p>
    </div>
  );
}

function People({ booking }: { readonly booking: Booking }) {
  return (
    <>
      <h3>Who travels</h3>
      <ul className={styles['people']}>
        {booking.passengers.map((passenger) => (
          <li key={passenger.id}>
            <strong>{passengerName(booking, passenger.id)}</strong>
            <span className={styles['soft']}>
              {kindName(passenger.type)}
              {seatText(booking, passenger.id)}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function seatText(booking: Booking, passengerId: string): string {
  const seats = segmentsOf(booking).flatMap((segment) =>
    segment.seats.flatMap(({ passengerId: id, seat }) => (id === passengerId && seat ? [seat] : [])),
  );
  return seats.length === 0 ? '' : ` · ${seats.join(', ')}`;
}

interface EndProps {
  readonly booking: Booking;
  readonly onAnew: () => void;
}

function Over({ booking, onAnew }: EndProps) {
  return (
    <Notice tone="held">
      <h2>{bookingStatus(booking.status).label}</h2>
      <p>{endingWords(booking)} What you entered is still here.</p>
      <Button kind="primary" onPress={onAnew}>
        Book again
      </Button>
    </Notice>
  );
}

function Bought({ booking, onAnew }: EndProps) {
  return (
    <Notice tone="good">
      <h2>Booking {booking.pnr} is confirmed</h2>
      <Actions>
        <LinkButton kind="primary" to={paths.booking.done(booking.id)}>
          Show it
        </LinkButton>
        <Button onPress={onAnew}>Book another like it</Button>
      </Actions>
    </Notice>
  );
}
