import { formatMoney } from '../lib/money';
import { paths } from '../lib/paths';
import { instantText } from '../lib/time';
import { Badge } from '../ui/Badge';
import { Countdown } from '../ui/Countdown';
import { Link } from '../ui/Link';
import { Table, type Column } from '../ui/Table';
import { routeOf } from './passengers';
import { bookingStatus } from './status';
import type { Booking } from './types';

const COLUMNS: readonly Column<Booking>[] = [
  { id: 'pnr', head: 'Reference', cell: (one) => <Link to={paths.trip(one.id)}>{one.pnr}</Link>, sortBy: (one) => one.pnr },
  { id: 'route', head: 'Route', cell: routeOf, sortBy: routeOf },
  { id: 'status', head: 'Status', cell: (one) => <Badge tone={bookingStatus(one.status).tone}>{bookingStatus(one.status).label}</Badge>, sortBy: (one) => one.status },
  { id: 'made', head: 'Made', cell: (one) => instantText(one.createdAt), sortBy: (one) => one.createdAt },
  { id: 'held', head: 'Held for', cell: (one) => (one.holdExpiresAt ? <Countdown until={one.holdExpiresAt} /> : '–'), sortBy: (one) => (one.holdExpiresAt ? Date.parse(one.holdExpiresAt) : Number.MAX_VALUE), isNumber: true },
  { id: 'price', head: 'Price', cell: (one) => (one.price ? formatMoney(one.price.total) : '–'), sortBy: (one) => Number(one.price?.total.amount ?? 0), isNumber: true },
];

const PAY: Column<Booking> = {
  id: 'pay',
  head: 'Go on',
  cell: (one) => (
    <Link to={paths.booking.pay(one.id)} aria-label={`Pay ${one.pnr}`}>
      Pay
    </Link>
  ),
};
const PAYABLE = [...COLUMNS, PAY];

interface BookingsTableProps {
  readonly caption: string;
  readonly bookings: readonly Booking[];
  readonly empty: string;
  /** Whether each can still be paid: then a link goes on with it. */
  readonly isPayable?: boolean;
}

/** Bookings as desks see them; each leads to its page. */
export function BookingsTable({ caption, bookings, empty, isPayable = false }: BookingsTableProps) {
  return <Table caption={caption} columns={isPayable ? PAYABLE : COLUMNS} rows={bookings} keyOf={(one) => one.id} empty={empty} />;
}
