import { expect, test } from 'vitest';

import { nextOf, paths, withoutCustomer } from './paths';

test('a booking begins with its departures in the address', () => {
  const path = paths.booking.start({ flights: ['A-1', 'B-2'], cabin: 'ECONOMY', adults: 2, offer: 'x', seats: [] });
  expect(path).toBe('/book?flights=A-1%2CB-2&cabin=ECONOMY&adults=2&offer=x');
});

test('every page on the way to a booking carries the customer, and only when there is one', () => {
  const search = { from: 'JFK', to: 'LAX', depart: '2026-12-05', return: '2026-12-09' };
  const of = (customer?: string) => [
    paths.home(customer),
    paths.search({ ...search, customer }),
    paths.flight('A-1', { adults: 2, customer }),
    paths.booking.start({ flights: ['A-1', 'B-2'], cabin: 'ECONOMY', offer: 'x', customer }),
  ];
  expect(of('usr_a')).toEqual([
    '/?customer=usr_a',
    '/search?from=JFK&to=LAX&depart=2026-12-05&return=2026-12-09&customer=usr_a',
    '/flights/A-1?adults=2&customer=usr_a',
    '/book?flights=A-1%2CB-2&cabin=ECONOMY&offer=x&customer=usr_a',
  ]);
  expect(of().join()).not.toContain('customer');
});

test('who stops booking for a customer stays where they are', () => {
  expect(withoutCustomer('/?customer=usr_a')).toBe('/');
  expect(withoutCustomer('/book?flights=A-1%2CB-2&customer=usr_a&step=seats')).toBe('/book?flights=A-1%2CB-2&step=seats');
  expect(withoutCustomer('/trips')).toBe('/trips');
});

test('after signing in one goes on to a page of ours alone', () => {
  expect(nextOf('/trips?a=b')).toBe('/trips?a=b');
  for (const foreign of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', undefined, 3]) {
    expect(nextOf(foreign)).toBe('/');
  }
});
