import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { live } from '../../api/live';
import { problemOf } from '../../api/problem';
import { register, type NewAccount } from '../../api/session';
import { nextOf, paths } from '../../lib/paths';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { Link, useAddress, useGo } from '../../ui/Link';
import { Card, ErrorState, PageHeader } from '../../ui/States';
import styles from './auth.module.css';
import { fieldErrors } from './fieldErrors';

const NOBODY: NewAccount = { email: '', password: '', firstName: '', lastName: '' };

export default function RegisterPage() {
  const client = useQueryClient();
  const go = useGo();
  const next = nextOf(useAddress()['next']);
  const [account, setAccount] = useState(NOBODY);
  const making = useMutation({
    mutationFn: () => register(client, account),
    onSuccess: () => {
      live.renew();
      go(next, { replace: true });
    },
  });
  const errors = making.isError ? fieldErrors(problemOf(making.error)) : {};
  const isElsewhere = making.isError && Object.keys(errors).length === 0;
  const set = (field: keyof NewAccount) => (value: string) => setAccount((before) => ({ ...before, [field]: value }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    making.mutate();
  };
  return (
    <div className={styles['page']}>
      <PageHeader title="Create an account" lead="One account for all your trips." />
      <Card>
        <form className={styles['form']} onSubmit={submit}>
          {isElsewhere ? <ErrorState title="No account was made" problem={making.error} /> : null}
          <div className={styles['names']}>
            <TextField label="First name" autoComplete="given-name" required value={account.firstName} onChange={set('firstName')} error={errors['firstName']} />
            <TextField label="Last name" autoComplete="family-name" required value={account.lastName} onChange={set('lastName')} error={errors['lastName']} />
          </div>
          <TextField label="Email" type="email" autoComplete="username" required value={account.email} onChange={set('email')} error={errors['email']} />
          <TextField
            label="Password"
            type="password"
            autoComplete="new-password"
            required
            minLength={8}
            maxLength={128}
            hint="At least 8 characters; a few words in a row are easy to keep in mind."
            value={account.password}
            onChange={set('password')}
            error={errors['password']}
          />
          <Button kind="primary" type="submit" isPending={making.isPending}>
            Create account
          </Button>
        </form>
      </Card>
      <p className={styles['after']}>
        Have an account already? <Link to={paths.signIn(next === paths.home() ? undefined : next)}>Sign in</Link>.
      </p>
    </div>
  );
}
