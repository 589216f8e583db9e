import { expect, test } from 'vitest';

import { clockIn, clockOf, countdownText, dayIn, daysBetween, dayText, durationText, zoneName } from './time';

test('times are those of the airport, wherever the reader is', () => {
  expect(clockOf('2026-12-01T13:05')).toBe('13:05');
  expect(dayText('2026-12-01T23:59', true, 'en-GB')).toBe('Tue, 1 Dec 2026');
  expect(clockIn('2026-12-01T18:00:00.000Z', 'America/New_York')).toBe('13:00');
  expect(dayIn('2026-12-02T02:00:00.000Z', 'America/Los_Angeles')).toBe('2026-12-01');
});

test('a night flight lands a day later, by the clocks of its airports', () => {
  const later = (departs: string, from: string, arrives: string, to: string) => daysBetween(dayIn(departs, from), dayIn(arrives, to));
  expect(later('2026-12-02T04:00:00Z', 'America/Los_Angeles', '2026-12-02T11:30:00Z', 'America/New_York')).toBe(1);
  expect(later('2026-12-01T18:00:00Z', 'America/New_York', '2026-12-02T00:10:00Z', 'America/Los_Angeles')).toBe(0);
  expect(daysBetween('2026-12-31T22:45', '2027-01-01T06:30')).toBe(1);
});

test('midnight begins a day, and a zone has the name of its season', () => {
  expect(clockIn('2026-12-01T05:00:00Z', 'America/New_York')).toBe('00:00');
  expect(zoneName('2026-12-01T05:00:00Z', 'America/New_York')).toBe('EST');
  expect(zoneName('2026-07-01T05:00:00Z', 'America/New_York')).toBe('EDT');
  expect(zoneName('2026-07-01T05:00:00Z', null)).toBe('UTC');
});

test('how long it takes, and how long is left', () => {
  expect([durationText(350), durationText(120), durationText(45)]).toEqual(['5 h 50 min', '2 h', '45 min']);
  expect([countdownText(845_000), countdownText(3_723_000), countdownText(-5)]).toEqual(['14:05', '1:02:03', '0:00']);
});
