import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';

import { live, useLive, type Connection } from '../api/live';
import { signOut, useSession, type User } from '../api/session';
import { paths } from '../lib/paths';
import { useCustomer } from '../trip/customer';
import { CustomerStrip } from '../trip/CustomerStrip';
import { Button } from '../ui/Button';
import { Link, useGo } from '../ui/Link';
import { currentToasts, dismiss, subscribeToasts } from '../ui/toast';
import styles from './Shell.module.css';
import { ThemeSwitch } from './ThemeSwitch';

/** What is around every page: where one can go, who one is, and whether the page is live. */
export function Shell() {
  return (
    <>
      <a className={styles['skip']} href="#main">
        Skip to content
      </a>
      <header className={styles['header']}>
        <div className={styles['bar']}>
          <Link to={paths.home()} className={styles['name']} aria-label="Aisle, home">
            <span aria-hidden="true" className={styles['mark']} />
            aisle
          </Link>
          <Navigation />
        </div>
      </header>
      <Connectivity />
      <CustomerStrip />
      <main id="main" className={styles['main']} tabIndex={-1}>
        <Outlet />
      </main>
      <footer className={styles['footer']}>
        <ThemeSwitch />
        <a href="/docs">Interface for programs</a>
      </footer>
      <Toasts />
    </>
  );
}

interface Place {
  readonly to: string;
  readonly label: string;
}

/** The desks that a role has, beside what everybody has. */
function desksOf(role: string): Place[] {
  const agent = { to: paths.agent.home(), label: 'Agent desk' };
  const airline = { to: paths.airline.departures(), label: 'Departures' };
  const owner = { to: paths.owner(), label: 'Figures' };
  const admin = { to: paths.admin.home(), label: 'Administration' };
  switch (role) {
    case 'TRAVEL_AGENT':
      return [agent];
    case 'AIRLINE_AGENT':
      return [agent, airline];
    case 'BUSINESS_OWNER':
      return [owner];
    case 'ADMIN':
      return [agent, airline, owner, admin];
    default:
      return [];
  }
}

function Navigation() {
  const session = useSession();
  const here = useRouterState({ select: (state) => state.location.href });
  const user = session.status === 'signed-in' ? session.user : undefined;
  // Another search is still for the same customer, until the agent stops.
  const home = paths.home(useCustomer());
  const places: Place[] = [
    { to: home, label: 'Search' },
    user === undefined ? { to: paths.lookup(), label: 'Find a booking' } : { to: paths.trips(), label: 'My trips' },
    ...desksOf(user?.role ?? ''),
  ];
  return (
    <nav className={styles['nav']} aria-label="Main">
      <ul className={styles['places']}>
        {places.map((place) => (
          <li key={place.label}>
            <Link to={place.to} isHere={isAt(here, place.to)} className={styles['place']}>
              {place.label}
            </Link>
          </li>
        ))}
      </ul>
      {user === undefined ? (
        <Link to={paths.signIn(isAuth(here) ? undefined : here)} className={styles['place']}>
          Sign in
        </Link>
      ) : (
        <Owner user={user} here={here} />
      )}
    </nav>
  );
}

/** Whether a page is the one of an address or below it; everything is below the first page. */
function isAt(here: string, to: string): boolean {
  const [path, at] = [pathOf(to), pathOf(here)];
  return at === path || (path !== paths.home() && at.startsWith(`${path}/`));
}

function pathOf(address: string): string {
  return address.split('?', 1)[0] ?? '';
}

function isAuth(here: string): boolean {
  return here.startsWith('/sign-in') || here.startsWith('/register') || here === '/';
}

function Owner({ user, here }: { readonly user: User; readonly here: string }) {
  const client = useQueryClient();
  const go = useGo();
  const leave = () => {
    void signOut(client)
      .catch(() => undefined)
      .then(() => {
        live.renew();
        go(paths.home());
      });
  };
  return (
    <div className={styles['owner']}>
      <Link to={paths.account()} isHere={isAt(here, paths.account())} className={styles['place']}>
        {user.firstName}
      </Link>
      <Button kind="quiet" onPress={leave}>
        Sign out
      </Button>
    </div>
  );
}

const CONNECTIONS: Readonly<Partial<Record<Connection, string>>> = {
  reconnecting: 'Reconnecting: what you see may be a little old.',
  offline: 'You are offline. Nothing you entered is lost; the page goes on when the connection is back.',
};

function Connectivity() {
  const text = CONNECTIONS[useLive()];
  return (
    <div role="status" className={text === undefined ? undefined : styles['stale']}>
      {text}
    </div>
  );
}

function Toasts() {
  const toasts = useSyncExternalStore(subscribeToasts, currentToasts);
  return (
    <div className={styles['toasts']} role="status" aria-label="Messages">
      {toasts.map((toast) => (
        <div key={toast.id} className={`${styles['toast']} ${styles[toast.tone]}`}>
          {toast.text}
          <Button kind="quiet" aria-label="Dismiss" onPress={() => dismiss(toast.id)}>
            ✕
          </Button>
        </div>
      ))}
    </div>
  );
}
