/** Where somebody is signed in. */

import { queryOptions } from '@tanstack/react-query';

import { api, body } from '../client';

export const sessionsQuery = queryOptions({
  queryKey: ['mine', 'sessions'],
  queryFn: async () => body(await api.GET('/api/v1/auth/sessions')).data,
});
