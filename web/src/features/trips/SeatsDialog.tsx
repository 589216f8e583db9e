import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, body } from '../../api/client';
import { useSeatMapLive } from '../../api/live';
import { problemOf } from '../../api/problem';
import { bookingQuery } from '../../api/queries/bookings';
import { seatMapQuery, yoursQuery } from '../../api/queries/seatMap';
import { SeatMap } from '../../seatmap/SeatMap';
import { passengerName, segmentsOf } from '../../trip/passengers';
import type { Booking } from '../../trip/types';
import { flightName } from '../../trip/useFlights';
import { Button } from '../../ui/Button';
import { Actions, Dialog } from '../../ui/Dialog';
import { RadioCards } from '../../ui/Field';
import { ErrorState, Skeleton } from '../../ui/States';
import { toast } from '../../ui/toast';
import { movesBetween, planOf, reseat, type SeatPlan } from './moves';

interface SeatsDialogProps {
  readonly booking: Booking;
  readonly onClose: () => void;
}

/** Moves passengers on all departures at once: all of them, or none. */
export function SeatsDialog({ booking, onClose }: SeatsDialogProps) {
  const client = useQueryClient();
  const flights = segmentsOf(booking).map((segment) => segment.flightId);
  const [flightId, setFlightId] = useState(flights[0] ?? '');
  const [plan, setPlan] = useState<SeatPlan>(() => planOf(booking));
  const moves = movesBetween(planOf(booking), plan);
  const moving = useMutation({
    mutationFn: async () =>
      body(
        await api.PATCH('/api/v1/bookings/{bookingId}/seats', {
          params: { path: { bookingId: booking.id } },
          body: { seats: moves },
        }),
      ),
    onSuccess: (moved) => {
      client.setQueryData(bookingQuery(booking.id).queryKey, moved);
      toast('The seats are changed.');
      onClose();
    },
  });
  return (
    <Dialog title="Change seats" isWide onClose={onClose}>
      {flights.length > 1 ? (
        <RadioCards label="Flight" name="flight" value={flightId} onChange={setFlightId} options={flights.map((id) => ({ value: id, label: flightName(id) }))} />
      ) : null}
      <FlightSeats
        key={flightId}
        booking={booking}
        flightId={flightId}
        plan={plan}
        refusal={moving.error}
        onAssign={(passenger, seat) => setPlan(reseat(plan, flightId, passenger, seat))}
      />
      <Actions>
        <Button kind="primary" isDisabled={moves.length === 0} isPending={moving.isPending} onPress={() => moving.mutate()}>
          Change {moves.length === 1 ? 'one seat' : `${moves.length} seats`}
        </Button>
        <Button onPress={onClose}>Keep the seats</Button>
      </Actions>
    </Dialog>
  );
}

interface FlightSeatsProps {
  readonly booking: Booking;
  readonly flightId: string;
  readonly plan: SeatPlan;
  readonly refusal: unknown;
  readonly onAssign: (passengerId: string, seat: string) => void;
}

function FlightSeats({ booking, flightId, plan, refusal, onAssign }: FlightSeatsProps) {
  const map = useQuery(seatMapQuery(flightId));
  const yours = useQuery(yoursQuery(flightId, { bookingId: booking.id }));
  const connection = useSeatMapLive(flightId);
  const before = planOf(booking)[flightId] ?? {};
  if (map.data === undefined) {
    return map.isError ? <ErrorState problem={map.error} onRetry={() => void map.refetch()} /> : <Skeleton lines={8} label="Loading the seat map" />;
  }
  const seated = segmentsOf(booking).find((segment) => segment.flightId === flightId)?.seats ?? [];
  return (
    <SeatMap
      map={map.data}
      cabin={booking.cabinClass}
      mine={Object.values(before)}
      travellers={seated.map(({ passengerId }) => ({ id: passengerId, label: passengerName(booking, passengerId), type: 'ADULT' }))}
      assigned={plan[flightId] ?? {}}
      notForYou={(yours.data?.notForYou ?? []) as unknown as { seat: string | null; reason: string }[]}
      refusal={refusal === null ? undefined : problemOf(refusal)}
      isStale={connection !== 'live'}
      onAssign={onAssign}
      onClear={() => undefined}
    />
  );
}
