import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { api, body } from '../../api/client';
import { noteUser, type User } from '../../api/session';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { Card, ErrorState } from '../../ui/States';
import { toast } from '../../ui/toast';
import styles from './account.module.css';

export function ProfileForm({ user }: { readonly user: User }) {
  const client = useQueryClient();
  const [firstName, setFirstName] = useState(user.firstName);
  const [lastName, setLastName] = useState(user.lastName);
  const saving = useMutation({
    mutationFn: async () => body(await api.PATCH('/api/v1/auth/profile', { body: { firstName, lastName } })),
    onSuccess: (changed) => {
      noteUser(client, changed);
      toast('Your name is saved.');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <Card label="Profile">
      <form className={styles['form']} onSubmit={submit}>
        <h2>Profile</h2>
        {saving.isError ? <ErrorState problem={saving.error} /> : null}
        <div className={styles['pair']}>
          <TextField label="First name" autoComplete="given-name" required value={firstName} onChange={setFirstName} />
          <TextField label="Last name" autoComplete="family-name" required value={lastName} onChange={setLastName} />
        </div>
        <div>
          <Button type="submit" isPending={saving.isPending}>
            Save the name
          </Button>
        </div>
      </form>
    </Card>
  );
}
