import { expect, test } from 'vitest';

import { calendarFile, type CalendarFlight } from './calendar';

const FLIGHT: CalendarFlight = {
  flightId: 'B6-523-2026-12-01-JFK',
  name: 'B6 523',
  origin: 'JFK',
  destination: 'LAX',
  departs: '2026-12-01T18:00:00.000Z',
  arrives: '2026-12-02T00:11:00.000Z',
  seats: ['12A', '12B'],
};
const STAMP = new Date('2026-11-27T10:00:00.000Z');

test('a departure is an event in UTC, named so that a second import replaces it', () => {
  const file = calendarFile('K7QX2M', [FLIGHT], STAMP);
  expect(file).toContain('\r\nUID:K7QX2M-B6-523-2026-12-01-JFK@aisle\r\n');
  expect(file).toContain('\r\nDTSTAMP:20261127T100000Z\r\nDTSTART:20261201T180000Z\r\nDTEND:20261202T001100Z\r\n');
  expect(file).toContain('DESCRIPTION:Booking K7QX2M\\nSeats 12A\\, 12B');
  expect(file.startsWith('BEGIN:VCALENDAR\r\n') && file.endsWith('END:VCALENDAR\r\n')).toBe(true);
});

test('each departure has its own event', () => {
  const file = calendarFile('K7QX2M', [FLIGHT, { ...FLIGHT, flightId: 'B6-9-2026-12-09-LAX' }], STAMP);
  expect(file.match(/BEGIN:VEVENT/g)).toHaveLength(2);
});

test('long lines are folded by octets and come back whole', () => {
  const name = 'São Tomé – Príncipe '.repeat(12);
  const file = calendarFile('K7QX2M', [{ ...FLIGHT, name }], STAMP);
  const octets = file.split('\r\n').map((line) => new TextEncoder().encode(line).length);
  expect(Math.max(...octets)).toBeLessThanOrEqual(75);
  expect(file.replace(/\r\n /g, '')).toContain(`SUMMARY:${name} JFK to LAX`);
});
