/** Instants, local times of airports, and how long things take. */

import { dateFormat } from './format';

/** `18:05` of a local airport time like `2026-12-01T18:05`. */
export function clockOf(local: string): string {
  return local.slice(11, 16);
}

/** `Tue, 1 Dec` of a local airport time or a day; the year is added when asked for. */
export function dayText(local: string, withYear = false, locale?: string): string {
  // A local time has no zone: it is read and written as if it were UTC, so that no zone of the reader moves it.
  const day = new Date(`${local.slice(0, 10)}T00:00:00Z`);
  return dateFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(withYear ? { year: 'numeric' } : {}),
    timeZone: 'UTC',
  }).format(day);
}

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'timeZoneName';

/** All that is ever asked of an instant in a zone, from one formatter: each takes a phone milliseconds to make. */
function partOf(instant: string, zone: string | null | undefined): (part: Part) => string {
  const format = dateFormat('en-US', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone ?? 'UTC',
    timeZoneName: 'short',
  });
  const parts = format.formatToParts(new Date(instant));
  return (part) => parts.find(({ type }) => type === part)?.value ?? '';
}

/** The clock of an instant in a zone, `18:05`. */
export function clockIn(instant: string, zone: string | null | undefined): string {
  const part = partOf(instant, zone);
  return `${part('hour')}:${part('minute')}`;
}

/** The day of an instant in a zone, `2026-12-01`. */
export function dayIn(instant: string, zone: string | null | undefined): string {
  const part = partOf(instant, zone);
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** The short name of a zone at an instant, `EST`. */
export function zoneName(instant: string, zone: string | null | undefined): string {
  return partOf(instant, zone)('timeZoneName') || 'UTC';
}

/** Days between two local days or times: the `+1` of a night flight. */
export function daysBetween(departs: string, arrives: string): number {
  const day = (local: string) => Date.parse(`${local.slice(0, 10)}T00:00:00Z`);
  return Math.round((day(arrives) - day(departs)) / 86_400_000);
}

/** `5 h 50 min`. */
export function durationText(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** `14:05` or `1:02:03` until an instant; `0:00` when it has passed. */
export function countdownText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const two = (number: number) => String(number).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** An instant as its reader's own clock shows it. */
export function instantText(instant: string, locale?: string): string {
  return dateFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(instant));
}
