import { useQuery } from '@tanstack/react-query';

import { agentFiguresQuery, bookingFiguresQuery, loadFactorQuery, revenueQuery } from '../../api/queries/stats';
import { formatMoney, type Money } from '../../lib/money';
import { dayText } from '../../lib/time';
import { BarChart } from '../../ui/charts/BarChart';
import { LineChart } from '../../ui/charts/LineChart';
import { Card, ErrorState, PageHeader, Skeleton } from '../../ui/States';
import { Table } from '../../ui/Table';
import { amountIn, currencyOf, largest } from './figures';
import styles from './owner.module.css';

/** The server's usual days: the last 30, and of departures the next 14. */
const USUAL = {};
const ROUTES = 8;

export default function OwnerPage() {
  return (
    <div className={styles['page']}>
      <PageHeader title="Figures" lead="Bookings of the last 30 days, departures of the next 14." />
      <Revenue />
      <div className={styles['charts']}>
        <Bookings />
        <Load />
      </div>
      <Agents />
    </div>
  );
}

/** Shows an answer, that it is on its way, or what went wrong. */
function Answered<T>({ query, children }: { readonly query: { data: T | undefined; error: unknown; refetch: () => unknown }; readonly children: (data: T) => React.ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) return <ErrorState problem={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton lines={6} />;
}

function Revenue() {
  const revenue = useQuery(revenueQuery(USUAL));
  return (
    <Answered query={revenue}>
      {(figures) => {
        const currency = currencyOf(figures.total);
        const format = (value: number) => formatMoney({ amount: String(value), currency });
        const bought = figures.byDay.reduce((sum, day) => sum + day.bookings, 0);
        return (
          <>
            <dl className={styles['totals']}>
              <Total name="Revenue" value={sumsText(figures.total)} />
              <Total name="Bookings bought" value={String(bought)} />
              <Total name="Routes sold" value={String(figures.byRoute.length)} />
            </dl>
            <div className={styles['charts']}>
              <Card>
                <LineChart
                  title="Revenue by day"
                  pointName="Day"
                  valueName="Revenue"
                  format={format}
                  points={figures.byDay.map((day) => ({ label: dayText(day.of), value: amountIn(currency, day.revenue) }))}
                />
              </Card>
              <Card>
                <BarChart
                  title="Revenue by route"
                  format={format}
                  bars={largest(figures.byRoute, (route) => amountIn(currency, route.revenue), ROUTES).map((route) => ({ label: route.of, value: amountIn(currency, route.revenue) }))}
                />
              </Card>
            </div>
          </>
        );
      }}
    </Answered>
  );
}

function Total({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className={styles['total']}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function sumsText(sums: readonly Money[]): string {
  return sums.length === 0 ? 'None yet' : sums.map((sum) => formatMoney(sum)).join(' + ');
}

function Bookings() {
  const bookings = useQuery(bookingFiguresQuery(USUAL));
  return (
    <Card>
      <Answered query={bookings}>
        {(figures) => (
          <LineChart
            title="Bookings by day"
            pointName="Day"
            valueName="Bookings"
            points={figures.byDay.map((day) => ({ label: dayText(day.of), value: day.bookings }))}
          />
        )}
      </Answered>
    </Card>
  );
}

function Load() {
  const load = useQuery(loadFactorQuery(USUAL));
  return (
    <Card>
      <Answered query={load}>
        {(figures) => (
          <BarChart
            title="Load factor by day"
            whole={100}
            format={(value) => `${value} %`}
            bars={figures.byDay.map((day) => ({ label: dayText(day.of), value: day.loadPercent }))}
          />
        )}
      </Answered>
    </Card>
  );
}

function Agents() {
  const agents = useQuery(agentFiguresQuery(USUAL));
  return (
    <Answered query={agents}>
      {(figures) => (
        <Table
          caption="Agents"
          rows={figures.agents}
          keyOf={(agent) => agent.of}
          empty="No agent made a booking in these days."
          columns={[
            { id: 'of', head: 'Agent', cell: (agent) => agent.of, sortBy: (agent) => agent.of },
            { id: 'bookings', head: 'Bookings', cell: (agent) => agent.bookings, sortBy: (agent) => agent.bookings, isNumber: true },
            { id: 'confirmed', head: 'Confirmed', cell: (agent) => agent.byStatus['CONFIRMED'] ?? 0, sortBy: (agent) => agent.byStatus['CONFIRMED'] ?? 0, isNumber: true },
            { id: 'seats', head: 'Seats', cell: (agent) => agent.seats, sortBy: (agent) => agent.seats, isNumber: true },
            { id: 'revenue', head: 'Revenue', cell: (agent) => sumsText(agent.revenue), sortBy: (agent) => Number(agent.revenue[0]?.amount ?? 0), isNumber: true },
          ]}
        />
      )}
    </Answered>
  );
}
