import { queryOptions } from '@tanstack/react-query';

import { api, body } from '../../api/client';
import type { components } from '../../api/schema';

export type PaymentShown = components['schemas']['PaymentShown'];

/** The name of a booking's payment: it has one. */
export function paymentId(bookingId: string): string {
  return `pay_${bookingId}`;
}

/** The payment of a booking; it is begun while the booking is held, which holds nothing that was not held before. */
export function paymentQuery(bookingId: string, bookingStatus: string) {
  return queryOptions({
    queryKey: paymentKey(bookingId),
    staleTime: 0,
    queryFn: (): Promise<PaymentShown> => (bookingStatus === 'HELD' ? begun(bookingId) : known(bookingId)),
  });
}

/** Under which a payment is kept; the live socket knows it too. */
export function paymentKey(bookingId: string) {
  return ['mine', 'payment', bookingId] as const;
}

async function known(bookingId: string): Promise<PaymentShown> {
  return body(await api.GET('/api/v1/payments/{paymentId}', { params: { path: { paymentId: paymentId(bookingId) } } }));
}

async function begun(bookingId: string): Promise<PaymentShown> {
  return body(
    await api.POST('/api/v1/payments/intents', {
      params: { header: { 'Idempotency-Key': `begin-${bookingId}` } },
      body: { bookingId },
    }),
  );
}
