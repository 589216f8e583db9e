import { useQuery } from '@tanstack/react-query';

import { offersQuery, type Offer } from '../../api/queries/search';
import { formatMoney, type Money } from '../../lib/money';
import { paths } from '../../lib/paths';
import { dayText } from '../../lib/time';
import { Select } from '../../ui/Field';
import { Link, useAddress, useGo } from '../../ui/Link';
import { EmptyState, ErrorState, PageHeader, Skeleton } from '../../ui/States';
import { searchOf, shownOf, wishOf, type Shown } from './asked';
import { OfferCard } from './OfferCard';
import { SearchForm } from './SearchForm';
import styles from './search.module.css';

type Search = NonNullable<ReturnType<typeof searchOf>>;

export default function ResultsPage() {
  const address = useAddress();
  const search = searchOf(address);
  if (search === undefined) {
    return (
      <EmptyState title="Say from where, to where and when">
        <SearchForm />
      </EmptyState>
    );
  }
  return <Results search={search} shown={shownOf(address)} />;
}

function Results({ search, shown }: { readonly search: Search; readonly shown: Shown }) {
  const found = useQuery(offersQuery(wishOf(search, shown)));
  const lead = `${dayText(search.depart, true)}${search.return === undefined ? '' : ` – ${dayText(search.return, true)}`}`;
  return (
    <>
      <PageHeader title={`${search.from} → ${search.to}`} lead={lead} />
      <details className={styles['change']}>
        <summary>Change the search</summary>
        <div className={styles['panel']}>
          <SearchForm key={JSON.stringify(search)} before={search} />
        </div>
      </details>
      <Filters search={search} shown={shown} />
      {found.isError && found.data === undefined ? <ErrorState problem={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.data === undefined && !found.isError ? <Skeleton lines={12} label="Searching" /> : null}
      {found.data === undefined ? null : (
        <>
          <DayStrip days={found.data.days} search={search} shown={shown} />
          <Missing suppliers={found.data.suppliers} />
          <Offers offers={found.data.data} search={search} />
        </>
      )}
    </>
  );
}

function addressOf(search: Search, shown: Shown): string {
  return `${paths.search(search)}&sort=${shown.sort}&stops=${shown.stops}`;
}

function Filters({ search, shown }: { readonly search: Search; readonly shown: Shown }) {
  const go = useGo();
  const show = (more: Partial<Shown>) => go(addressOf(search, { ...shown, ...more }), { replace: true });
  return (
    <div className={styles['filters']}>
      <Select
        label="Sort by"
        value={shown.sort}
        onChange={(sort) => show({ sort: sort as Shown['sort'] })}
        options={[
          { value: 'best', label: 'Best' },
          { value: 'price', label: 'Price' },
          { value: 'duration', label: 'Duration' },
          { value: 'departure', label: 'Departure' },
        ]}
      />
      <Select
        label="Stops"
        value={String(shown.stops)}
        onChange={(stops) => show({ stops: Number(stops) })}
        options={[
          { value: '0', label: 'Nonstop only' },
          { value: '1', label: 'One stop at most' },
          { value: '2', label: 'Two stops at most' },
        ]}
      />
    </div>
  );
}

interface DayStripProps {
  readonly days: readonly { readonly date: string; readonly price?: Money | null }[];
  readonly search: Search;
  readonly shown: Shown;
}

/** What the trip costs at least when it begins a little earlier or later. */
function DayStrip({ days, search, shown }: DayStripProps) {
  if (days.length === 0) return null;
  return (
    <nav aria-label="Other days">
      <ul className={styles['days']}>
        {days.map((day) => (
          <li key={day.date}>
            <Link to={addressOf({ ...search, depart: day.date }, shown)} className={day.date === search.depart ? styles['today'] : styles['day']}>
              <span>{dayText(day.date)}</span>
              <strong>{day.price === null || day.price === undefined ? '–' : formatMoney(day.price)}</strong>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Missing({ suppliers }: { readonly suppliers: readonly { readonly name: string; readonly status: string }[] }) {
  const missing = suppliers.filter((supplier) => supplier.status !== 'OK').map((supplier) => supplier.name);
  if (missing.length === 0) return null;
  return <p className={styles['soft']}>No answer from {missing.join(', ')}: there may be more to choose from later.</p>;
}

function Offers({ offers, search }: { readonly offers: readonly Offer[]; readonly search: Search }) {
  if (offers.length === 0) {
    return (
      <EmptyState title="Nothing flies like that">
        <p>Try another day, more stops, or airports nearby.</p>
      </EmptyState>
    );
  }
  return (
    <ul className={styles['offers']} aria-label="Offers">
      {offers.map((offer) => (
        <li key={offer.id}>
          <OfferCard offer={offer} party={{ adults: search.adults, children: search.children, infants: search.infants }} />
        </li>
      ))}
    </ul>
  );
}
