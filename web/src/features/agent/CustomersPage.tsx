import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { customerQuery } from '../../api/queries/desks';
import { paths } from '../../lib/paths';
import { AGENTS } from '../../trip/customer';
import { Button, LinkButton } from '../../ui/Button';
import { Desk, Loaded, Tools } from '../../ui/Desk';
import { TextField } from '../../ui/Field';
import { Card, EmptyState } from '../../ui/States';

/** Finds a customer by their whole address: nobody browses through customers. */
export default function CustomersPage() {
  const [email, setEmail] = useState('');
  const [asked, setAsked] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(email.trim());
  };
  return (
    <Desk title="Book for a customer" lead="Find them by their email address, then search their flights." roles={AGENTS}>
      <form onSubmit={submit}>
        <Tools>
          <TextField label="Email of the customer" type="email" required value={email} onChange={setEmail} />
          <Button kind="primary" type="submit">
            Find
          </Button>
        </Tools>
      </form>
      {asked === undefined ? null : <Found email={asked} />}
    </Desk>
  );
}

function Found({ email }: { readonly email: string }) {
  const customers = useQuery(customerQuery(email));
  return (
    <Loaded query={customers}>
      {([customer]) =>
        customer === undefined ? (
          <EmptyState title="Nobody has that address" />
        ) : (
          <Card label="Customer">
            <Tools>
              <div>
                <h2>
                  {customer.firstName} {customer.lastName}
                </h2>
                <p>{customer.email}</p>
              </div>
              <LinkButton kind="primary" to={paths.home(customer.id)}>
                Search flights for {customer.firstName}
              </LinkButton>
            </Tools>
          </Card>
        )
      }
    </Loaded>
  );
}
