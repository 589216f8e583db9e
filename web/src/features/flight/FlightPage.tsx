import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useDeferredValue } from 'react';

import { useSeatMapLive } from '../../api/live';
import { flightQuery } from '../../api/queries/flights';
import { seatMapQuery } from '../../api/queries/seatMap';
import { formatMoney } from '../../lib/money';
import { paths } from '../../lib/paths';
import { SeatMap } from '../../seatmap/SeatMap';
import { useCustomer } from '../../trip/customer';
import { Itinerary } from '../../trip/Itinerary';
import type { Flight } from '../../trip/types';
import { flightName } from '../../trip/useFlights';
import { LinkButton } from '../../ui/Button';
import { useAddress } from '../../ui/Link';
import { Card, ErrorState, PageHeader, Skeleton } from '../../ui/States';
import styles from './flight.module.css';

export default function FlightPage() {
  const { flightId = '' } = useParams({ strict: false }) as { flightId?: string };
  const address = useAddress();
  const customer = useCustomer();
  const flight = useQuery(flightQuery(flightId));
  const map = useQuery(seatMapQuery(flightId));
  // A whole cabin is drawn piece by piece, so that the page answers meanwhile.
  const drawn = useDeferredValue(map.data, undefined);
  const connection = useSeatMapLive(flightId);
  if (flight.data === undefined) {
    return flight.isError ? <ErrorState problem={flight.error} onRetry={() => void flight.refetch()} /> : <Skeleton lines={12} />;
  }
  const party = { adults: Number(address['adults'] ?? 1), children: Number(address['children'] ?? 0), infants: Number(address['infants'] ?? 0) };
  return (
    <div className={styles['page']}>
      <PageHeader title={`${flightName(flightId)} · ${flight.data.departure.airport} → ${flight.data.arrival.airport}`} />
      <div className={styles['columns']}>
        <div className={styles['facts']}>
          <Card label="Flight">
            <Itinerary flightIds={[flightId]} />
          </Card>
          <ul className={styles['cabins']} aria-label="Cabins">
            {flight.data.cabins.map((cabin) => (
              <CabinOffer key={cabin.cabinClass} cabin={cabin} book={paths.booking.start({ flights: [flightId], cabin: cabin.cabinClass, ...party, customer })} />
            ))}
          </ul>
        </div>
        <section aria-label="Seat map">
          {map.isError && map.data === undefined ? <ErrorState problem={map.error} onRetry={() => void map.refetch()} /> : null}
          {drawn === undefined && !map.isError ? <Skeleton lines={12} label="Loading the seat map" /> : null}
          {drawn === undefined ? null : <SeatMap map={drawn} mode="view" isStale={connection !== 'live'} />}
        </section>
      </div>
    </div>
  );
}

interface CabinOfferProps {
  readonly cabin: Flight['cabins'][number];
  readonly book: string;
}

/** What a cabin costs an adult, how many places it has left, and the way to book it. */
function CabinOffer({ cabin, book }: CabinOfferProps) {
  const name = cabinName(cabin.cabinClass);
  return (
    <li className={styles['cabin']}>
      <span>
        <strong>{name}</strong>
        <span className={styles['soft']}>{cabin.sellable === 0 ? 'Full' : `${cabin.sellable} places left`}</span>
      </span>
      <span>
        <strong className={styles['fare']}>{formatMoney(cabin.adultPrice.total)}</strong>
        <span className={styles['soft']}>an adult, taxes included</span>
      </span>
      {cabin.sellable === 0 ? null : (
        <LinkButton kind="primary" to={book} aria-label={`Book ${name}`}>
          Book
        </LinkButton>
      )}
    </li>
  );
}

function cabinName(cabin: string): string {
  const name = cabin.replace('_', ' ').toLowerCase();
  return name.charAt(0).toUpperCase() + name.slice(1);
}
