import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { serverNow } from '../../api/clock';
import { paths } from '../../lib/paths';
import { clockIn } from '../../lib/time';
import { flightStatus } from '../../trip/status';
import type { Flight } from '../../trip/types';
import { flightName } from '../../trip/useFlights';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Desk, Loaded } from '../../ui/Desk';
import { TextField } from '../../ui/Field';
import { Link, useAddress, useGo } from '../../ui/Link';
import { Card } from '../../ui/States';
import { Table } from '../../ui/Table';
import styles from './airline.module.css';
import { askedOf, departuresQuery, LIMIT, type Asked } from './departures';

const DAY_MS = 86_400_000;

export default function DeparturesPage() {
  const asked = askedOf(useAddress(), new Date(serverNow() + DAY_MS).toISOString().slice(0, 10));
  return (
    <Desk title="Departures" lead="Seats taken off sale, gates, delays and cancellations." roles={['AIRLINE_AGENT', 'ADMIN']}>
      <Card>
        <Ask key={JSON.stringify(asked)} asked={asked} />
      </Card>
      <Found asked={asked} />
    </Desk>
  );
}

function Found({ asked }: { readonly asked: Asked }) {
  const found = useQuery(departuresQuery(asked));
  return (
    <Loaded query={found}>
      {({ data }) => (
        <>
          <Departures flights={data} />
          {data.length < LIMIT ? null : <p className={styles['soft']}>These are the first {LIMIT}: name both airports to see fewer.</p>}
        </>
      )}
    </Loaded>
  );
}

function Ask({ asked }: { readonly asked: Asked }) {
  const go = useGo();
  const [date, setDate] = useState(asked.date);
  const [origin, setOrigin] = useState(asked.origin);
  const [destination, setDestination] = useState(asked.destination);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go(`${paths.airline.departures()}?${new URLSearchParams({ date, origin, destination })}`);
  };
  return (
    <form className={styles['ask']} onSubmit={submit} aria-label="Departures to show">
      <TextField label="Day" type="date" required value={date} onChange={setDate} />
      <TextField label="From" value={origin} onChange={setOrigin} maxLength={3} />
      <TextField label="To" value={destination} onChange={setDestination} maxLength={3} />
      <Button kind="primary" type="submit">
        Show
      </Button>
    </form>
  );
}

function Departures({ flights }: { readonly flights: readonly Flight[] }) {
  return (
    <Table
      caption="Departures"
      rows={flights}
      keyOf={(flight) => flight.flightId}
      empty="Nothing departs like that on this day."
      columns={[
        { id: 'flight', head: 'Flight', cell: (flight) => <Link to={paths.airline.departure(flight.flightId)}>{flightName(flight.flightId)}</Link>, sortBy: (flight) => flight.flightId },
        { id: 'route', head: 'Route', cell: (flight) => `${flight.departure.airport} → ${flight.arrival.airport}`, sortBy: (flight) => flight.arrival.airport },
        { id: 'departs', head: 'Departs', cell: (flight) => clockIn(flight.departure.latest, flight.departure.zone), sortBy: (flight) => flight.departure.latest },
        { id: 'gate', head: 'Gate', cell: (flight) => flight.gate ?? '–' },
        { id: 'status', head: 'Status', cell: (flight) => <Badge tone={flightStatus(flight.status).tone}>{flightStatus(flight.status).label}</Badge>, sortBy: (flight) => flight.status },
        { id: 'left', head: 'Places left', cell: leftOf, sortBy: leftOf, isNumber: true },
      ]}
    />
  );
}

function leftOf(flight: Flight): number {
  return flight.cabins.reduce((sum, cabin) => sum + cabin.sellable, 0);
}
