import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { paths } from '../../lib/paths';
import { Button } from '../../ui/Button';
import { Actions } from '../../ui/Dialog';
import { Card, ErrorState, Notice } from '../../ui/States';
import styles from './payment.module.css';
import { mountForm, type MountedForm } from './provider-form';

interface ProviderFormProps {
  readonly bookingId: string;
  readonly clientSecret: string;
  readonly publishableKey: string;
}

/** The provider's own form in its own frame: what is typed there never passes through this page. */
export function ProviderForm({ bookingId, clientSecret, publishableKey }: ProviderFormProps) {
  const client = useQueryClient();
  const place = useRef<HTMLDivElement>(null);
  const [form, setForm] = useState<MountedForm>();
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    const here = place.current;
    if (here === null) return undefined;
    let isGone = false;
    let mounted: MountedForm | undefined;
    const isDark = document.documentElement.dataset['theme'] === 'dark';
    mountForm(here, { publishableKey, clientSecret, isDark }).then(
      (made) => {
        mounted = made;
        if (isGone) made.unmount();
        else setForm(made);
      },
      (thrown: unknown) => {
        if (!isGone) setFailure(thrown);
      },
    );
    return () => {
      isGone = true;
      mounted?.unmount();
    };
  }, [publishableKey, clientSecret]);
  const paying = useMutation({
    mutationFn: async () => form?.pay(new URL(paths.booking.pay(bookingId), location.href).href),
    onSettled: () => client.invalidateQueries({ queryKey: ['mine'] }),
  });
  return (
    <Card label="Payment">
      <div className={styles['step']}>
        <h2>Payment</h2>
        {failure === undefined ? null : <ErrorState problem={failure} />}
        {paying.data === undefined ? null : (
          <Notice tone="bad">
            <h3>Not paid</h3>
            <p>{paying.data}</p>
          </Notice>
        )}
        <div ref={place} />
        <Actions>
          <Button kind="primary" isDisabled={form === undefined} isPending={paying.isPending} onPress={() => paying.mutate()}>
            Pay now
          </Button>
        </Actions>
      </div>
    </Card>
  );
}
