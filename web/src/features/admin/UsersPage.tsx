import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, body } from '../../api/client';
import { usersQuery } from '../../api/queries/desks';
import { useSession, type User } from '../../api/session';
import { Button } from '../../ui/Button';
import { Desk, Loaded, Tools } from '../../ui/Desk';
import { Actions, Dialog } from '../../ui/Dialog';
import { Select, TextField } from '../../ui/Field';
import { Pages } from '../../ui/Pages';
import { ErrorState } from '../../ui/States';
import { Table } from '../../ui/Table';
import { toast } from '../../ui/toast';

const inWords = (value: string) => value.charAt(0) + value.slice(1).toLowerCase().replaceAll('_', ' ');
const options = (values: readonly string[]) => values.map((value) => ({ value, label: inWords(value) }));
const ROLES = options(['CUSTOMER', 'TRAVEL_AGENT', 'AIRLINE_AGENT', 'BUSINESS_OWNER', 'ADMIN']);
const STATUSES = options(['ACTIVE', 'SUSPENDED', 'CLOSED']);

export default function UsersPage() {
  const [search, setSearch] = useState('');
  const [page, setPage] = useState(1);
  const [chosen, setChosen] = useState<User>();
  const users = useQuery(usersQuery(search, page));
  return (
    <Desk title="Accounts and roles" roles={['ADMIN', 'BUSINESS_OWNER']}>
      <Tools>
        <TextField label="Name or email" value={search} onChange={(text) => { setSearch(text); setPage(1); }} />
      </Tools>
      <Loaded query={users}>
        {(shown) => (
          <>
            <Table
              caption="Accounts"
              rows={shown.data}
              keyOf={(user) => user.id}
              empty="Nobody is like that."
              columns={[
                { id: 'name', head: 'Name', cell: (user) => `${user.firstName} ${user.lastName}`, sortBy: (user) => user.lastName },
                { id: 'email', head: 'Email', cell: (user) => user.email, sortBy: (user) => user.email },
                { id: 'role', head: 'Role', cell: (user) => inWords(user.role), sortBy: (user) => user.role },
                { id: 'status', head: 'Status', cell: (user) => inWords(user.status), sortBy: (user) => user.status },
                { id: 'change', head: 'Change', cell: (user) => <Button aria-label={`Change ${user.email}`} onPress={() => setChosen(user)}>Change</Button> },
              ]}
            />
            <Pages page={shown.page} onGo={setPage} />
          </>
        )}
      </Loaded>
      {chosen === undefined ? null : <UserDialog key={chosen.id} user={chosen} onClose={() => setChosen(undefined)} />}
    </Desk>
  );
}

/** Grants a role, or suspends an account; it acts at once, everywhere the account is signed in. */
function UserDialog({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const client = useQueryClient();
  const session = useSession();
  const [role, setRole] = useState(user.role);
  const [status, setStatus] = useState(user.status);
  const isSelf = session.status === 'signed-in' && session.user.id === user.id;
  const params = { path: { userId: user.id } };
  const changing = useMutation({
    mutationFn: async () => {
      if (role !== user.role) body(await api.PATCH('/api/v1/users/{userId}/role', { params, body: { role } }));
      if (status !== user.status) body(await api.PATCH('/api/v1/users/{userId}/status', { params, body: { status } }));
    },
    onSuccess: () => {
      toast(`${user.email} is changed.`);
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['mine', 'desk', 'users'] }),
  });
  return (
    <Dialog title={`${user.firstName} ${user.lastName}`} onClose={onClose}>
      <p>{user.email}</p>
      {isSelf ? <p>Nobody grants a role to themselves.</p> : null}
      {changing.isError ? <ErrorState problem={changing.error} /> : null}
      <Select label="Role" value={role} onChange={setRole} options={ROLES} />
      <Select label="Status" value={status} onChange={setStatus} options={STATUSES} />
      <Actions>
        <Button kind="primary" isDisabled={isSelf || (role === user.role && status === user.status)} isPending={changing.isPending} onPress={() => changing.mutate()}>
          Save
        </Button>
        <Button onPress={onClose}>Keep as it is</Button>
      </Actions>
    </Dialog>
  );
}
