import { serverNow } from '../../api/clock';
import { paths } from '../../lib/paths';
import { useCustomer } from '../../trip/customer';
import { Link } from '../../ui/Link';
import { PageHeader } from '../../ui/States';
import { dayAfter } from './asked';
import styles from './search.module.css';
import { SearchForm } from './SearchForm';

export default function HomePage() {
  return (
    <div className={styles['home']}>
      <div className={styles['hero']}>
        <PageHeader title="Where to?" lead="Real seats, held the moment you choose them." />
        <div className={styles['panel']}>
          <SearchForm />
        </div>
      </div>
      <Suggestions />
    </div>
  );
}

const ROUTES = [
  { from: 'JFK', to: 'LAX', name: 'New York to Los Angeles' },
  { from: 'BOS', to: 'SFO', name: 'Boston to San Francisco' },
  { from: 'ORD', to: 'MIA', name: 'Chicago to Miami' },
  { from: 'ATL', to: 'LGA', name: 'Atlanta to New York' },
] as const;

/** Ways to begin with one tap: a week from today. */
function Suggestions() {
  const customer = useCustomer();
  const depart = dayAfter(new Date(serverNow()).toISOString().slice(0, 10), 7);
  return (
    <section className={styles['suggestions']} aria-label="Routes to begin with">
      <h2>In a week from now</h2>
      <ul className={styles['routes']}>
        {ROUTES.map(({ from, to, name }) => (
          <li key={name}>
            <Link to={paths.search({ from, to, depart, adults: 1, children: 0, infants: 0, cabin: 'ECONOMY', customer })} className={styles['route']}>
              <span className={styles['codes']}>
                {from} → {to}
              </span>
              <span className={styles['soft']}>{name}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
