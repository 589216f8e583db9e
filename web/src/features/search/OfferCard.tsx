import type { Offer } from '../../api/queries/search';
import { formatMoney } from '../../lib/money';
import { paths } from '../../lib/paths';
import { clockOf, daysBetween, durationText } from '../../lib/time';
import { Badge } from '../../ui/Badge';
import { LinkButton } from '../../ui/Button';
import { Link } from '../../ui/Link';
import styles from './search.module.css';

interface OfferCardProps {
  readonly offer: Offer;
  readonly party: { readonly adults: number; readonly children: number; readonly infants: number };
  /** For whom an agent books. */
  readonly customer: string | undefined;
}

/** Below this many, it is said how many places are left. */
const FEW = 10;

export function OfferCard({ offer, party, customer }: OfferCardProps) {
  const flights = offer.slices.flatMap((slice) => slice.segments.map((segment) => segment.flightId));
  const { fare } = offer;
  const first = offer.slices[0];
  const about = first === undefined ? '' : `${first.origin} to ${first.destination}, ${clockOf(first.segments[0]?.departure.scheduledLocal ?? '')}, ${formatMoney(offer.price.total)}`;
  return (
    <article className={styles['offer']} aria-label={about}>
      <div className={styles['slices']}>
        {offer.slices.map((slice) => (
          <SliceLine key={slice.segments[0]?.flightId} slice={slice} />
        ))}
        <p className={styles['soft']}>
          {fare.brand} · {fare.refundable ? 'refundable' : 'not refundable'} · {fare.changeable ? 'changeable' : 'not changeable'} ·{' '}
          {fare.bags.checked === 0 ? 'no checked bag' : `${fare.bags.checked} checked ${fare.bags.checked === 1 ? 'bag' : 'bags'}`}
          {offer.flightId === undefined || offer.flightId === null ? null : (
            <>
              {' · '}
              <Link to={paths.flight(offer.flightId, { cabin: offer.cabinClass, ...party, customer })}>Seat map</Link>
            </>
          )}
        </p>
      </div>
      <div className={styles['price']}>
        <span>
          <strong className={styles['amount']}>{formatMoney(offer.price.total)}</strong>
          <span className={styles['soft']}>for all, taxes included</span>
        </span>
        {offer.seatsLeft < FEW ? <Badge tone="held">{offer.seatsLeft} left</Badge> : null}
        <LinkButton kind="primary" to={paths.booking.start({ flights, cabin: offer.cabinClass, ...party, offer: offer.id, customer })} aria-label={`Choose ${about}`}>
          Choose
        </LinkButton>
      </div>
    </article>
  );
}

function SliceLine({ slice }: { readonly slice: Offer['slices'][number] }) {
  const first = slice.segments[0];
  const last = slice.segments.at(-1);
  if (first === undefined || last === undefined) return null;
  const later = daysBetween(first.departure.scheduledLocal ?? '', last.arrival.scheduledLocal ?? '') || 0;
  const stops = slice.connections.map((connection) => connection.arrival).join(', ');
  return (
    <div className={styles['slice']}>
      <span className={styles['carrier']}>
        {[...new Set(slice.segments.map((segment) => segment.carrier.name ?? segment.carrier.code))].join(', ')}
        <span className={styles['soft']}> · {slice.segments.map((segment) => `${segment.carrier.code} ${segment.number}`).join(', ')}</span>
      </span>
      <span className={styles['place']}>
        <strong className={styles['clock']}>{clockOf(first.departure.scheduledLocal ?? '')}</strong>
        <abbr title={first.departure.city ?? undefined}>{slice.origin}</abbr>
      </span>
      <span className={styles['way']}>
        <span>{durationText(slice.durationMinutes)}</span>
        <span className={styles['line']} aria-hidden="true" />
        <span>{slice.stops === 0 ? 'nonstop' : `${slice.stops} ${slice.stops === 1 ? 'stop' : 'stops'}, ${stops}`}</span>
      </span>
      <span className={styles['place']}>
        <strong className={styles['clock']}>
          {clockOf(last.arrival.scheduledLocal ?? '')}
          {later > 0 ? <sup>+{later}</sup> : null}
        </strong>
        <abbr title={last.arrival.city ?? undefined}>{slice.destination}</abbr>
      </span>
    </div>
  );
}
