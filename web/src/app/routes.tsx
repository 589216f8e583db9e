import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { useDeferredValue, useEffect, useState } from 'react';

import { flightQuery } from '../api/queries/flights';
import { offersQuery } from '../api/queries/search';
import { seatMapQuery } from '../api/queries/seatMap';
import { searchOf, shownOf, unfiltered, wishOf } from '../features/search/asked';
import { ErrorState, PageHeader, Skeleton } from '../ui/States';
import { LinkButton } from '../ui/Button';
import { paths } from '../lib/paths';
import { Shell } from './Shell';

interface Context {
  readonly client: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Shell, notFoundComponent: NotFound });

type Page = () => Promise<{ default: () => React.ReactNode }>;
type Address = Readonly<Record<string, string | undefined>>;
type Ask = (client: QueryClient, params: Address, address: Address) => void;

/**
 * Each page is its own piece of code, loaded when it is first gone to. What it will `ask` is asked while it loads, but not when a link to it is
 * only pointed at.
 */
function page(path: string, load: Page, ask: Ask = () => undefined) {
  return createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(async () => {
      const { default: Content } = await load();
      return { default: () => <AtFirst><Content /></AtFirst> };
    }),
    loader: ({ context, params, location, cause }) => {
      if (cause !== 'preload') ask(context.client, params, location.search as Address);
    },
  });
}

let isStarting = true;

/** The first page of all is drawn piece by piece after what is around it, so that a slow phone answers its reader in between. */
function AtFirst({ children }: { readonly children: React.ReactNode }) {
  const [isFirst] = useState(isStarting);
  useEffect(() => {
    isStarting = false;
  }, []);
  const isDrawn = useDeferredValue(true, !isFirst);
  return isDrawn ? children : null;
}

const askOffers: Ask = (client, _, address) => {
  const search = searchOf(address);
  if (search !== undefined) void client.prefetchQuery(offersQuery(wishOf(search, unfiltered(shownOf(address)))));
};

const askFlight: Ask = (client, { flightId = '' }) => {
  void client.prefetchQuery(flightQuery(flightId));
  void client.prefetchQuery(seatMapQuery(flightId));
};

const pages = [
  page('/', () => import('../features/search/HomePage')),
  page('/search', () => import('../features/search/ResultsPage'), askOffers),
  page('/flights/$flightId', () => import('../features/flight/FlightPage'), askFlight),
  page('/sign-in', () => import('../features/auth/SignInPage')),
  page('/register', () => import('../features/auth/RegisterPage')),
  page('/book', () => import('../features/booking/BookPage')),
  page('/bookings/$bookingId/pay', () => import('../features/payment/PayPage')),
  page('/bookings/$bookingId/confirmed', () => import('../features/payment/ConfirmedPage')),
  page('/trips', () => import('../features/trips/TripsPage')),
  page('/trips/$bookingId', () => import('../features/trips/TripPage')),
  page('/lookup', () => import('../features/lookup/LookupPage')),
  page('/account', () => import('../features/account/AccountPage')),
  page('/desk/agent', () => import('../features/agent/AgentPage')),
  page('/desk/agent/customers', () => import('../features/agent/CustomersPage')),
  page('/desk/airline', () => import('../features/airline/DeparturesPage')),
  page('/desk/airline/$flightId', () => import('../features/airline/DeparturePage')),
  page('/desk/owner', () => import('../features/owner/OwnerPage')),
  page('/desk/admin', () => import('../features/admin/AdminPage')),
  page('/desk/admin/users', () => import('../features/admin/UsersPage')),
  page('/desk/admin/bookings', () => import('../features/admin/BookingsPage')),
  page('/desk/admin/live', () => import('../features/admin/LivePage')),
  page('/stories/seat-map', () => import('../stories/SeatMapStories')),
];

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: root.addChildren(pages),
    context: { client },
    // The address is plain text, as `paths` writes it: no values in quotes, no numbers made of texts.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const text = new URLSearchParams(search as Record<string, string>).toString();
      return text === '' ? '' : `?${text}`;
    },
    scrollRestoration: true,
    defaultPreload: 'intent',
    defaultPendingComponent: () => <Skeleton lines={8} />,
    defaultErrorComponent: ({ error, reset }) => <ErrorState problem={error} onRetry={reset} />,
  });
}

function NotFound() {
  return (
    <>
      <PageHeader title="There is no such page" lead="The address may be mistyped, or the page may have moved." />
      <LinkButton to={paths.home()} kind="primary">
        Search flights
      </LinkButton>
    </>
  );
}
