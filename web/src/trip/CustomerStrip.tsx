import { useRouterState } from '@tanstack/react-router';

import { knownCustomer } from '../api/customer';
import { useSession } from '../api/session';
import { paths, withoutCustomer } from '../lib/paths';
import { Button } from '../ui/Button';
import { Link, useGo } from '../ui/Link';
import { toast } from '../ui/toast';
import { isAgent, useCustomer } from './customer';
import styles from './CustomerStrip.module.css';

/** Says for whom an agent searches and books, on every page whose address names a customer. */
export function CustomerStrip() {
  const session = useSession();
  const id = useCustomer();
  if (id === undefined || !isAgent(session)) return null;
  const customer = knownCustomer(sessionStorage, id);
  const name = customer === undefined ? 'this customer' : `${customer.firstName} ${customer.lastName}`;
  return (
    <aside className={styles['strip']} aria-label="For whom you book">
      <div className={styles['line']}>
        {customer === undefined ? (
          // The address may come from another tab, or from somebody else: the agent looks whom it means.
          <p className={styles['name']}>
            Booking for a customer whose name is not known here. <Link to={paths.agent.customers()}>Find them by email</Link>
          </p>
        ) : (
          <p className={styles['name']}>
            Booking for <strong>{name}</strong>
          </p>
        )}
        <Stop name={name} />
      </div>
    </aside>
  );
}

function Stop({ name }: { readonly name: string }) {
  const go = useGo();
  const here = useRouterState({ select: ({ location }) => location.pathname + location.searchStr });
  const stop = () => {
    go(withoutCustomer(here), { replace: true });
    toast('You book for yourself again.', 'good');
    // The button goes away: whoever works by keyboard stays on the page.
    document.getElementById('main')?.focus();
  };
  return (
    <Button kind="quiet" aria-label={`Stop booking for ${name}`} onPress={stop}>
      Stop
    </Button>
  );
}
