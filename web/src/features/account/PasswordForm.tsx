import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { api } from '../../api/client';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { Card, ErrorState } from '../../ui/States';
import { toast } from '../../ui/toast';
import styles from './account.module.css';

export function PasswordForm({ email }: { readonly email: string }) {
  const client = useQueryClient();
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const changing = useMutation({
    mutationFn: async () => {
      await api.POST('/api/v1/auth/password', { body: { currentPassword, newPassword } });
    },
    onSuccess: () => {
      setCurrent('');
      setNew('');
      toast('Your password is changed; you are signed out everywhere else.');
      void client.invalidateQueries({ queryKey: ['mine', 'sessions'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changing.mutate();
  };
  return (
    <Card label="Password">
      <form className={styles['form']} onSubmit={submit}>
        <h2>Password</h2>
        {/* Password managers want to know whose it is. */}
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        {changing.isError ? <ErrorState problem={changing.error} /> : null}
        <div className={styles['pair']}>
          <TextField label="Current password" type="password" autoComplete="current-password" required value={currentPassword} onChange={setCurrent} />
          <TextField label="New password" type="password" autoComplete="new-password" required minLength={8} maxLength={128} hint="At least 8 characters" value={newPassword} onChange={setNew} />
        </div>
        <div>
          <Button type="submit" isPending={changing.isPending}>
            Change the password
          </Button>
        </div>
      </form>
    </Card>
  );
}
