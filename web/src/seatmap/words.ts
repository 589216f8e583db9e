/** What a seat is, in words: for its label, and for whoever cannot see the map. */

import { formatMoney } from '../lib/money';
import type { Row, Seat } from './layout';

/** How a seat is to whoever looks at it. */
export type Look = 'open' | 'mine' | 'held' | 'sold' | 'blocked' | 'not-for-you';

const LOOKS: Readonly<Record<Look, string>> = {
  open: 'available',
  mine: 'yours',
  held: 'held by somebody else',
  sold: 'taken',
  blocked: 'not on sale',
  'not-for-you': 'not for your party',
};

const ATTRIBUTES: Readonly<Record<string, string>> = { NO_INFANT: 'no infants', EXIT_ROW: 'exit row' };

const REASONS: Readonly<Record<string, string>> = {
  EXIT_ROW_NEEDS_TRAVELLERS: 'in an exit row it must be known who travels',
  EXIT_ROW_ADULTS_ONLY: 'only adults sit in an exit row',
  EXIT_ROW_MIN_AGE: 'nobody under 15 sits in an exit row',
  EXIT_ROW_NO_INFANT: 'no infants on laps in an exit row',
  NO_INFANT_SEAT: 'no infants on laps here',
  ONE_INFANT_PER_SEAT_BLOCK: 'there is one oxygen mask too few for another infant here',
};

/** What a seat's look means, `held by somebody else`. */
export function lookText(look: Look): string {
  return LOOKS[look];
}

/** How a seat looks. */
export function lookOf(seat: Seat, isMine: boolean, isForbidden: boolean): Look {
  if (isMine) return 'mine';
  switch (seat.state) {
    case 'AVAILABLE':
      return isForbidden ? 'not-for-you' : 'open';
    case 'HELD':
      return 'held';
    case 'SOLD':
      return 'sold';
    default:
      return 'blocked';
  }
}

/** `12A, window, exit row, available, $25.00`. */
export function seatLabel(seat: Seat, row: Row, look: Look, who?: string): string {
  const attributes = seat.attributes.map((attribute) => ATTRIBUTES[attribute] ?? attribute.toLowerCase().replaceAll('_', ' '));
  const exit = row.exit && !attributes.includes('exit row') ? ['exit row'] : [];
  const price = seat.supplement === undefined || seat.supplement === null ? [] : [`plus ${formatMoney(seat.supplement)}`];
  const state = who === undefined ? LOOKS[look] : `${LOOKS[look]}, for ${who}`;
  return [seat.seat, ...attributes, ...exit, state, ...(look === 'open' || look === 'mine' ? price : [])].join(', ');
}

/** Why a seat is not for somebody, in a sentence. */
export function reasonText(reason: string): string {
  return REASONS[reason.toUpperCase().replaceAll('-', '_')] ?? reason.toLowerCase().replaceAll(/[-_]/g, ' ');
}
