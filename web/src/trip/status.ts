/** What becomes of a booking and of its departures, in words for people. */

/** What a booking's status is to whoever travels: the tone of its sign, and its words. */
export interface StatusWords {
  readonly tone: 'neutral' | 'good' | 'held' | 'bad';
  readonly label: string;
}

const BOOKING: Readonly<Record<string, StatusWords>> = {
  HOLDING: { tone: 'held', label: 'Being held' },
  HELD: { tone: 'held', label: 'Held for you' },
  PAYING: { tone: 'held', label: 'Payment under way' },
  CONFIRMED: { tone: 'good', label: 'Confirmed' },
  CANCELLED: { tone: 'neutral', label: 'Cancelled' },
  EXPIRED: { tone: 'neutral', label: 'Expired' },
  REFUSED: { tone: 'bad', label: 'Not available' },
  FAILED: { tone: 'bad', label: 'Could not be bought' },
};

const FLIGHT: Readonly<Record<string, StatusWords>> = {
  SCHEDULED: { tone: 'neutral', label: 'Scheduled' },
  DELAYED: { tone: 'held', label: 'Delayed' },
  BOARDING: { tone: 'good', label: 'Boarding' },
  DEPARTED: { tone: 'neutral', label: 'Departed' },
  ARRIVED: { tone: 'neutral', label: 'Arrived' },
  CANCELLED: { tone: 'bad', label: 'Cancelled' },
};

/** The words for a booking's status; one that this page does not know yet is shown as it came. */
export function bookingStatus(status: string): StatusWords {
  return BOOKING[status] ?? { tone: 'neutral', label: status };
}

/** The words for a departure's status. */
export function flightStatus(status: string): StatusWords {
  return FLIGHT[status] ?? { tone: 'neutral', label: status };
}

/** Whether the booking may still become another one by itself: then its page looks again now and then. */
export function isUnderWay(status: string): boolean {
  return status === 'HOLDING' || status === 'HELD' || status === 'PAYING';
}

const ENDINGS: Readonly<Record<string, string>> = {
  'flight-cancelled': 'The airline cancelled the flight.',
  'flight-departed': 'The flight had departed.',
  'claim-gone': 'The places were gone before they could be bought.',
  'late-success': 'The payment came after the time limit, when the places were gone. It is given back.',
  'paid-late': 'The payment came after the time limit, when the places were gone. It is given back.',
  unpayable: 'The payment could not be opened.',
};

/** Why a booking ended, in a sentence. */
export function endingWords(booking: { status: string; end?: { code?: string | null; by?: string | null } | null }): string {
  const code = booking.end?.code;
  if (code !== undefined && code !== null && ENDINGS[code] !== undefined) return ENDINGS[code];
  switch (booking.status) {
    case 'CANCELLED':
      return booking.end?.by === 'CARRIER' ? 'The airline cancelled this booking.' : 'This booking was cancelled.';
    case 'EXPIRED':
      return 'It was not paid in time, and the places were let go. Nothing was charged.';
    case 'REFUSED':
      return 'The places could not be held.';
    case 'FAILED':
      return 'The booking could not be completed. Nothing was kept.';
    default:
      return '';
  }
}
