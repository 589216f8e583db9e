import { formatMoney, isZero } from '../lib/money';
import { passengerName } from './passengers';
import styles from './PriceTable.module.css';
import type { Booking } from './types';

/** What a booking costs: each passenger, and all of it. */
export function PriceTable({ booking }: { readonly booking: Booking }) {
  const { price } = booking;
  if (price === null || price === undefined) return null;
  const hasSupplements = !isZero(price.supplements);
  return (
    <div className={styles['scroll']} tabIndex={0} role="region" aria-label="Price">
      <table className={styles['table']}>
        <caption>Price, in {price.total.currency}</caption>
        <thead>
          <tr>
            <th scope="col">Passenger</th>
            <th scope="col">Fare</th>
            <th scope="col">Taxes</th>
            {hasSupplements ? <th scope="col">Seats</th> : null}
            <th scope="col">Total</th>
          </tr>
        </thead>
        <tbody>
          {price.perPassenger.map((one) => (
            <tr key={one.passengerId}>
              <th scope="row">{passengerName(booking, one.passengerId)}</th>
              <td>{formatMoney(one.base)}</td>
              <td>{formatMoney(one.taxes)}</td>
              {hasSupplements ? <td>{formatMoney(one.supplements)}</td> : null}
              <td>{formatMoney(one.total)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Total</th>
            <td>{formatMoney(price.base)}</td>
            <td>{formatMoney(price.taxes)}</td>
            {hasSupplements ? <td>{formatMoney(price.supplements)}</td> : null}
            <td>{formatMoney(price.total)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
