import { PageHeader } from '../../ui/States';
import { SearchForm } from './SearchForm';
import styles from './search.module.css';

export default function HomePage() {
  return (
    <div className={styles['home']}>
      <PageHeader title="Where to?" lead="Real seats, held the moment you choose them." />
      <div className={styles['panel']}>
        <SearchForm />
      </div>
    </div>
  );
}
