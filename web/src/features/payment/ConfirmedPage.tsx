import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';

import { serverNow } from '../../api/clock';
import { bookingQuery } from '../../api/queries/bookings';
import { formatMoney } from '../../lib/money';
import { paths } from '../../lib/paths';
import { calendarFile } from '../../trip/calendar';
import { Itinerary } from '../../trip/Itinerary';
import { kindName, passengerName, seatsByFlight, segmentsOf } from '../../trip/passengers';
import { PriceTable } from '../../trip/PriceTable';
import { bookingStatus } from '../../trip/status';
import type { Booking } from '../../trip/types';
import { flightName } from '../../trip/useFlights';
import { Badge } from '../../ui/Badge';
import { Button, LinkButton } from '../../ui/Button';
import { Card, ErrorState, PageHeader, Skeleton } from '../../ui/States';
import styles from './payment.module.css';

export default function ConfirmedPage() {
  const { bookingId = '' } = useParams({ strict: false }) as { bookingId?: string };
  const booking = useQuery(bookingQuery(bookingId));
  if (booking.data !== undefined) return <Itinerated booking={booking.data} />;
  if (booking.isError) return <ErrorState problem={booking.error} onRetry={() => void booking.refetch()} />;
  return <Skeleton lines={10} />;
}

function Itinerated({ booking }: { readonly booking: Booking }) {
  const status = bookingStatus(booking.status);
  const isConfirmed = booking.status === 'CONFIRMED';
  const title = isConfirmed ? 'You are booked' : `Booking ${booking.pnr}`;
  return (
    <div className={styles['step']}>
      <PageHeader title={title} lead={isConfirmed ? 'Keep the reference: with your surname it finds the booking again.' : undefined}>
        <div className={styles['tools']}>
          <Button onPress={() => saveCalendar(booking)}>Add to calendar</Button>
          <Button onPress={() => window.print()}>Print itinerary</Button>
          <LinkButton to={paths.trip(booking.id)}>Manage this trip</LinkButton>
        </div>
      </PageHeader>
      <div className={styles['pass']}>
        <div className={styles['stub']}>
          <span className={styles['soft']}>Booking reference</span>
          <strong className={styles['pnr']}>{booking.pnr}</strong>
          <Badge tone={status.tone}>{status.label}</Badge>
          {booking.price === null || booking.price === undefined ? null : (
            <span>
              {isConfirmed ? 'Paid' : 'Price'} {formatMoney(booking.price.total)}
            </span>
          )}
        </div>
        <div className={styles['body']}>
          <Itinerary flightIds={segmentsOf(booking).map((segment) => segment.flightId)} seats={seatsByFlight(booking)} />
        </div>
      </div>
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
      </Card>
      <Card>
        <PriceTable booking={booking} />
      </Card>
    </div>
  );
}

/** Gives the browser the booking as a calendar file. */
function saveCalendar(booking: Booking): void {
  const seats = seatsByFlight(booking);
  const flights = segmentsOf(booking).flatMap((segment) => {
    const { flightId, origin, destination, departs, arrives } = segment;
    if (!destination || !departs || !arrives) return [];
    return [{ flightId, name: flightName(flightId), origin, destination, departs, arrives, seats: seats[flightId] ?? [] }];
  });
  const text = calendarFile(booking.pnr, flights, new Date(serverNow()));
  const url = URL.createObjectURL(new Blob([text], { type: 'text/calendar;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `aisle-${booking.pnr}.ics`;
  link.click();
  URL.revokeObjectURL(url);
}
