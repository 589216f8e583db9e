import { expect, test } from 'vitest';

import { nextOf, paths } from './paths';

test('a booking begins with its departures in the address', () => {
  const path = paths.booking.start({ flights: ['A-1', 'B-2'], cabin: 'ECONOMY', adults: 2, offer: 'x', seats: [] });
  expect(path).toBe('/book?flights=A-1%2CB-2&cabin=ECONOMY&adults=2&offer=x');
});

test('after signing in one goes on to a page of ours alone', () => {
  expect(nextOf('/trips?a=b')).toBe('/trips?a=b');
  for (const foreign of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', undefined, 3]) {
    expect(nextOf(foreign)).toBe('/');
  }
});
