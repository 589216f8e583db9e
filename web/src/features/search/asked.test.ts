import { expect, test } from 'vitest';

import { addressOf, dayAfter, searchOf, shownOf, unfiltered, wishOf } from './asked';

const ADDRESS = { from: 'JFK', to: 'LAX', depart: '2026-12-05' };

test('an address is a search once it says from where, to where and when', () => {
  expect(searchOf({})).toBeUndefined();
  expect(searchOf({ ...ADDRESS, from: 'New York' })).toBeUndefined();
  expect(searchOf({ ...ADDRESS, adults: '2', cabin: 'FIRST', return: '2026-12-09' })).toEqual({
    ...ADDRESS, return: '2026-12-09', adults: 2, children: 0, infants: 0, cabin: 'FIRST',
  });
});

test('strange values are the least of them', () => {
  expect(searchOf({ ...ADDRESS, adults: '0', children: '99', cabin: 'SKY', return: 'soon' })).toEqual({
    ...ADDRESS, adults: 1, children: 9, infants: 0, cabin: 'ECONOMY',
  });
  expect(shownOf({ sort: 'luck', stops: '7' })).toEqual({ sort: 'best', stops: 1 });
});

test('the body says it in the words of the interface', () => {
  expect(wishOf(searchOf(ADDRESS)!, { sort: 'price', stops: 0 })).toEqual({
    origin: 'JFK', destination: 'LAX', departureDate: '2026-12-05', passengers: { adults: 1, children: 0, infants: 0 },
    cabinClass: 'ECONOMY', maxConnections: 0, sort: 'price', limit: 40,
  });
});

test('the customer of an agent is part of the address, and never of what is asked', () => {
  const search = searchOf({ ...ADDRESS, customer: 'usr_a' })!;
  expect(search.customer).toBe('usr_a');
  expect(JSON.stringify(wishOf(search, shownOf({})))).not.toContain('usr_a');
  expect(searchOf({ ...ADDRESS, customer: undefined })).not.toHaveProperty('customer');
});

test('another day, order or filter is still for the same customer', () => {
  const search = searchOf({ ...ADDRESS, customer: 'usr_a' })!;
  const address = addressOf({ ...search, depart: '2026-12-06' }, { sort: 'price', stops: 0, part: 'morning', airline: 'B6', most: 400 });
  const asked = Object.fromEntries(new URLSearchParams(address.split('?')[1]));
  expect(asked).toMatchObject({ depart: '2026-12-06', sort: 'price', stops: '0', part: 'morning', airline: 'B6', most: '400', customer: 'usr_a' });
  expect(searchOf(asked)).toEqual({ ...search, depart: '2026-12-06' });
});

test('what narrows the offers is part of the address, and of the body', () => {
  const shown = shownOf({ part: 'morning', airline: 'B6', most: '400', stops: '0' });
  expect(shown).toEqual({ sort: 'best', stops: 0, part: 'morning', airline: 'B6', most: 400 });
  expect(wishOf(searchOf(ADDRESS)!, shown).filters).toEqual({
    departure: { from: '06:00', to: '11:59' }, airlines: ['B6'], maxPrice: { amount: '400.00', currency: 'USD' },
  });
  expect(unfiltered(shown)).toEqual({ sort: 'best', stops: 0 });
  expect(shownOf({ part: 'teatime', airline: 'JetBlue', most: '-1' })).toEqual({ sort: 'best', stops: 1 });
});

test('a day later is the next one, over months too', () => {
  expect(dayAfter('2026-11-30', 1)).toBe('2026-12-01');
  expect(dayAfter('2026-12-01', -1)).toBe('2026-11-30');
});
