import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { customerQuery } from '../../api/queries/desks';
import { paths } from '../../lib/paths';
import { Button, LinkButton } from '../../ui/Button';
import { Desk, Loaded, Tools } from '../../ui/Desk';
import { TextField } from '../../ui/Field';
import { Card, EmptyState } from '../../ui/States';

const ROLES = ['TRAVEL_AGENT', 'AIRLINE_AGENT', 'ADMIN'];

/** Finds a customer by their whole address: nobody browses through customers. */
export default function CustomersPage() {
  const [email, setEmail] = useState('');
  const [asked, setAsked] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(email.trim());
  };
  return (
    <Desk title="Book for a customer" lead="Find them by their email address, then say which flight." roles={ROLES}>
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
  const [flight, setFlight] = useState('');
  return (
    <Loaded query={customers}>
      {([customer]) =>
        customer === undefined ? (
          <EmptyState title="Nobody has that address" />
        ) : (
          <Card label="Customer">
            <h2>
              {customer.firstName} {customer.lastName}
            </h2>
            <Tools>
              <TextField label="Flight" hint="Like B6-523-2026-12-01-JFK" value={flight} onChange={setFlight} />
              <LinkButton to={paths.home()}>Search flights</LinkButton>
              <LinkButton kind="primary" to={paths.booking.start({ flights: [flight.trim()], cabin: 'ECONOMY', adults: 1, customer: customer.id })}>
                Book for {customer.firstName}
              </LinkButton>
            </Tools>
          </Card>
        )
      }
    </Loaded>
  );
}
