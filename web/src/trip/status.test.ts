import { expect, test } from 'vitest';

import { bookingStatus, endingWords, flightStatus, isUnderWay } from './status';

test('every status of the interface has words, and an unknown one is shown as it came', () => {
  for (const status of ['HOLDING', 'HELD', 'PAYING', 'CONFIRMED', 'CANCELLED', 'EXPIRED', 'REFUSED', 'FAILED']) {
    expect(bookingStatus(status).label).not.toBe(status);
  }
  for (const status of ['SCHEDULED', 'DELAYED', 'BOARDING', 'DEPARTED', 'ARRIVED', 'CANCELLED']) {
    expect(flightStatus(status).label).not.toBe(status);
  }
  expect(bookingStatus('WAITLISTED')).toEqual({ tone: 'neutral', label: 'WAITLISTED' });
});

test('an end is told by its code first, then by who made it', () => {
  expect(endingWords({ status: 'CANCELLED', end: { code: 'flight-cancelled', by: 'CARRIER' } })).toMatch(/cancelled the flight/);
  expect(endingWords({ status: 'CANCELLED', end: { by: 'CARRIER' } })).toMatch(/airline cancelled/);
  expect(endingWords({ status: 'EXPIRED' })).toMatch(/Nothing was charged/);
  expect(endingWords({ status: 'CONFIRMED' })).toBe('');
});

test('what is held or paid is under way, what ended is not', () => {
  expect(['HOLDING', 'HELD', 'PAYING'].every(isUnderWay)).toBe(true);
  expect(['CONFIRMED', 'CANCELLED', 'EXPIRED', 'REFUSED', 'FAILED'].some(isUnderWay)).toBe(false);
});
