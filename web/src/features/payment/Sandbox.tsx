import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { api, body } from '../../api/client';
import { problemOf } from '../../api/problem';
import { Button } from '../../ui/Button';
import { Actions } from '../../ui/Dialog';
import { RadioCards } from '../../ui/Field';
import { Card, ErrorState, Notice } from '../../ui/States';
import { declineWords, type TestMethod } from './face';
import styles from './payment.module.css';
import { paymentId, paymentKey } from './payments';

/** Reads the booking and its payment again: something was done to them. */
function useLookAgain(bookingId: string): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['mine', 'booking', bookingId] }),
      client.invalidateQueries({ queryKey: paymentKey(bookingId) }),
    ]);
}

interface TestCardsProps {
  readonly bookingId: string;
  readonly methods: readonly TestMethod[];
  readonly lastDecline: { readonly code: string } | undefined;
}

/** The sandbox's cards, by name. There is no field for a number here or anywhere. */
export function TestCards({ bookingId, methods, lastDecline }: TestCardsProps) {
  const [method, setMethod] = useState(methods[0]?.paymentMethod ?? '');
  const lookAgain = useLookAgain(bookingId);
  const paying = useMutation({
    // No key: to try the same card again is another try, and the server lets one order to pay be under way at a time.
    mutationFn: async () =>
      body(
        await api.POST('/api/v1/payments/{paymentId}/confirm', {
          params: { path: { paymentId: paymentId(bookingId) } },
          body: { paymentMethod: method },
        }),
      ),
    onSettled: lookAgain,
  });
  const problem = paying.isError ? problemOf(paying.error) : undefined;
  const isDeclined = problem === undefined || problem.code === 'payment-declined';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    paying.mutate();
  };
  return (
    <Card label="Payment">
      <form className={styles['step']} onSubmit={submit}>
        <div>
          <h2>Test payment</h2>
          <p className={styles['soft']}>This server runs a sandbox: no money moves, and no card number is asked for.</p>
        </div>
        {problem !== undefined && !isDeclined ? <ErrorState problem={problem} /> : null}
        {isDeclined && lastDecline !== undefined && !paying.isPending ? (
          <Notice tone="bad">
            <h3>Not paid</h3>
            <p>{declineWords(lastDecline)}</p>
          </Notice>
        ) : null}
        <RadioCards
          label="Test card"
          name="card"
          value={method}
          onChange={setMethod}
          options={methods.map((one) => ({ value: one.paymentMethod, label: `Card that ${one.title}`, hint: one.paymentMethod }))}
        />
        <Actions>
          <Button kind="primary" type="submit" isPending={paying.isPending}>
            Pay now
          </Button>
        </Actions>
      </form>
    </Card>
  );
}

interface AuthenticateProps {
  readonly bookingId: string;
  readonly isSandbox: boolean;
}

/** The bank wants to hear from the customer (3-D Secure). In the sandbox the two answers are buttons. */
export function Authenticate({ bookingId, isSandbox }: AuthenticateProps) {
  const lookAgain = useLookAgain(bookingId);
  const answering = useMutation({
    mutationFn: async (outcome: 'authenticate' | 'refuse') =>
      body(
        await api.POST('/api/v1/payments/{paymentId}/sandbox', {
          params: { path: { paymentId: paymentId(bookingId) } },
          body: { outcome },
        }),
      ),
    onSettled: lookAgain,
  });
  return (
    <Card label="Your bank">
      <div className={styles['step']}>
        <h2>Your bank wants to know that it is you</h2>
        {answering.isError ? <ErrorState problem={answering.error} /> : null}
        {isSandbox ? (
          <>
            <p>In the sandbox you answer for the bank.</p>
            <Actions>
              <Button kind="primary" isPending={answering.isPending} onPress={() => answering.mutate('authenticate')}>
                Yes, it is me
              </Button>
              <Button kind="danger" isPending={answering.isPending} onPress={() => answering.mutate('refuse')}>
                Refuse
              </Button>
            </Actions>
          </>
        ) : (
          <p>Answer where your bank asks you, for example in its app. This page goes on by itself.</p>
        )}
      </div>
    </Card>
  );
}
