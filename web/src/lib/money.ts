/** Money, as the interface writes it and as people read it. */

import { numberFormat } from './format';

export interface Money {
  /** A decimal text, `129.00`. */
  readonly amount: string;
  readonly currency: string;
}

/** `US$129.00` or `129,00 $`, as the reader's language writes it. */
export function formatMoney(money: Money, locale?: string): string {
  return numberFormat(locale, { style: 'currency', currency: money.currency }).format(Number(money.amount));
}

/** Whether it is nothing at all. */
export function isZero(money: Money): boolean {
  return Number(money.amount) === 0;
}
