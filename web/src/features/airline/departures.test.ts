import { expect, test } from 'vitest';

import { askedOf } from './departures';

test('an address without a question asks for tomorrow at JFK', () => {
  expect(askedOf({}, '2026-12-05')).toEqual({ date: '2026-12-05', origin: 'JFK', destination: '' });
});

test('codes are written large, and what is no code asks for all', () => {
  expect(askedOf({ date: '2026-12-06', origin: 'bos', destination: 'the moon' }, '2026-12-05')).toEqual({ date: '2026-12-06', origin: 'BOS', destination: '' });
});
