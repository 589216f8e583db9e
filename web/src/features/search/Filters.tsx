import type { Offer } from '../../api/queries/search';
import { formatMoney } from '../../lib/money';
import { Select } from '../../ui/Field';
import type { DayPart, Shown } from './asked';
import { airlinesOf, pricesOf, type Choice } from './choices';
import styles from './search.module.css';

interface FiltersProps {
  readonly shown: Shown;
  /** All offers that there would be without filters. */
  readonly offers: readonly Offer[];
  readonly currency: string;
  readonly onChange: (more: Partial<Shown>) => void;
}

const SORTS: readonly Choice[] = [
  { value: 'best', label: 'Best' },
  { value: 'price', label: 'Price' },
  { value: 'duration', label: 'Duration' },
  { value: 'departure', label: 'Departure' },
];
const STOPS: readonly Choice[] = [
  { value: '0', label: 'Nonstop only' },
  { value: '1', label: 'One at most' },
  { value: '2', label: 'Two at most' },
];
const TIMES: readonly Choice[] = [
  { value: '', label: 'Any time' },
  { value: 'morning', label: 'Morning, 6–12' },
  { value: 'afternoon', label: 'Afternoon, 12–18' },
  { value: 'evening', label: 'Evening, 18–24' },
  { value: 'night', label: 'Night, 0–6' },
];

/** How the offers are ordered, and which of them are shown; all of it is in the address. */
export function Filters({ shown, offers, currency, onChange }: FiltersProps) {
  const airlines = [{ value: '', label: 'All airlines' }, ...withChosen(airlinesOf(offers), shown.airline)];
  const most = (price: number) => ({ value: String(price), label: `Up to ${formatMoney({ amount: String(price), currency })}` });
  const prices = [{ value: '', label: 'Any price' }, ...withChosen(pricesOf(offers).map(most), shown.most === undefined ? undefined : String(shown.most))];
  return (
    <div className={styles['filters']} role="group" aria-label="Sort and filter">
      <Select label="Sort by" value={shown.sort} options={SORTS} onChange={(sort) => onChange({ sort: sort as Shown['sort'] })} />
      <Select label="Stops" value={String(shown.stops)} options={STOPS} onChange={(stops) => onChange({ stops: Number(stops) })} />
      <Select label="Departs" value={shown.part ?? ''} options={TIMES} onChange={(part) => onChange({ part: part === '' ? undefined : (part as DayPart) })} />
      <Select label="Airline" value={shown.airline ?? ''} options={airlines} onChange={(airline) => onChange({ airline: airline === '' ? undefined : airline })} />
      <Select label="Price" value={String(shown.most ?? '')} options={prices} onChange={(price) => onChange({ most: price === '' ? undefined : Number(price) })} />
    </div>
  );
}

/** What is chosen can be seen, though no offer has it. */
function withChosen(choices: readonly Choice[], chosen: string | undefined): readonly Choice[] {
  if (chosen === undefined || choices.some((choice) => choice.value === chosen)) return choices;
  return [...choices, { value: chosen, label: chosen }];
}
