import { queryOptions } from '@tanstack/react-query';

import { api, body } from '../../api/client';
import { problemOf } from '../../api/problem';
import type { components } from '../../api/schema';

export type PaymentShown = components['schemas']['PaymentShown'];

/** The name of a booking's payment: it has one. */
export function paymentId(bookingId: string): string {
  return `pay_${bookingId}`;
}

/** The payment of a booking; it is begun when there is none, which holds nothing that was not held before. */
export function paymentQuery(bookingId: string) {
  return queryOptions({
    queryKey: ['mine', 'payment', bookingId],
    staleTime: 0,
    queryFn: async (): Promise<PaymentShown> => (await known(bookingId)) ?? (await begun(bookingId)),
  });
}

async function known(bookingId: string): Promise<PaymentShown | undefined> {
  try {
    return body(await api.GET('/api/v1/payments/{paymentId}', { params: { path: { paymentId: paymentId(bookingId) } } }));
  } catch (thrown) {
    if (problemOf(thrown).status === 404) return undefined;
    throw thrown;
  }
}

async function begun(bookingId: string): Promise<PaymentShown> {
  return body(
    await api.POST('/api/v1/payments/intents', {
      params: { header: { 'Idempotency-Key': `begin-${bookingId}` } },
      body: { bookingId },
    }),
  );
}
