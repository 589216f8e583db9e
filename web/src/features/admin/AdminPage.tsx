import { paths } from '../../lib/paths';
import { LinkButton } from '../../ui/Button';
import { Desk, Tools } from '../../ui/Desk';

export default function AdminPage() {
  return (
    <Desk title="Administration" roles={['ADMIN']}>
      <Tools>
        <LinkButton kind="primary" to={paths.admin.users()}>
          Accounts and roles
        </LinkButton>
        <LinkButton to={paths.admin.bookings()}>All bookings</LinkButton>
        <LinkButton to={paths.admin.live()}>Live operations</LinkButton>
        <LinkButton to={paths.owner()}>Figures</LinkButton>
      </Tools>
    </Desk>
  );
}
