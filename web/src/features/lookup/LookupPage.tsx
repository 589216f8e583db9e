import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { pnrQuery } from '../../api/queries/bookings';
import { paths } from '../../lib/paths';
import { Itinerary } from '../../trip/Itinerary';
import { bookingStatus } from '../../trip/status';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { Link } from '../../ui/Link';
import { Card, ErrorState, PageHeader, Skeleton } from '../../ui/States';
import styles from './lookup.module.css';

interface Asked {
  readonly pnr: string;
  readonly lastName: string;
}

/** Finds a booking by its reference and a surname. Neither stands in the address: both are somebody's own. */
export default function LookupPage() {
  const [form, setForm] = useState<Asked>({ pnr: '', lastName: '' });
  const [asked, setAsked] = useState<Asked>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked({ pnr: form.pnr.trim().toUpperCase(), lastName: form.lastName.trim() });
  };
  return (
    <div className={styles['page']}>
      <PageHeader title="Find a booking" lead="With the reference and the surname of anybody who travels." />
      <Card>
        <form className={styles['form']} onSubmit={submit}>
          <TextField label="Booking reference" hint="Six letters and digits" required maxLength={6} autoComplete="off" value={form.pnr} onChange={(pnr) => setForm({ ...form, pnr })} />
          <TextField label="Surname" required autoComplete="family-name" value={form.lastName} onChange={(lastName) => setForm({ ...form, lastName })} />
          <Button kind="primary" type="submit">
            Find
          </Button>
        </form>
      </Card>
      {asked === undefined ? null : <Found key={`${asked.pnr} ${asked.lastName}`} asked={asked} />}
    </div>
  );
}

function Found({ asked }: { readonly asked: Asked }) {
  const found = useQuery(pnrQuery(asked.pnr, asked.lastName));
  if (found.isError) return <ErrorState title="Nothing was found" problem={found.error} onRetry={() => void found.refetch()} />;
  if (found.data === undefined) return <Skeleton lines={4} label="Looking it up" />;
  const status = bookingStatus(found.data.status);
  return (
    <Card label={`Booking ${found.data.pnr}`}>
      <div className={styles['found']}>
        <div className={styles['head']}>
          <h2>{found.data.pnr}</h2>
          <Badge tone={status.tone}>{status.label}</Badge>
        </div>
        <Itinerary flightIds={found.data.flights} />
        <p>
          <Link to={paths.signIn(paths.trips())}>Sign in</Link> to change or cancel it.
        </p>
      </div>
    </Card>
  );
}
