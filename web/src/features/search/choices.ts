/** What the offers that were found can be narrowed to. */

import type { Offer } from '../../api/queries/search';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** The airlines that fly any part of the offers, by name. */
export function airlinesOf(offers: readonly Offer[]): readonly Choice[] {
  const carriers = offers.flatMap((offer) => offer.slices.flatMap((slice) => slice.segments.map((segment) => segment.carrier)));
  const names = new Map(carriers.map((carrier) => [carrier.code, carrier.name ?? carrier.code]));
  return [...names].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label));
}

/** At most so many prices are offered. */
const STEPS = 5;

/** Round prices between the cheapest offer and the dearest, each of which some offers keep below. */
export function pricesOf(offers: readonly Offer[]): readonly number[] {
  const prices = offers.map((offer) => Number(offer.price.total.amount));
  const least = Math.min(...prices);
  const most = Math.max(...prices);
  const step = roundUp((most - least) / STEPS);
  if (!Number.isFinite(step) || step === 0) return [];
  const first = Math.ceil(least / step) * step;
  return Array.from({ length: STEPS }, (_, at) => first + at * step).filter((price) => price < most);
}

/** 50, or a round hundred: finer steps are no choice. */
function roundUp(step: number): number {
  if (step <= 0) return 0;
  return step <= 50 ? 50 : Math.ceil(step / 100) * 100;
}
