import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { api, body } from '../../api/client';
import { flightQuery } from '../../api/queries/flights';
import { flightStatus } from '../../trip/status';
import type { Flight } from '../../trip/types';
import { Button } from '../../ui/Button';
import { Select, TextField } from '../../ui/Field';
import { ErrorState } from '../../ui/States';
import { toast } from '../../ui/toast';
import styles from './airline.module.css';

const STATUSES = ['SCHEDULED', 'DELAYED', 'BOARDING', 'DEPARTED', 'ARRIVED', 'CANCELLED'].map((value) => ({ value, label: flightStatus(value).label }));
const MINUTE_MS = 60_000;
const USUAL_DELAY = 30;

/** Says what becomes of a departure; everybody who watches it sees it at once. */
export function StatusForm({ flight }: { readonly flight: Flight }) {
  const client = useQueryClient();
  const [status, setStatus] = useState(flight.status);
  const [gate, setGate] = useState(flight.gate ?? '');
  const [delay, setDelay] = useState(String(minutesLate(flight) || USUAL_DELAY));
  const [reason, setReason] = useState('');
  const saving = useMutation({
    mutationFn: async () =>
      body(
        await api.PATCH('/api/v1/flights/{flightId}/status', {
          params: { path: { flightId: flight.flightId } },
          body: {
            status,
            ...(gate === '' ? {} : { gate }),
            ...(reason === '' ? {} : { reason }),
            ...(status === 'DELAYED' ? { newDeparture: later(flight.departure.scheduled, delay), newArrival: later(flight.arrival.scheduled, delay) } : {}),
          },
        }),
      ),
    onSuccess: (changed) => {
      client.setQueryData(flightQuery(flight.flightId).queryKey, changed);
      toast('The departure is changed.');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!saving.isPending) saving.mutate();
  };
  return (
    <form className={styles['form']} onSubmit={submit} aria-label="Change the status">
      <Select label="Status" value={status} onChange={setStatus} options={STATUSES} />
      {status === 'DELAYED' ? <TextField label="Minutes late" type="number" min="1" required value={delay} onChange={setDelay} /> : null}
      <TextField label="Gate" value={gate} onChange={setGate} maxLength={8} />
      <TextField label="Reason" value={reason} onChange={setReason} maxLength={200} hint="Travellers read it." />
      {saving.isError ? <ErrorState problem={saving.error} /> : null}
      <Button kind={status === 'CANCELLED' ? 'danger' : 'primary'} type="submit" isPending={saving.isPending}>
        {status === 'CANCELLED' ? 'Cancel the departure' : 'Save'}
      </Button>
    </form>
  );
}

function minutesLate({ departure }: Flight): number {
  return Math.round((Date.parse(departure.latest) - Date.parse(departure.scheduled)) / MINUTE_MS);
}

function later(instant: string, minutes: string): string {
  return new Date(Date.parse(instant) + Number(minutes) * MINUTE_MS).toISOString();
}
