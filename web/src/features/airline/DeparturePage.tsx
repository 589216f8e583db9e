import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';

import { api, body } from '../../api/client';
import { useSeatMapLive } from '../../api/live';
import { problemOf } from '../../api/problem';
import { flightQuery } from '../../api/queries/flights';
import { seatMapQuery } from '../../api/queries/seatMap';
import { paths } from '../../lib/paths';
import type { SeatMapData } from '../../seatmap/layout';
import { SeatMap } from '../../seatmap/SeatMap';
import { Itinerary } from '../../trip/Itinerary';
import { flightName } from '../../trip/useFlights';
import { LinkButton } from '../../ui/Button';
import { Card, ErrorState, PageHeader, Skeleton } from '../../ui/States';
import { toast } from '../../ui/toast';
import styles from './airline.module.css';
import { StatusForm } from './StatusForm';

export default function DeparturePage() {
  const { flightId = '' } = useParams({ strict: false }) as { flightId?: string };
  const flight = useQuery(flightQuery(flightId));
  const map = useQuery(seatMapQuery(flightId));
  const connection = useSeatMapLive(flightId);
  if (flight.data === undefined) {
    return flight.isError ? <ErrorState problem={flight.error} onRetry={() => void flight.refetch()} /> : <Skeleton lines={12} />;
  }
  return (
    <div className={styles['page']}>
      <PageHeader title={`${flightName(flightId)} · ${flight.data.departure.airport} → ${flight.data.arrival.airport}`}>
        <LinkButton to={paths.airline.departures()}>All departures</LinkButton>
      </PageHeader>
      <div className={styles['columns']}>
        <div className={styles['side']}>
          <Card label="Flight">
            <Itinerary flightIds={[flightId]} />
          </Card>
          <Card>
            <StatusForm key={flight.data.version} flight={flight.data} />
          </Card>
        </div>
        <section aria-label="Seat map">
          <p className={styles['soft']}>Press an open seat to take it off sale, and a blocked one to sell it again.</p>
          {map.isError && map.data === undefined ? <ErrorState problem={map.error} onRetry={() => void map.refetch()} /> : null}
          {map.data === undefined ? <Skeleton lines={12} label="Loading the seat map" /> : <Blocking flightId={flightId} map={map.data} isStale={connection !== 'live'} />}
        </section>
      </div>
    </div>
  );
}

interface BlockingProps {
  readonly flightId: string;
  readonly map: SeatMapData;
  readonly isStale: boolean;
}

function Blocking({ flightId, map, isStale }: BlockingProps) {
  const read = useQuery(seatMapQuery(flightId));
  const blocking = useMutation({
    mutationFn: async (seat: string) => {
      const asked = { params: { path: { flightId } }, body: { seats: [seat] } };
      const isBlocked = stateOf(map, seat) === 'BLOCKED';
      return body(isBlocked ? await api.DELETE('/api/v1/flights/{flightId}/blocks', asked) : await api.POST('/api/v1/flights/{flightId}/blocks', asked));
    },
    // The live socket tells of it too; without it the map is read again.
    onSuccess: () => void read.refetch(),
    onError: (thrown) => toast(problemOf(thrown).message, 'bad'),
  });
  return <SeatMap map={map} mode="block" isStale={isStale} onToggleBlock={(seat) => blocking.mutate(seat)} />;
}

function stateOf(map: SeatMapData, name: string): string | undefined {
  return map.cabins.flatMap((cabin) => cabin.rows.flatMap((row) => row.seats)).find((seat) => seat.seat === name)?.state;
}
