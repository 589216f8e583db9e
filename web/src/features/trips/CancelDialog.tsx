import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, body } from '../../api/client';
import { bookingQuery } from '../../api/queries/bookings';
import { formatMoney } from '../../lib/money';
import type { Booking } from '../../trip/types';
import { Button } from '../../ui/Button';
import { Countdown } from '../../ui/Countdown';
import { Actions, Dialog } from '../../ui/Dialog';
import { ErrorState, Skeleton } from '../../ui/States';
import { toast } from '../../ui/toast';
import styles from './trips.module.css';

interface CancelDialogProps {
  readonly booking: Booking;
  readonly onClose: () => void;
}

/** Says what a cancellation gives back before it is done; these very terms hold for a while. */
export function CancelDialog({ booking, onClose }: CancelDialogProps) {
  const client = useQueryClient();
  const path = { bookingId: booking.id };
  const isBought = booking.status === 'CONFIRMED';
  const quote = useQuery({
    queryKey: ['mine', 'quote', booking.id, booking.version],
    enabled: isBought,
    gcTime: 0,
    queryFn: async () => body(await api.POST('/api/v1/bookings/{bookingId}/cancel/quote', { params: { path } })),
  });
  const cancelling = useMutation({
    mutationFn: async () =>
      body(
        await api.POST('/api/v1/bookings/{bookingId}/cancel', {
          params: { path },
          body: quote.data === undefined ? {} : { quoteId: quote.data.quoteId },
        }),
      ),
    onSuccess: (cancelled) => {
      client.setQueryData(bookingQuery(booking.id).queryKey, cancelled);
      void client.invalidateQueries({ queryKey: ['mine', 'bookings'] });
      toast(`Booking ${booking.pnr} is cancelled.`);
      onClose();
    },
    onError: () => client.invalidateQueries({ queryKey: bookingQuery(booking.id).queryKey }),
  });
  const isReady = !isBought || quote.data !== undefined;
  return (
    <Dialog title={`Cancel booking ${booking.pnr}?`} onClose={onClose}>
      {isBought ? <Terms quote={quote} /> : <p>Nothing was paid yet: the places are let go, and nothing is charged.</p>}
      {cancelling.isError ? <ErrorState problem={cancelling.error} onRetry={() => void quote.refetch()} /> : null}
      <Actions>
        <Button kind="danger" isDisabled={!isReady} isPending={cancelling.isPending} onPress={() => cancelling.mutate()}>
          Cancel the booking
        </Button>
        <Button onPress={onClose}>Keep it</Button>
      </Actions>
    </Dialog>
  );
}

interface Quoted {
  readonly data?: { readonly refund: Booking['payment']['amount']; readonly fees: Booking['payment']['amount']; readonly expiresAt: string } | undefined;
  readonly isError: boolean;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

function Terms({ quote }: { readonly quote: Quoted }) {
  if (quote.isError) return <ErrorState problem={quote.error} onRetry={() => void quote.refetch()} />;
  const { data } = quote;
  if (data === undefined || !data.refund || !data.fees) return <Skeleton lines={2} label="Asking what is given back" />;
  return (
    <>
      <dl className={styles['quote']}>
        <dt>You get back</dt>
        <dd>{formatMoney(data.refund)}</dd>
        <dt>Kept as fees</dt>
        <dd>{formatMoney(data.fees)}</dd>
      </dl>
      <p className={styles['soft']}>
        These terms hold for <Countdown until={data.expiresAt} />. What is given back goes to the card that paid.
      </p>
    </>
  );
}
