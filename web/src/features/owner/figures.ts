/** Figures as charts want them. */

import type { Money } from '../../lib/money';

/** The currency in which most was earned; figures in others are shown in tables. */
export function currencyOf(totals: readonly Money[]): string {
  const [first] = [...totals].sort((a, b) => Number(b.amount) - Number(a.amount));
  return first?.currency ?? 'USD';
}

/** What was earned in a currency; nothing when nothing was. */
export function amountIn(currency: string, sums: readonly Money[]): number {
  return Number(sums.find((sum) => sum.currency === currency)?.amount ?? 0);
}

/** The largest so many, in order. */
export function largest<T>(all: readonly T[], by: (one: T) => number, many: number): readonly T[] {
  return [...all].sort((a, b) => by(b) - by(a)).slice(0, many);
}
