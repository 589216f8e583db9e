import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';

import { ErrorState, PageHeader, Skeleton } from '../ui/States';
import { LinkButton } from '../ui/Button';
import { paths } from '../lib/paths';
import { Shell } from './Shell';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

type Page = () => Promise<{ default: () => React.ReactNode }>;

/** Each page is its own piece of code, loaded when it is first gone to. */
function page(path: string, load: Page) {
  return createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load) });
}

const pages = [
  page('/', () => import('../features/search/HomePage')),
  page('/search', () => import('../features/search/ResultsPage')),
  page('/flights/$flightId', () => import('../features/flight/FlightPage')),
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

export function makeRouter() {
  return createRouter({
    routeTree: root.addChildren(pages),
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
