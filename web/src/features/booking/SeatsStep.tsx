import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { useSeatMapLive } from '../../api/live';
import { seatMapQuery } from '../../api/queries/seatMap';
import { useSession } from '../../api/session';
import { paths } from '../../lib/paths';
import { SeatMap } from '../../seatmap/SeatMap';
import { flightName } from '../../trip/useFlights';
import { Button, LinkButton } from '../../ui/Button';
import { Countdown } from '../../ui/Countdown';
import { Actions } from '../../ui/Dialog';
import { Card, ErrorState, Notice, Skeleton } from '../../ui/States';
import styles from './booking.module.css';
import { labelOf, seatedOf, type Draft } from './draft';
import { firstToLapse } from './seat-holds';
import type { ChangeDraft } from './useDraft';
import { useSeatHolds } from './useSeatHolds';
import type { Wanted } from './wanted';

interface SeatsStepProps {
  readonly wanted: Wanted;
  readonly draft: Draft;
  readonly change: ChangeDraft;
  /** The booking is being made. */
  readonly isBusy: boolean;
  /** The address of this very step, to come back to after signing in. */
  readonly here: string;
  readonly onBack: () => void;
  readonly onDone: () => void;
}

/** One departure after the other; each seat is held as it is chosen. */
export function SeatsStep(props: SeatsStepProps) {
  const session = useSession();
  const [place, setPlace] = useState(0);
  const flightId = props.wanted.flights[place];
  if (session.status === 'unknown') return <Skeleton lines={8} />;
  if (session.status === 'anonymous') return <SignInFirst here={props.here} onBack={props.onBack} />;
  if (flightId === undefined) return null;
  const isLast = place === props.wanted.flights.length - 1;
  return (
    <FlightSeats
      key={flightId}
      {...props}
      flightId={flightId}
      doneLabel={isLast ? 'Hold and review' : 'Next flight'}
      onBack={place === 0 ? props.onBack : () => setPlace(place - 1)}
      onDone={isLast ? props.onDone : () => setPlace(place + 1)}
    />
  );
}

function SignInFirst({ here, onBack }: { readonly here: string; readonly onBack: () => void }) {
  return (
    <Card>
      <div className={styles['step']}>
        <h2>Sign in to hold seats</h2>
        <p>What you entered stays here, and you come back to this very step.</p>
        <Actions>
          <LinkButton kind="primary" to={paths.signIn(here)}>
            Sign in
          </LinkButton>
          <LinkButton to={paths.register(here)}>Create an account</LinkButton>
          <Button kind="quiet" onPress={onBack}>
            Back
          </Button>
        </Actions>
      </div>
    </Card>
  );
}

interface FlightSeatsProps extends SeatsStepProps {
  readonly flightId: string;
  readonly doneLabel: string;
}

function FlightSeats({ wanted, flightId, draft, change, isBusy, doneLabel, onBack, onDone }: FlightSeatsProps) {
  const map = useQuery(seatMapQuery(flightId));
  const connection = useSeatMapLive(flightId);
  const seats = useSeatHolds(wanted, flightId, draft, change);
  const seating = draft.seating[flightId] ?? {};
  const travellers = seatedOf(draft.travellers).map((one) => ({ id: one.id, label: labelOf(one), type: one.type }));
  const unseated = travellers.filter((traveller) => seating[traveller.id] === undefined);
  const until = firstToLapse(seats.holds);
  const [isGoingOn, setIsGoingOn] = useState(false);
  const isHere = useIsHere();
  const goOn = async () => {
    setIsGoingOn(true);
    // The seat that was chosen a moment ago may still be on its way: the press waits for it instead of being lost.
    const isReady = (await seats.settled()) && (unseated.length === 0 || (await seats.chooseBest()));
    setIsGoingOn(false);
    if (isReady && isHere.current) onDone();
  };
  return (
    <div className={styles['step']}>
      <div className={styles['mapHead']}>
        <h2>Seats on {flightName(flightId)}</h2>
        {until === undefined ? null : (
          <p className={styles['held']}>
            Held for you: <Countdown until={until} />
          </p>
        )}
      </div>
      {seats.lapsed.length === 0 ? null : <Lapsed seating={seating} lapsed={seats.lapsed} onAgain={seats.choose} />}
      {map.isError && map.data === undefined ? <ErrorState problem={map.error} onRetry={() => void map.refetch()} /> : null}
      {map.data === undefined ? (
        <Skeleton lines={10} label="Loading the seat map" />
      ) : (
        <SeatMap
          map={map.data}
          cabin={wanted.cabin}
          mine={seats.holds.flatMap((hold) => hold.seats)}
          travellers={travellers}
          assigned={seating}
          notForYou={seats.notForYou}
          refusal={seats.problem}
          isStale={connection !== 'live'}
          onAssign={seats.choose}
          onClear={(travellerId) => seats.choose(travellerId, undefined)}
        />
      )}
      <Actions>
        <Button kind="primary" isPending={isGoingOn || isBusy} onPress={() => void goOn()}>
          {doneLabel}
        </Button>
        {unseated.length === 0 ? null : (
          <Button isPending={seats.isPending} onPress={() => void seats.chooseBest()}>
            Choose the best for us
          </Button>
        )}
        <Button kind="quiet" onPress={onBack}>
          Back
        </Button>
      </Actions>
    </div>
  );
}

/** Whether the page still shows this: whoever went back meanwhile is not carried on. */
function useIsHere() {
  const isHere = useRef(false);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  return isHere;
}

interface LapsedProps {
  readonly seating: Readonly<Record<string, string>>;
  readonly lapsed: readonly string[];
  readonly onAgain: (travellerId: string, seat: string | undefined) => void;
}

/** Seats whose time ran out, or that a reload found without a hold: they are held again, or chosen anew. */
function Lapsed({ seating, lapsed, onAgain }: LapsedProps) {
  const again = () => {
    const [first] = lapsed;
    // One choice plans for all seats that are wished, so that one is enough.
    if (first !== undefined) onAgain(first, seating[first]);
  };
  return (
    <Notice tone="held">
      <h3>{lapsed.map((traveller) => seating[traveller]).join(', ')}: not held any more</h3>
      <Button onPress={again}>Hold again</Button>
    </Notice>
  );
}
