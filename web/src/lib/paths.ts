/** The addresses of all pages; nothing else in the app writes one. */

/** What a search asks for; the same words as in the address. */
export interface SearchAddress {
  readonly from: string;
  readonly to: string;
  /** `2026-12-05`. */
  readonly depart: string;
  readonly return?: string;
  readonly adults?: number;
  readonly children?: number;
  readonly infants?: number;
  readonly cabin?: string;
  /** For whom, when an agent searches. */
  readonly customer?: string | undefined;
}

/** What the page of a departure is opened with. */
export interface FlightAddress {
  readonly cabin?: string;
  readonly adults?: number;
  readonly children?: number;
  readonly infants?: number;
  /** For whom, when an agent looks. */
  readonly customer?: string | undefined;
}

/** What a booking begins with. */
export interface BookAddress {
  /** All departures in the order of the journey. */
  readonly flights: readonly string[];
  readonly cabin: string;
  readonly adults?: number;
  readonly children?: number;
  readonly infants?: number;
  /** The offer, when it came from a search. */
  readonly offer?: string;
  /** Seats chosen on the page of the first departure. */
  readonly seats?: readonly string[];
  /** Whose it will be, when an agent books. */
  readonly customer?: string | undefined;
}

type Value = string | number | readonly string[] | undefined;

function withQuery(path: string, parts: object): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parts) as [string, Value][]) {
    if (value === undefined || value === '') continue;
    const text = typeof value === 'object' ? value.join(',') : String(value);
    if (text !== '') query.set(name, text);
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

export const paths = {
  /** The search; an agent's customer comes along. */
  home: (customer?: string) => withQuery('/', { customer }),
  search: (search: SearchAddress) => withQuery('/search', search),
  flight: (flightId: string, more: FlightAddress = {}) => withQuery(`/flights/${encodeURIComponent(flightId)}`, more),
  signIn: (next?: string) => withQuery('/sign-in', { next }),
  register: (next?: string) => withQuery('/register', { next }),
  booking: {
    start: (book: BookAddress) => withQuery('/book', book),
    pay: (bookingId: string) => `/bookings/${encodeURIComponent(bookingId)}/pay`,
    done: (bookingId: string) => `/bookings/${encodeURIComponent(bookingId)}/confirmed`,
  },
  trips: () => '/trips',
  trip: (bookingId: string) => `/trips/${encodeURIComponent(bookingId)}`,
  lookup: () => '/lookup',
  account: () => '/account',
  agent: {
    home: () => '/desk/agent',
    customers: () => '/desk/agent/customers',
  },
  airline: {
    departures: () => '/desk/airline',
    departure: (flightId: string) => `/desk/airline/${encodeURIComponent(flightId)}`,
  },
  owner: () => '/desk/owner',
  admin: {
    home: () => '/desk/admin',
    users: () => '/desk/admin/users',
    bookings: () => '/desk/admin/bookings',
    live: () => '/desk/admin/live',
  },
  stories: () => '/stories/seat-map',
} as const;

/** The same page for oneself: an agent stops booking for a customer. */
export function withoutCustomer(address: string): string {
  const [page = '/', query = ''] = address.split('?', 2);
  const { customer: _, ...rest } = Object.fromEntries(new URLSearchParams(query));
  return withQuery(page, rest);
}

/** A page of ours to go on to after signing in, or the home page: never a page of somebody else. */
export function nextOf(value: unknown): string {
  const isOurs = typeof value === 'string' && /^\/(?![/\\])/.test(value);
  return isOurs ? value : paths.home();
}
