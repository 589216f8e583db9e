import { useSession } from '../../api/session';
import { paths } from '../../lib/paths';
import { LinkButton } from '../../ui/Button';
import { EmptyState, PageHeader, Skeleton } from '../../ui/States';
import styles from './account.module.css';
import { PasswordForm } from './PasswordForm';
import { ProfileForm } from './ProfileForm';
import { SessionsList } from './SessionsList';

export default function AccountPage() {
  const session = useSession();
  if (session.status === 'unknown') return <Skeleton lines={8} />;
  if (session.status === 'anonymous') {
    return (
      <EmptyState title="Sign in to see your account">
        <LinkButton kind="primary" to={paths.signIn(paths.account())}>
          Sign in
        </LinkButton>
      </EmptyState>
    );
  }
  return (
    <div className={styles['page']}>
      <PageHeader title="Your account" lead={session.user.email} />
      <ProfileForm user={session.user} />
      <PasswordForm email={session.user.email} />
      <SessionsList />
    </div>
  );
}
