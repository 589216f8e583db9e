import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';

import { useSeatMapLive } from '../../api/live';
import { flightQuery } from '../../api/queries/flights';
import { seatMapQuery } from '../../api/queries/seatMap';
import { formatMoney } from '../../lib/money';
import { paths } from '../../lib/paths';
import { SeatMap } from '../../seatmap/SeatMap';
import { Itinerary } from '../../trip/Itinerary';
import { flightName } from '../../trip/useFlights';
import { LinkButton } from '../../ui/Button';
import { useAddress } from '../../ui/Link';
import { Card, ErrorState, PageHeader, Skeleton } from '../../ui/States';
import styles from './flight.module.css';

export default function FlightPage() {
  const { flightId = '' } = useParams({ strict: false }) as { flightId?: string };
  const address = useAddress();
  const flight = useQuery(flightQuery(flightId));
  const map = useQuery(seatMapQuery(flightId));
  const connection = useSeatMapLive(flightId);
  if (flight.data === undefined) {
    return flight.isError ? <ErrorState problem={flight.error} onRetry={() => void flight.refetch()} /> : <Skeleton lines={12} />;
  }
  const party = { adults: Number(address['adults'] ?? 1), children: Number(address['children'] ?? 0), infants: Number(address['infants'] ?? 0) };
  return (
    <div className={styles['page']}>
      <PageHeader title={`${flightName(flightId)} · ${flight.data.departure.airport} → ${flight.data.arrival.airport}`} />
      <Card label="Flight">
        <Itinerary flightIds={[flightId]} />
      </Card>
      <ul className={styles['cabins']} aria-label="Cabins">
        {flight.data.cabins.map((cabin) => (
          <li key={cabin.cabinClass} className={styles['cabin']}>
            <strong>{cabinName(cabin.cabinClass)}</strong>
            <span>{formatMoney(cabin.adultPrice.total)}</span>
            <span className={styles['soft']}>{cabin.sellable} places left</span>
            <LinkButton to={paths.booking.start({ flights: [flightId], cabin: cabin.cabinClass, ...party })} aria-label={`Book ${cabinName(cabin.cabinClass)}`}>
              Book
            </LinkButton>
          </li>
        ))}
      </ul>
      {map.data === undefined ? null : <SeatMap map={map.data} mode="view" isStale={connection !== 'live'} />}
    </div>
  );
}

function cabinName(cabin: string): string {
  const name = cabin.replace('_', ' ').toLowerCase();
  return name.charAt(0).toUpperCase() + name.slice(1);
}
