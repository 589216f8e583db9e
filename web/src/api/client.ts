/** The interface, typed by its own document. Refusals are thrown as `Problem`. */

import createClient, { type Middleware } from 'openapi-fetch';

import { noteServerTime } from './clock';
import { earlyAnswer } from './early';
import { Problem } from './problem';
import type { paths } from './schema';
import { accessToken, renewToken } from './token';

const OPEN = ['/api/v1/auth/login', '/api/v1/auth/register', '/api/v1/auth/refresh'];

const manners: Middleware = {
  async onRequest({ request, schemaPath }) {
    if (OPEN.includes(schemaPath)) return undefined;
    const token = await accessToken();
    if (token !== undefined) request.headers.set('Authorization', `Bearer ${token}`);
    return request;
  },
  async onResponse({ response }) {
    if (response.ok) return undefined;
    throw new Problem(response.status, await membersOf(response));
  },
};

async function membersOf(response: Response): Promise<Record<string, unknown>> {
  try {
    return (await response.clone().json()) as Record<string, unknown>;
  } catch {
    return { title: response.statusText, code: 'unknown' };
  }
}

/** Sends a request, unless its answer is coming already. */
async function send(request: Request): Promise<Response> {
  const early = await earlyAnswer(request);
  // It may have come a while ago: what it says of the time is not of now.
  if (early !== undefined) return early;
  const answer = await sendSigned(request);
  noteServerTime(answer.headers);
  return answer;
}

/** Sends a request, and once more with a new token when the one it had was void. */
async function sendSigned(request: Request): Promise<Response> {
  const again = request.clone();
  const first = await fetch(request);
  if (first.status !== 401 || !request.headers.has('Authorization')) return first;
  const token = await renewToken();
  if (token === undefined) return first;
  again.headers.set('Authorization', `Bearer ${token}`);
  return fetch(again);
}

export const api = createClient<paths>({ baseUrl: '/', fetch: send });
api.use(manners);

/** The body of an answer that is known to have one. */
export function body<T>(answer: { data?: T }): T {
  if (answer.data === undefined) throw new Problem(0, { code: 'unknown', detail: 'The answer was empty.' });
  return answer.data;
}
