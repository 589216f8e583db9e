import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';

import { api, body } from '../../api/client';
import { problemOf, type Problem } from '../../api/problem';
import { yoursQuery } from '../../api/queries/seatMap';
import { useSession } from '../../api/session';
import type { HoldMade } from '../../trip/types';
import { seat as seated, seatedOf, type Draft } from './draft';
import { newKey } from './request';
import { ownHolds, plan, travellersOf, unheld, type LiveHold } from './seat-holds';
import type { ChangeDraft } from './useDraft';
import type { Wanted } from './wanted';

/** How long a chosen seat is held before the booking takes it over, in seconds. */
const HOLD_SECONDS = 600;

export interface SeatHolds {
  /** This draft's live holds on the departure. */
  readonly holds: readonly LiveHold[];
  /** Seats that this party may not take, and why. */
  readonly notForYou: readonly { readonly seat: string; readonly reason: string }[];
  /** Seats that the draft has and no hold carries any more. */
  readonly lapsed: readonly string[];
  readonly isPending: boolean;
  readonly problem: Problem | undefined;
  readonly choose: (travellerId: string, seat: string | undefined) => void;
  readonly chooseBest: () => Promise<boolean>;
  /** Once nothing is on its way any more: whether what was was granted. */
  readonly settled: () => Promise<boolean>;
}

/** The seats of one departure, held one by one as they are chosen. */
export function useSeatHolds(wanted: Wanted, flightId: string, draft: Draft, change: ChangeDraft): SeatHolds {
  const client = useQueryClient();
  const isSignedIn = useSession().status === 'signed-in';
  const [problem, setProblem] = useState<Problem>();
  const last = useRef(Promise.resolve(true));
  const looked = yoursQuery(flightId, wanted.party);
  const yours = useQuery({ ...looked, enabled: isSignedIn });
  const seating = draft.seating[flightId] ?? {};
  const all: readonly LiveHold[] = yours.data?.holds ?? [];

  const moving = useMutation({
    // One after the other: each plan begins with what the one before has left.
    scope: { id: `holds-${flightId}` },
    mutationFn: async (wish: Record<string, string>) => {
      const { holds } = await client.fetchQuery({ ...looked, staleTime: 0 });
      const seats = Object.values(wish);
      const own = ownHolds(holds, draft.holdIds, [...seats, ...Object.values(seating)]);
      return carryOut(wanted, flightId, own, wish, draft);
    },
    onMutate: () => setProblem(undefined),
    onSuccess: (made) => {
      if (made !== undefined) change((before) => ({ ...before, holdIds: [...before.holdIds, made.holdId] }));
    },
    onError: (thrown) => setProblem(problemOf(thrown)),
    onSettled: () => client.invalidateQueries({ queryKey: ['mine', 'yours', flightId] }),
  });

  const choose = (travellerId: string, to: string | undefined) => {
    const before = draft;
    const next = seated(draft, flightId, travellerId, to);
    change(() => next);
    last.current = granted(moving.mutateAsync({ ...(next.seating[flightId] ?? {}) }, {
      // Refused: whoever had a seat before has it still.
      onError: () => change((now) => ({ ...now, seating: { ...now.seating, [flightId]: before.seating[flightId] ?? {} } })),
    }));
  };

  const best = useMutation({
    scope: { id: `holds-${flightId}` },
    mutationFn: async () => {
      const without = seatedOf(draft.travellers).filter((traveller) => seating[traveller.id] === undefined);
      if (without.length === 0) return undefined;
      const made = await hold(flightId, {
        cabinClass: wanted.cabin,
        places: without.length,
        bestAvailable: {},
        travellers: without.map(({ type }) => ({ type })),
        ttlSeconds: HOLD_SECONDS,
      });
      return { made, without };
    },
    onMutate: () => setProblem(undefined),
    onSuccess: (found) => {
      if (found === undefined) return;
      change((before) => {
        const all = { ...before.seating[flightId] };
        found.without.forEach((traveller, place) => {
          const one = found.made.seats[place];
          if (one !== undefined) all[traveller.id] = one;
        });
        return { ...before, holdIds: [...before.holdIds, found.made.holdId], seating: { ...before.seating, [flightId]: all } };
      });
    },
    onError: (thrown) => setProblem(problemOf(thrown)),
    onSettled: () => client.invalidateQueries({ queryKey: ['mine', 'yours', flightId] }),
  });

  const own = ownHolds(all, draft.holdIds, Object.values(seating));
  const isPending = moving.isPending || best.isPending;
  const isKnown = yours.isSuccess && !yours.isFetching && !isPending;
  return {
    holds: own,
    notForYou: (yours.data?.notForYou ?? []) as unknown as SeatHolds['notForYou'],
    lapsed: isKnown ? unheld(seating, own) : [],
    isPending,
    problem,
    choose,
    chooseBest: () => (last.current = granted(best.mutateAsync())),
    settled: () => (isPending ? last.current : Promise.resolve(true)),
  };
}

/** Whether what was asked for came; why not is told by the mutation itself. */
function granted(asked: Promise<unknown>): Promise<boolean> {
  return asked.then(() => true, () => false);
}

type Hold = Pick<HoldMade, 'holdId' | 'seats'>;

async function carryOut(
  wanted: Wanted,
  flightId: string,
  own: readonly LiveHold[],
  wish: Readonly<Record<string, string>>,
  draft: Draft,
): Promise<Hold | undefined> {
  const { release, make, order } = plan(own, Object.values(wish));
  if (order === 'release-first') await giveBack(flightId, release);
  const made = make.length === 0 ? undefined : await hold(flightId, {
    cabinClass: wanted.cabin,
    seats: [...make],
    travellers: travellersOf(make, wish, draft.travellers),
    ttlSeconds: HOLD_SECONDS,
  });
  if (order === 'make-first') await giveBack(flightId, release);
  return made;
}

interface HoldWish {
  readonly cabinClass: string;
  readonly seats?: string[];
  readonly places?: number;
  readonly bestAvailable?: object;
  readonly travellers: { type: string }[];
  readonly ttlSeconds: number;
}

async function hold(flightId: string, wish: HoldWish): Promise<Hold> {
  return body(
    await api.POST('/api/v1/flights/{flightId}/holds', {
      params: { path: { flightId }, header: { 'Idempotency-Key': newKey() } },
      body: wish,
    }),
  );
}

async function giveBack(flightId: string, holdIds: readonly string[]): Promise<void> {
  for (const holdId of holdIds) {
    try {
      await api.DELETE('/api/v1/flights/{flightId}/holds/{holdId}', { params: { path: { flightId, holdId } } });
    } catch (thrown) {
      // 404, 409 and 410 say that there is nothing of ours to give back any more.
      if (![404, 409, 410].includes(problemOf(thrown).status)) throw thrown;
    }
  }
}
