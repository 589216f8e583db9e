import type { Problem } from '../../api/problem';

/** What is wrong with each field of the registration, in a sentence. */
export function fieldErrors(problem: Problem): Readonly<Record<string, string>> {
  if (problem.code === 'email-taken') return { email: 'There is an account with this address: sign in instead' };
  return Object.fromEntries(problem.errors.map(({ field, message }) => [field, message.charAt(0).toUpperCase() + message.slice(1)]));
}
