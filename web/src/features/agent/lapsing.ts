/** Bookings that lapse unless they are paid. */

interface Lapsing {
  readonly id: string;
  readonly holdExpiresAt?: string | null;
}

/** All of them, the first to lapse first. One that was begun to be paid between two reads is in both: it is shown once. */
export function soonestFirst<Booking extends Lapsing>(...read: readonly (readonly Booking[])[]): Booking[] {
  const once = new Map(read.flat().map((booking) => [booking.id, booking]));
  return [...once.values()].sort((a, b) => endOf(a) - endOf(b));
}

/** When it lapses; what has no limit comes last. */
function endOf({ holdExpiresAt }: Lapsing): number {
  return holdExpiresAt === undefined || holdExpiresAt === null ? Number.MAX_VALUE : Date.parse(holdExpiresAt);
}
