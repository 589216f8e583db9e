import { expect, test } from 'vitest';

import { dayOf, draftName, kindsOf, wantedOf } from './wanted';

const FLIGHTS = 'B6-523-2026-12-05-JFK,B6-24-2026-12-09-LAX';

test('an address means a trip', () => {
  const wanted = wantedOf({ flights: FLIGHTS, cabin: 'BUSINESS', adults: '2', children: 1, infants: '1', offer: 'abc', seats: '1A,1C' });
  expect(wanted).toEqual({
    flights: ['B6-523-2026-12-05-JFK', 'B6-24-2026-12-09-LAX'],
    cabin: 'BUSINESS',
    party: { adults: 2, children: 1, infants: 1 },
    offer: 'abc',
    seats: ['1A', '1C'],
  });
});

test('an address without departures means nothing, and a strange one the least', () => {
  expect(wantedOf({})).toBeUndefined();
  expect(wantedOf({ flights: ' , ' })).toBeUndefined();
  const strange = wantedOf({ flights: FLIGHTS, cabin: 'SKY', adults: 'x', children: '99', infants: '7' });
  expect(strange?.cabin).toBe('ECONOMY');
  expect(strange?.party).toEqual({ adults: 1, children: 8, infants: 1 });
});

test('another party, cabin or customer is another draft; another offer is not', () => {
  const of = (more: object) => draftName(wantedOf({ flights: FLIGHTS, ...more })!);
  expect(new Set([of({}), of({ adults: 2 }), of({ cabin: 'FIRST' }), of({ customer: 'usr_a' })]).size).toBe(4);
  expect(of({ offer: 'a' })).toBe(of({ offer: 'b' }));
});

test('travellers are listed adults first, and a departure says its day', () => {
  expect(kindsOf({ adults: 2, children: 1, infants: 1 })).toEqual(['ADULT', 'ADULT', 'CHILD', 'INFANT']);
  expect(dayOf('B6-523-2026-12-05-JFK')).toBe('2026-12-05');
  expect(dayOf('nonsense')).toBeUndefined();
});
