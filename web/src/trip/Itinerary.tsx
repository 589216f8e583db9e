import { clockIn, dayIn, daysBetween, dayText, durationText, zoneName } from '../lib/time';
import { Badge } from '../ui/Badge';
import { Skeleton, VisuallyHidden } from '../ui/States';
import styles from './Itinerary.module.css';
import { flightStatus } from './status';
import type { Flight } from './types';
import { flightName, useFlights } from './useFlights';

interface ItineraryProps {
  readonly flightIds: readonly string[];
  /** Who sits where, by departure; shown under it. */
  readonly seats?: Readonly<Record<string, readonly string[]>>;
}

/** The departures of a trip with their latest times, each in the zone of its airport. */
export function Itinerary({ flightIds, seats = {} }: ItineraryProps) {
  const flights = useFlights(flightIds);
  return (
    <ol className={styles['list']} aria-label="Flights">
      {flightIds.map((flightId) => {
        const flight = flights[flightId];
        return (
          <li key={flightId} className={styles['leg']}>
            {flight === undefined ? (
              <Skeleton lines={2} label={`Loading ${flightName(flightId)}`} />
            ) : (
              <Leg flight={flight} seats={seats[flightId] ?? []} />
            )}
          </li>
        );
      })}
    </ol>
  );
}

function Leg({ flight, seats }: { readonly flight: Flight; readonly seats: readonly string[] }) {
  const { departure, arrival } = flight;
  const status = flightStatus(flight.status);
  const later = daysBetween(dayIn(departure.latest, departure.zone), dayIn(arrival.latest, arrival.zone));
  return (
    <>
      <div className={styles['head']}>
        <span>
          <strong>{flightName(flight.flightId)}</strong>
          <span className={styles['soft']}> {flight.carrier.name ?? ''}</span>
        </span>
        <Badge tone={status.tone}>
          {status.label}
          {flight.gate === null || flight.gate === undefined ? '' : ` · gate ${flight.gate}`}
        </Badge>
      </div>
      <div className={styles['route']}>
        <End end={departure} label="Departs" />
        <div className={styles['line']}>
          <span className={styles['soft']}>{durationText(flight.durationMinutes)}</span>
        </div>
        <End end={arrival} label="Arrives" plus={later} />
      </div>
      <p className={styles['soft']}>
        {flight.aircraft}
        {seats.length === 0 ? null : ` · ${seats.length === 1 ? 'Seat' : 'Seats'} ${seats.join(', ')}`}
      </p>
    </>
  );
}

interface EndProps {
  readonly end: Flight['departure'];
  readonly label: string;
  readonly plus?: number;
}

function End({ end, label, plus = 0 }: EndProps) {
  const latest = clockIn(end.latest, end.zone);
  const scheduled = clockIn(end.scheduled, end.zone);
  const isLate = latest !== scheduled || dayIn(end.latest, end.zone) !== dayIn(end.scheduled, end.zone);
  return (
    <div className={styles['end']}>
      <VisuallyHidden>{label}</VisuallyHidden>
      <span className={styles['code']}>{end.airport}</span>
      <span className={styles['clock']}>
        {isLate ? (
          <s>
            <VisuallyHidden>planned for</VisuallyHidden>
            {scheduled}
          </s>
        ) : null}
        <strong>{latest}</strong>
        {plus === 0 ? null : (
          <sup>
            {plus > 0 ? '+' : '−'}
            {Math.abs(plus)}
          </sup>
        )}
        <span className={styles['zone']}>{zoneName(end.latest, end.zone)}</span>
      </span>
      <span className={styles['soft']}>{dayText(dayIn(end.latest, end.zone))}</span>
      <span className={styles['soft']}>{end.city}</span>
    </div>
  );
}
