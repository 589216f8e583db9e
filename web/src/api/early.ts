/**
 * Answers that the first page will want, asked for while the app is still on its way. Whoever then asks the same question gets the answer
 * that is already coming; each is given once.
 */

/** A question as it goes over the network; one with a body is posted. */
export interface Question {
  readonly path: string;
  readonly body?: object;
}

/** Since the page was opened: later an answer would be older than whoever asks may expect. */
const GOOD_MS = 20_000;

const coming = new Map<string, Promise<Response>>();

/** Asks as nobody in particular; somebody who is signed in has to say so, and asks for themselves. */
export function askEarly({ path, body }: Question): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  const answer = fetch(path, body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: text });
  // Whoever gets the answer hears of the failure; when nobody does, it is nobody's.
  answer.catch(() => undefined);
  coming.set(keyOf(path, text), answer);
}

/** The answer to a request, if it was asked for before. */
export async function earlyAnswer(request: Request): Promise<Response | undefined> {
  if (coming.size === 0 || request.headers.has('Authorization')) return undefined;
  const { pathname, search } = new URL(request.url);
  const key = keyOf(pathname + search, await request.clone().text());
  const answer = coming.get(key);
  coming.delete(key);
  return performance.now() < GOOD_MS ? answer : undefined;
}

function keyOf(path: string, body: string): string {
  return `${path}\n${body}`;
}
