import { expect, test } from 'vitest';

import { keepCustomer } from '../../api/customer';
import { emptyDraft, keepDraft, labelOf, readDraft, seat, seatedOf } from './draft';
import { wantedOf, type Wanted } from './wanted';

const FLIGHT = 'B6-523-2026-12-05-JFK';
const WANTED: Wanted = wantedOf({ flights: FLIGHT, adults: 2, infants: 1 })!;

function storage() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

test('a draft comes back as it was kept, and only to its own trip', () => {
  const store = storage();
  const draft = { ...emptyDraft(WANTED), contact: { email: 'a@example.com', phone: '+12345678' }, bookingId: 'b' };
  keepDraft(store, WANTED, draft);
  expect(readDraft(store, WANTED)).toEqual(draft);
  expect(readDraft(store, { ...WANTED, cabin: 'FIRST' })).toEqual(emptyDraft(WANTED));
});

test('a draft for a customer begins with their address, and keeps another one', () => {
  const store = storage();
  const wanted = { ...WANTED, customer: 'usr_sam' };
  expect(readDraft(store, wanted).contact.email).toBe('');
  keepCustomer(store, { id: 'usr_sam', email: 'sam@example.com', firstName: 'Sam', lastName: 'Reed' });
  expect(readDraft(store, wanted).contact).toEqual({ email: 'sam@example.com', phone: '' });
  expect(readDraft(store, WANTED).contact.email).toBe('');
  keepDraft(store, wanted, { ...emptyDraft(wanted), contact: { email: 'kim@example.com', phone: '' } });
  expect(readDraft(store, wanted).contact.email).toBe('kim@example.com');
});

test('what cannot be read begins anew, and what cannot be kept costs nothing', () => {
  const store = storage();
  keepDraft(store, WANTED, { ...emptyDraft(WANTED), bookingId: 'b' });
  for (const broken of ['{', '{"shape":0,"draft":{}}', 'null']) {
    for (const key of store.kept.keys()) store.kept.set(key, broken);
    expect(readDraft(store, WANTED)).toEqual(emptyDraft(WANTED));
  }
  const full = { setItem: () => { throw new DOMException('full', 'QuotaExceededError'); } };
  expect(() => keepDraft(full, WANTED, emptyDraft(WANTED))).not.toThrow();
});

test('everybody but infants is seated, and seats of the address go to the first of them', () => {
  const draft = emptyDraft({ ...WANTED, seats: ['12A', '12B', '12C'] });
  expect(seatedOf(draft.travellers).map((traveller) => traveller.id)).toEqual(['1', '2']);
  expect(draft.seating).toEqual({ [FLIGHT]: { 1: '12A', 2: '12B' } });
});

test('a seat has one traveller, and a traveller one seat', () => {
  let draft = emptyDraft(WANTED);
  draft = seat(draft, FLIGHT, '1', '12A');
  draft = seat(draft, FLIGHT, '1', '12C');
  draft = seat(draft, FLIGHT, '2', '12C');
  expect(draft.seating[FLIGHT]).toEqual({ 2: '12C' });
  expect(seat(draft, FLIGHT, '2', undefined).seating[FLIGHT]).toEqual({});
});

test('a traveller is called by name once there is one', () => {
  const [one] = emptyDraft(WANTED).travellers;
  expect(labelOf(one!)).toBe('Traveller 1');
  expect(labelOf({ ...one!, firstName: 'Ann', lastName: 'Lee' })).toBe('Ann Lee');
});
