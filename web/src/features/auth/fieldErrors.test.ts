import { expect, test } from 'vitest';

import { Problem } from '../../api/problem';
import { fieldErrors } from './fieldErrors';

test('each field says what is wrong with it', () => {
  const errors = [{ field: 'password', code: 'invalid', message: 'it is one of those that are tried first' }];
  expect(fieldErrors(new Problem(422, { code: 'validation', errors }))).toEqual({ password: 'It is one of those that are tried first' });
});

test('a known address is a matter of its field, and the rest of none', () => {
  expect(Object.keys(fieldErrors(new Problem(409, { code: 'email-taken' })))).toEqual(['email']);
  expect(fieldErrors(new Problem(429, { code: 'rate-limited' }))).toEqual({});
});
