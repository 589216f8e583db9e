/** What the payment page shows: one face at a time, read from the booking and its payment. */

import type { components } from '../../api/schema';
import type { Booking } from '../../trip/types';

/** What of a payment decides the face. */
export type PaymentShown = Pick<
  components['schemas']['PaymentShown'],
  'id' | 'status' | 'provider' | 'clientSecret' | 'publishableKey' | 'testMethods' | 'lastDecline'
>;

/** A test card of the sandbox, by its name: no number is ever asked for. */
export type TestMethod = components['schemas']['TestMethod'];

export type Face =
  /** The payment is being opened, or the booking is still on its way to somewhere. */
  | { readonly kind: 'opening' }
  /** The sandbox: a test card is picked by its name. */
  | { readonly kind: 'test-cards'; readonly payment: PaymentShown; readonly methods: readonly TestMethod[] }
  /** The provider's own form, in its own frame. */
  | { readonly kind: 'element'; readonly payment: PaymentShown; readonly clientSecret: string; readonly publishableKey: string }
  /** The customer's bank wants to hear from them; `isSandbox` when there is no bank but ours. */
  | { readonly kind: 'authenticate'; readonly payment: PaymentShown; readonly isSandbox: boolean }
  /** The bank takes its time. */
  | { readonly kind: 'settling'; readonly payment: PaymentShown }
  /** It is paid, and the places are being bought. */
  | { readonly kind: 'buying' }
  /** Bought. */
  | { readonly kind: 'done' }
  /** Over, without a purchase. */
  | { readonly kind: 'ended' }
  /** No way to pay is configured here. */
  | { readonly kind: 'no-way'; readonly payment: PaymentShown };

/** The provider of the sandbox, which runs inside the server. */
const SANDBOX = 'simulator';

/** The face for a booking and its payment, as far as it is known. */
export function faceOf(booking: Pick<Booking, 'status'>, payment: PaymentShown | undefined): Face {
  switch (booking.status) {
    case 'CONFIRMED':
      return { kind: 'done' };
    case 'CANCELLED':
    case 'EXPIRED':
    case 'REFUSED':
    case 'FAILED':
      return { kind: 'ended' };
    default:
      return payment === undefined ? { kind: 'opening' } : paying(payment);
  }
}

function paying(payment: PaymentShown): Face {
  switch (payment.status) {
    case 'AWAITING_METHOD':
      return method(payment);
    case 'AWAITING_CUSTOMER':
      return customer(payment);
    case 'PENDING':
      return { kind: 'settling', payment };
    case 'AUTHORISED':
    case 'CAPTURED':
      return { kind: 'buying' };
    default:
      return { kind: 'opening' };
  }
}

function method(payment: PaymentShown): Face {
  const { clientSecret, publishableKey, testMethods } = payment;
  if (payment.provider !== SANDBOX && clientSecret && publishableKey) {
    return { kind: 'element', payment, clientSecret, publishableKey };
  }
  if (testMethods && testMethods.length > 0) return { kind: 'test-cards', payment, methods: testMethods };
  return { kind: 'no-way', payment };
}

function customer(payment: PaymentShown): Face {
  if (payment.provider === SANDBOX) return { kind: 'authenticate', payment, isSandbox: true };
  const { clientSecret, publishableKey } = payment;
  if (clientSecret && publishableKey) return { kind: 'element', payment, clientSecret, publishableKey };
  return { kind: 'authenticate', payment, isSandbox: false };
}

/** How often the page looks again by itself, in milliseconds, beside what the live socket tells; false when nothing can change. */
export function lookAgainAfter(face: Face): number | false {
  switch (face.kind) {
    case 'opening':
    case 'buying':
      return 1_000;
    case 'settling':
    case 'authenticate':
    case 'test-cards':
    case 'element':
      return 3_000;
    case 'no-way':
      return 15_000;
    case 'done':
    case 'ended':
      return false;
  }
}

const DECLINES: Readonly<Record<string, string>> = {
  'insufficient-funds': 'The card does not have enough funds.',
  'expired-card': 'The card has expired.',
  'incorrect-cvc': 'The security code was wrong.',
  'authentication-required': 'The bank could not confirm that it was you.',
  'try-again': 'The bank had a fault of its own; the same card may work in a moment.',
  'unknown-method': 'This card cannot be used here.',
};

/** Why a payment was declined, in a sentence, with what to do. */
export function declineWords(decline: { readonly code: string }): string {
  const why = DECLINES[decline.code] ?? 'The bank declined the payment.';
  return `${why} Your places are still held: you can try again.`;
}
