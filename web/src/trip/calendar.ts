/**
 * A booking as a calendar file (RFC 5545): one event a departure, in UTC, so that every calendar shows it in its own zone.
 */

/** One departure, as a calendar wants to know it. */
export interface CalendarFlight {
  /** `B6-523-2026-12-01-JFK`: names the event, so that a second import replaces the first. */
  readonly flightId: string;
  /** What people call it, `B6 523`. */
  readonly name: string;
  readonly origin: string;
  readonly destination: string;
  /** RFC 3339, UTC. */
  readonly departs: string;
  /** RFC 3339, UTC. */
  readonly arrives: string;
  readonly seats: readonly string[];
}

/** The octets of a line, beyond which RFC 5545 §3.1 has it folded. */
const LINE_OCTETS_MAX = 75;

/** The text of the file; `stamp` is the instant at which it was made. */
export function calendarFile(pnr: string, flights: readonly CalendarFlight[], stamp: Date): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Aisle//Itinerary//EN',
    'METHOD:PUBLISH',
    ...flights.flatMap((flight) => event(pnr, flight, stamp)),
    'END:VCALENDAR',
  ];
  return lines.flatMap(fold).join('\r\n') + '\r\n';
}

function event(pnr: string, flight: CalendarFlight, stamp: Date): string[] {
  const seats = flight.seats.length > 0 ? `\nSeats ${flight.seats.join(', ')}` : '';
  return [
    'BEGIN:VEVENT',
    `UID:${pnr}-${flight.flightId}@aisle`,
    `DTSTAMP:${utc(stamp)}`,
    `DTSTART:${utc(new Date(flight.departs))}`,
    `DTEND:${utc(new Date(flight.arrives))}`,
    `SUMMARY:${escape(`${flight.name} ${flight.origin} to ${flight.destination}`)}`,
    `LOCATION:${escape(`${flight.origin} airport`)}`,
    `DESCRIPTION:${escape(`Booking ${pnr}${seats}`)}`,
    'END:VEVENT',
  ];
}

/** `20261201T180000Z`. */
function utc(instant: Date): string {
  return instant.toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '');
}

/** Commas, semicolons, backslashes and line ends have a meaning of their own in a text (RFC 5545 §3.3.11). */
function escape(text: string): string {
  return text.replace(/[\\,;]/g, (sign) => `\\${sign}`).replace(/\n/g, '\\n');
}

/** Folds a line by octets, never inside of a character; a continued line begins with a space. */
function fold(line: string): string[] {
  const encoder = new TextEncoder();
  const folded: string[] = [];
  let current = '';
  let octets = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (octets + size > LINE_OCTETS_MAX) {
      folded.push(current);
      current = ' ';
      octets = 1;
    }
    current += character;
    octets += size;
  }
  return [...folded, current];
}
