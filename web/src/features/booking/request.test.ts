import { expect, test } from 'vitest';

import { emptyDraft, seat, type Draft } from './draft';
import { askedFor, bodyOf, newKey } from './request';
import { wantedOf } from './wanted';

const FLIGHT = 'B6-523-2026-12-05-JFK';
const WANTED = wantedOf({ flights: FLIGHT, adults: 1, infants: 1 })!;

function draft(): Draft {
  const empty = emptyDraft(WANTED);
  const travellers = empty.travellers.map((traveller) => ({
    ...traveller, firstName: ' Ann ', lastName: 'Lee', dateOfBirth: traveller.type === 'INFANT' ? '2026-01-01' : '1990-01-01',
  }));
  return seat({ ...empty, travellers, contact: { email: ' a@example.com', phone: '+12345678' } }, FLIGHT, '1', '12A');
}

test('a draft becomes the body of the request', () => {
  expect(bodyOf(WANTED, draft(), [`${FLIGHT}.17`])).toEqual({
    segments: [{ flightId: FLIGHT }],
    cabinClass: 'ECONOMY',
    passengers: [
      { type: 'ADULT', firstName: 'Ann', lastName: 'Lee', dateOfBirth: '1990-01-01', seats: [{ flightId: FLIGHT, seat: '12A' }] },
      { type: 'INFANT', firstName: 'Ann', lastName: 'Lee', dateOfBirth: '2026-01-01' },
    ],
    contactInfo: { email: 'a@example.com', phone: '+12345678' },
    holdIds: [`${FLIGHT}.17`],
  });
});

test('an offer is booked at its price, and an agent says for whom', () => {
  const body = bodyOf({ ...WANTED, offer: 'sealed', customer: 'usr_a' }, draft(), []);
  expect(body).toMatchObject({ offerId: 'sealed', customerId: 'usr_a' });
  expect(body).not.toHaveProperty('segments');
  expect(body).not.toHaveProperty('holdIds');
});

test('a repeat is the same request, and another body another one', () => {
  const first = askedFor(bodyOf(WANTED, draft(), []), undefined, newKey);
  expect(askedFor(bodyOf(WANTED, draft(), []), first, newKey)).toBe(first);
  const other = askedFor(bodyOf(WANTED, draft(), ['h']), first, newKey);
  expect(other.key).not.toBe(first.key);
  expect(other.key).toMatch(/^[0-9a-f]{32}$/);
});
