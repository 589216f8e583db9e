import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api } from '../../api/client';
import { sessionsQuery } from '../../api/queries/sessions';
import { instantText } from '../../lib/time';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { Card, ErrorState, Skeleton } from '../../ui/States';
import { toast } from '../../ui/toast';
import styles from './account.module.css';
import { clientName } from './clientName';

/** Where one is signed in, and how to end it there. */
export function SessionsList() {
  const client = useQueryClient();
  const sessions = useQuery(sessionsQuery);
  const ending = useMutation({
    mutationFn: async (sessionId: string) => {
      await api.DELETE('/api/v1/auth/sessions/{sessionId}', { params: { path: { sessionId } } });
    },
    onSuccess: () => toast('Signed out there.'),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  return (
    <Card label="Where you are signed in">
      <h2>Where you are signed in</h2>
      {ending.isError ? <ErrorState problem={ending.error} /> : null}
      {sessions.isError && sessions.data === undefined ? <ErrorState problem={sessions.error} onRetry={() => void sessions.refetch()} /> : null}
      {sessions.data === undefined && !sessions.isError ? <Skeleton lines={3} /> : null}
      <ul className={styles['sessions']}>
        {(sessions.data ?? []).map((session) => (
          <li key={session.id}>
            <span>
              <strong>{clientName(session.client)}</strong>
              <br />
              <span className={styles['soft']}>Last used {instantText(session.lastUsedAt)}</span>
            </span>
            {session.current ? (
              <Badge tone="good">This one</Badge>
            ) : (
              <Button isPending={ending.isPending} aria-label={`Sign out ${clientName(session.client)}`} onPress={() => ending.mutate(session.id)}>
                Sign out there
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
