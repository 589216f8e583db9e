import { useEffect, useMemo, useState } from 'react';

import { problemOf } from '../../api/problem';
import { paths } from '../../lib/paths';
import { kindsOf, wantedOf, type Wanted } from './wanted';
import { useCustomer } from '../../trip/customer';
import { Itinerary } from '../../trip/Itinerary';
import { LinkButton } from '../../ui/Button';
import { useAddress, useGo } from '../../ui/Link';
import { Card, EmptyState, ErrorState, PageHeader, Skeleton } from '../../ui/States';
import styles from './booking.module.css';
import { missing, refused, type FieldErrors } from './check';
import type { Draft } from './draft';
import { ReviewStep } from './ReviewStep';
import { SeatsStep } from './SeatsStep';
import { TravellersStep } from './TravellersStep';
import { useMakeBooking } from './useBooking';
import { useDraft } from './useDraft';

type Step = 'travellers' | 'seats' | 'review';

const STEPS: readonly { readonly step: Step; readonly label: string }[] = [
  { step: 'travellers', label: 'Travellers' },
  { step: 'seats', label: 'Seats' },
  { step: 'review', label: 'Review' },
];

export default function BookPage() {
  const address = useAddress();
  // The step is no part of the trip: going on must not begin another draft.
  const { step: _, ...trip } = address;
  const customer = useCustomer();
  const text = JSON.stringify({ ...trip, customer });
  const wanted = useMemo(() => wantedOf(JSON.parse(text) as Record<string, string>), [text]);
  if (wanted === undefined) {
    return (
      <EmptyState title="Nothing is chosen yet">
        <p>Find a flight first; then it can be booked here.</p>
        <LinkButton kind="primary" to={paths.home(customer)}>
          Search flights
        </LinkButton>
      </EmptyState>
    );
  }
  return <Booking wanted={wanted} asked={address['step']} />;
}

/** The step that the address asks for, or the first one that is not done. */
function stepOf(asked: string | undefined, draft: Draft): Step {
  if (Object.keys(missing(draft)).length > 0) return 'travellers';
  if (asked === 'review' && (draft.bookingId !== undefined || draft.asked !== undefined)) return 'review';
  return asked === 'seats' || asked === 'review' ? 'seats' : 'travellers';
}

function Booking({ wanted, asked }: { readonly wanted: Wanted; readonly asked: string | undefined }) {
  const [draft, change] = useDraft(wanted);
  const [faults, setFaults] = useState<FieldErrors>({});
  const go = useGo();
  const making = useMakeBooking(wanted, draft, change);
  const { party, ...rest } = wanted;
  const addressOf = (step: Step) => `${paths.booking.start({ ...rest, ...party })}&step=${step}`;
  const step = stepOf(asked, draft);
  const hold = () => {
    go(addressOf('review'));
    making.mutate(undefined, {
      onError: (thrown) => {
        const errors = refused(problemOf(thrown).errors);
        setFaults(errors);
        if (Object.keys(errors).length > 0) go(addressOf('travellers'), { replace: true });
      },
    });
  };
  return (
    <>
      <PageHeader title="Book your trip" lead={partyText(wanted)} />
      <ol className={styles['steps']} aria-label="Steps">
        {STEPS.map((one) => (
          <li key={one.step} aria-current={one.step === step ? 'step' : undefined}>
            {one.label}
          </li>
        ))}
        <li>Payment</li>
      </ol>
      <div className={step === 'review' ? styles['whole'] : styles['layout']}>
        <div>
          {step === 'travellers' ? <TravellersStep draft={draft} change={change} isOwn={wanted.customer === undefined} refused={faults} onDone={() => go(addressOf('seats'))} /> : null}
          {step === 'seats' && making.isError ? <ErrorState title="The places could not be held" problem={making.error} /> : null}
          {step === 'seats' ? (
            <SeatsStep wanted={wanted} draft={draft} change={change} isBusy={making.isPending} here={addressOf('seats')} onBack={() => go(addressOf('travellers'))} onDone={hold} />
          ) : null}
          {step === 'review' ? <Review draft={draft} making={making} onHold={hold} onAnew={() => anew()} /> : null}
        </div>
        {step === 'review' ? null : (
          <aside className={styles['aside']}>
            <Card label="Your flights">
              <Itinerary flightIds={wanted.flights} />
            </Card>
          </aside>
        )}
      </div>
    </>
  );

  function anew() {
    change(({ bookingId: _id, asked: _asked, ...before }) => ({ ...before, holdIds: [] }));
    go(addressOf('travellers'));
  }
}

interface ReviewProps {
  readonly draft: Draft;
  readonly making: ReturnType<typeof useMakeBooking>;
  readonly onHold: () => void;
  readonly onAnew: () => void;
}

/** The review, or the way to it: a request whose answer was lost by a reload is sent again, under its own key. */
function Review({ draft, making, onHold, onAnew }: ReviewProps) {
  const isLost = draft.bookingId === undefined && draft.asked !== undefined && making.isIdle;
  useEffect(() => {
    if (isLost) onHold();
    // Once, for the request that a reload interrupted.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isLost]);
  if (draft.bookingId !== undefined) return <ReviewStep bookingId={draft.bookingId} onAnew={onAnew} />;
  if (making.isError) return <ErrorState title="The places are not held yet" problem={making.error} onRetry={onHold} />;
  return <Skeleton lines={10} label="Holding your places" />;
}

function partyText(wanted: Wanted): string {
  const count = kindsOf(wanted.party).length;
  const cabin = wanted.cabin.replace('_', ' ').toLowerCase();
  return `${count} ${count === 1 ? 'traveller' : 'travellers'} · ${cabin.charAt(0).toUpperCase()}${cabin.slice(1)}`;
}
