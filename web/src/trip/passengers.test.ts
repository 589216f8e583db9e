import { expect, test } from 'vitest';

import { everybodyOn, passengerName, routeOf, seatsByFlight } from './passengers';
import type { Booking } from './types';

const SEGMENT = { flightId: 'f1', origin: 'JFK', destination: 'DEN', seats: [{ passengerId: '1', seat: '12A' }, { passengerId: '2', seat: null }] };
const BOOKING = {
  slices: [{ segments: [SEGMENT, { ...SEGMENT, flightId: 'f2', origin: 'DEN', destination: 'LAX' }] }],
  passengers: [{ id: '1', type: 'ADULT', firstName: 'Ann', lastName: 'Lee' }, { id: '2', type: 'INFANT' }],
} as unknown as Booking;

test('a passenger is called by name where names are shown', () => {
  expect(passengerName(BOOKING, '1')).toBe('Ann Lee');
  expect(passengerName(BOOKING, '2')).toBe('Infant 2');
  expect(passengerName(BOOKING, '9')).toBe('Passenger 9');
});

test('everybody who travels is named', () => {
  expect(everybodyOn(BOOKING)).toBe('Ann Lee and Infant 2');
});

test('a journey goes from its first airport to the last of the way out', () => {
  expect(routeOf(BOOKING)).toBe('JFK → LAX');
  expect(routeOf({ slices: [] })).toBe('');
});

test('who sits on a lap has no seat', () => {
  expect(seatsByFlight(BOOKING)).toEqual({ f1: ['12A'], f2: ['12A'] });
});
