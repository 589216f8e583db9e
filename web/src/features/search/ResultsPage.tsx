import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';

import { offersQuery, type Offer } from '../../api/queries/search';
import { formatMoney, type Money } from '../../lib/money';
import { dayText } from '../../lib/time';
import { useCustomer } from '../../trip/customer';
import { Button } from '../../ui/Button';
import { Link, useAddress, useGo } from '../../ui/Link';
import { EmptyState, ErrorState, PageHeader, Skeleton } from '../../ui/States';
import { addressOf, LIMITS, searchOf, shownOf, unfiltered, wishOf, type Search, type Shown } from './asked';
import { Filters } from './Filters';
import { OfferCard } from './OfferCard';
import { SearchForm } from './SearchForm';
import styles from './search.module.css';

export default function ResultsPage() {
  const address = useAddress();
  const search = searchOf({ ...address, customer: useCustomer() });
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
  const go = useGo();
  const [limit, setLimit] = useState<number>(LIMITS.first);
  // The choices come from all offers; without a filter that is the very same question, asked once.
  const all = useQuery(offersQuery(wishOf(search, unfiltered(shown))));
  const currency = all.data?.data[0]?.price.total.currency ?? 'USD';
  const found = useQuery(offersQuery(wishOf(search, shown, limit, currency)));
  // A long list is drawn piece by piece, so that the page answers meanwhile.
  const listed = useDeferredValue(found.data, undefined);
  const lead = `${dayText(search.depart, true)}${search.return === undefined ? '' : ` – ${dayText(search.return, true)}`} · ${partyText(search)}`;
  const isLast = (listed?.page.nextCursor ?? undefined) === undefined;
  const show = (more: Partial<Shown>) => go(addressOf(search, { ...shown, ...more }), { replace: true });
  return (
    <>
      <PageHeader title={`${search.from} → ${search.to}`} lead={lead} />
      <ChangeSearch key={JSON.stringify(search)} search={search} />
      <DayStrip days={all.data?.days ?? []} search={search} shown={shown} />
      <Filters shown={shown} offers={all.data?.data ?? NONE} currency={currency} onChange={show} />
      {found.isError && found.data === undefined ? <ErrorState problem={found.error} onRetry={() => void found.refetch()} /> : null}
      {listed === undefined && !found.isError ? <Skeleton lines={12} label="Searching" /> : null}
      {listed === undefined ? null : (
        <>
          <Missing suppliers={listed.suppliers} />
          <Offers offers={listed.data} isAll={isLast} search={search} onAll={isNarrowed(shown) ? () => go(addressOf(search, unfiltered(shown)), { replace: true }) : undefined} />
          {isLast ? null : <More limit={limit} onMore={() => setLimit(LIMITS.most)} />}
        </>
      )}
    </>
  );
}

const NONE: readonly never[] = [];

/** The form, filled in with what was asked; it is made when it is opened. */
function ChangeSearch({ search }: { readonly search: Search }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={styles['change']} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Change the search</summary>
      <div className={styles['panel']}>{isOpen ? <SearchForm before={search} /> : null}</div>
    </details>
  );
}

const CABINS: Readonly<Record<string, string>> = { ECONOMY: 'economy', PREMIUM_ECONOMY: 'premium economy', BUSINESS: 'business', FIRST: 'first' };

/** `2 travellers, economy`. */
function partyText(search: Search): string {
  const travellers = search.adults + search.children + search.infants;
  return `${travellers} ${travellers === 1 ? 'traveller' : 'travellers'}, ${CABINS[search.cabin] ?? search.cabin}`;
}

function isNarrowed(shown: Shown): boolean {
  return shown.part !== undefined || shown.airline !== undefined || shown.most !== undefined;
}

function More({ limit, onMore }: { readonly limit: number; readonly onMore: () => void }) {
  if (limit >= LIMITS.most) return <p className={styles['end']}>These are the first {limit}: filters show what is further down.</p>;
  return (
    <p className={styles['end']}>
      <Button onPress={onMore}>Show more offers</Button>
    </p>
  );
}

interface DayStripProps {
  readonly days: readonly { readonly date: string; readonly price?: Money | null }[];
  readonly search: Search;
  readonly shown: Shown;
}

/** On a narrow screen the strip begins with the days around the chosen one. At once, it would lay the page out twice. */
function intoView(day: HTMLElement | null): void {
  requestAnimationFrame(() => {
    const strip = day?.parentElement;
    if (day === null || strip === null || strip === undefined) return;
    strip.scrollLeft = day.offsetLeft - strip.offsetLeft - (strip.clientWidth - day.clientWidth) / 2;
  });
}

/** What the trip costs at least when it begins a little earlier or later. */
function DayStrip({ days, search, shown }: DayStripProps) {
  if (days.length === 0) return <div className={styles['daysToCome']} />;
  const least = Math.min(...days.flatMap((day) => (day.price === null || day.price === undefined ? [] : [Number(day.price.amount)])));
  return (
    <nav aria-label="Other days">
      <ul className={styles['days']}>
        {days.map((day) => (
          <li key={day.date} ref={day.date === search.depart ? intoView : undefined}>
            <Link to={addressOf({ ...search, depart: day.date }, shown)} className={day.date === search.depart ? styles['today'] : styles['day']}>
              <span>{dayText(day.date)}</span>
              <strong className={Number(day.price?.amount) === least ? styles['cheapest'] : undefined}>{day.price === null || day.price === undefined ? '–' : formatMoney(day.price)}</strong>
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

interface OffersProps {
  readonly offers: readonly Offer[];
  /** Whether there are no more of them. */
  readonly isAll: boolean;
  readonly search: Search;
  /** Shows all offers again, when filters hide some. */
  readonly onAll: (() => void) | undefined;
}

function Offers({ offers, isAll, search, onAll }: OffersProps) {
  if (offers.length === 0) {
    return (
      <EmptyState title={onAll === undefined ? 'Nothing flies like that' : 'No offer passes the filters'}>
        <p>{onAll === undefined ? 'Try another day, more stops, or airports nearby.' : 'There may be some without them.'}</p>
        {onAll === undefined ? null : <Button onPress={onAll}>Remove the filters</Button>}
      </EmptyState>
    );
  }
  return (
    <>
      <p className={styles['count']} role="status">
        {isAll ? '' : 'The first '}
        {offers.length} {offers.length === 1 ? 'offer' : 'offers'} <span className={styles['soft']}>· times are local to each airport</span>
      </p>
      <ul className={styles['offers']} aria-label="Offers">
        {offers.map((offer) => (
          <li key={offer.id}>
            <OfferCard offer={offer} party={{ adults: search.adults, children: search.children, infants: search.infants }} customer={search.customer} />
          </li>
        ))}
      </ul>
    </>
  );
}
