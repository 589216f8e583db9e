import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { serverNow } from '../../api/clock';
import { airportsQuery } from '../../api/queries/search';
import { paths, type SearchAddress } from '../../lib/paths';
import { useCustomer } from '../../trip/customer';
import { Button } from '../../ui/Button';
import { Combobox } from '../../ui/Combobox';
import { RadioCards, Select, TextField } from '../../ui/Field';
import { useGo } from '../../ui/Link';
import { dayAfter } from './asked';
import styles from './search.module.css';

type Way = 'one-way' | 'return';

const CABINS = [
  { value: 'ECONOMY', label: 'Economy' },
  { value: 'PREMIUM_ECONOMY', label: 'Premium economy' },
  { value: 'BUSINESS', label: 'Business' },
  { value: 'FIRST', label: 'First' },
];

const numbers = (from: number) => Array.from({ length: 10 - from }, (_, at) => ({ value: String(at + from), label: String(at + from) }));

interface SearchFormProps {
  readonly before?: SearchAddress | undefined;
}

export function SearchForm({ before }: SearchFormProps) {
  const go = useGo();
  const customer = useCustomer();
  const today = new Date(serverNow()).toISOString().slice(0, 10);
  const [from, setFrom] = useState(before?.from ?? '');
  const [to, setTo] = useState(before?.to ?? '');
  const [way, setWay] = useState<Way>(before?.return === undefined ? 'one-way' : 'return');
  const [depart, setDepart] = useState(before?.depart ?? dayAfter(today, 7));
  const [back, setBack] = useState(before?.return ?? dayAfter(before?.depart ?? today, 14));
  const [adults, setAdults] = useState(String(before?.adults ?? 1));
  const [children, setChildren] = useState(String(before?.children ?? 0));
  const [infants, setInfants] = useState(String(before?.infants ?? 0));
  const [cabin, setCabin] = useState(before?.cabin ?? 'ECONOMY');
  const [isAsked, setAsked] = useState(false);
  const fromCode = codeOf(from);
  const toCode = codeOf(to);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (fromCode === undefined || toCode === undefined) return;
    go(
      paths.search({
        from: fromCode,
        to: toCode,
        depart,
        ...(way === 'return' ? { return: back } : {}),
        adults: Number(adults),
        children: Number(children),
        infants: Number(infants),
        cabin,
        customer,
      }),
    );
  };
  return (
    <form className={styles['form']} onSubmit={submit} role="search" aria-label="Flights">
      <div className={styles['ways']}>
        <RadioCards
          label="Trip"
          name="way"
          value={way}
          onChange={(value) => setWay(value === 'return' ? 'return' : 'one-way')}
          options={[
            { value: 'one-way', label: 'One way' },
            { value: 'return', label: 'Return' },
          ]}
        />
      </div>
      <div className={styles['places']}>
        <AirportField label="From" text={from} onChange={setFrom} error={isAsked && fromCode === undefined ? 'Choose an airport' : undefined} />
        <AirportField label="To" text={to} onChange={setTo} error={isAsked && toCode === undefined ? 'Choose an airport' : undefined} />
        <TextField label="Departure" type="date" required min={today} value={depart} onChange={setDepart} />
        {way === 'return' ? <TextField label="Return" type="date" required min={depart} value={back} onChange={setBack} /> : null}
      </div>
      <div className={styles['party']}>
        <Select label="Adults" value={adults} onChange={setAdults} options={numbers(1)} />
        <Select label="Children (2–11)" value={children} onChange={setChildren} options={numbers(0)} />
        <Select label="Infants (on laps)" value={infants} onChange={setInfants} options={numbers(0)} />
        <Select label="Cabin" value={cabin} onChange={setCabin} options={CABINS} />
        <Button kind="primary" type="submit">
          Search flights
        </Button>
      </div>
    </form>
  );
}

/** The airport that a text means: a code alone, or what was chosen from the list, `JFK · New York`. */
function codeOf(text: string): string | undefined {
  return /^([A-Za-z]{3})(?: ·.*)?$/.exec(text.trim())?.[1]?.toUpperCase();
}

interface AirportFieldProps {
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly error: string | undefined;
}

function AirportField({ label, text, onChange, error }: AirportFieldProps) {
  const asked = text.includes('·') ? text.slice(0, 3) : text.trim();
  const airports = useQuery(airportsQuery(asked));
  const items = (airports.data ?? []).slice(0, 8).map((airport) => ({ id: airport.code, label: airport.city ?? airport.name, hint: airport.name }));
  return <Combobox label={label} text={text} items={items} onType={onChange} onChoose={(item) => onChange(`${item.id} · ${item.label}`)} error={error} />;
}
