import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { live } from '../../api/live';
import { signIn } from '../../api/session';
import { nextOf, paths } from '../../lib/paths';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { Link, useAddress, useGo } from '../../ui/Link';
import { Card, ErrorState, PageHeader } from '../../ui/States';
import styles from './auth.module.css';

export default function SignInPage() {
  const client = useQueryClient();
  const go = useGo();
  const next = nextOf(useAddress()['next']);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const entering = useMutation({
    mutationFn: () => signIn(client, email, password),
    onSuccess: () => {
      live.renew();
      go(next, { replace: true });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    entering.mutate();
  };
  return (
    <div className={styles['page']}>
      <PageHeader title="Sign in" lead="Your trips, seats and payments stay with your account." />
      <Card>
        <form className={styles['form']} onSubmit={submit}>
          {entering.isError ? <ErrorState title="You are not signed in" problem={entering.error} /> : null}
          <TextField label="Email" type="email" name="email" autoComplete="username" required value={email} onChange={setEmail} />
          <TextField label="Password" type="password" name="password" autoComplete="current-password" required value={password} onChange={setPassword} />
          <Button kind="primary" type="submit" isPending={entering.isPending}>
            Sign in
          </Button>
        </form>
      </Card>
      <p className={styles['after']}>
        No account yet? <Link to={paths.register(next === paths.home() ? undefined : next)}>Create one</Link>. Have a booking reference?{' '}
        <Link to={paths.lookup()}>Find your booking</Link>.
      </p>
    </div>
  );
}
