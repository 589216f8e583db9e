import { useQuery } from '@tanstack/react-query';

import { agentsQuery, bookingFiguresQuery, loadQuery, revenueQuery } from '../../api/queries/desks';
import { formatMoney, type Money } from '../../lib/money';
import { dayText } from '../../lib/time';
import { BarChart } from '../../ui/charts/BarChart';
import { LineChart } from '../../ui/charts/LineChart';
import { Desk, Figures, Loaded } from '../../ui/Desk';
import { Card } from '../../ui/States';
import { Table } from '../../ui/Table';
import { amountIn, currencyOf, largest } from './figures';
import styles from './owner.module.css';

const ROUTES = 8;

export default function OwnerPage() {
  return (
    <Desk title="Figures" lead="Bookings of the last 30 days, departures of the next 14." roles={['BUSINESS_OWNER', 'ADMIN']}>
      <Revenue />
      <div className={styles['charts']}>
        <Bookings />
        <Load />
      </div>
      <Agents />
    </Desk>
  );
}

function Revenue() {
  const revenue = useQuery(revenueQuery);
  return (
    <Loaded query={revenue}>
      {(figures) => {
        const currency = currencyOf(figures.total);
        const format = (value: number) => formatMoney({ amount: String(value), currency });
        const bought = figures.byDay.reduce((sum, day) => sum + day.bookings, 0);
        return (
          <>
            <Figures
              label="All together"
              figures={[
                { name: 'Revenue', value: sumsText(figures.total) },
                { name: 'Bookings bought', value: bought },
                { name: 'Routes sold', value: figures.byRoute.length },
              ]}
            />
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
    </Loaded>
  );
}

function sumsText(sums: readonly Money[]): string {
  return sums.length === 0 ? 'None yet' : sums.map((sum) => formatMoney(sum)).join(' + ');
}

function Bookings() {
  const bookings = useQuery(bookingFiguresQuery);
  return (
    <Card>
      <Loaded query={bookings}>
        {(figures) => (
          <LineChart
            title="Bookings by day"
            pointName="Day"
            valueName="Bookings"
            points={figures.byDay.map((day) => ({ label: dayText(day.of), value: day.bookings }))}
          />
        )}
      </Loaded>
    </Card>
  );
}

function Load() {
  const load = useQuery(loadQuery);
  return (
    <Card>
      <Loaded query={load}>
        {(figures) => (
          <BarChart
            title="Load factor by day"
            whole={100}
            format={(value) => `${value} %`}
            bars={figures.byDay.map((day) => ({ label: dayText(day.of), value: day.loadPercent }))}
          />
        )}
      </Loaded>
    </Card>
  );
}

function Agents() {
  const agents = useQuery(agentsQuery);
  return (
    <Loaded query={agents}>
      {(figures) => (
        <Table
          caption="Agents"
          rows={figures.agents}
          keyOf={(agent) => agent.of}
          empty="No agent made a booking in these days."
          columns={[
            { id: 'of', head: 'Agent', cell: (agent) => agent.name ?? agent.of, sortBy: (agent) => agent.name ?? agent.of },
            { id: 'bookings', head: 'Bookings', cell: (agent) => agent.bookings, sortBy: (agent) => agent.bookings, isNumber: true },
            { id: 'confirmed', head: 'Confirmed', cell: (agent) => agent.byStatus['CONFIRMED'] ?? 0, sortBy: (agent) => agent.byStatus['CONFIRMED'] ?? 0, isNumber: true },
            { id: 'seats', head: 'Seats', cell: (agent) => agent.seats, sortBy: (agent) => agent.seats, isNumber: true },
            { id: 'revenue', head: 'Revenue', cell: (agent) => sumsText(agent.revenue), sortBy: (agent) => Number(agent.revenue[0]?.amount ?? 0), isNumber: true },
          ]}
        />
      )}
    </Loaded>
  );
}
