import { expect, test } from 'vitest';

import { soonestFirst } from './lapsing';

test('the first to lapse comes first, those without a limit last, and each once', () => {
  const [late, soon, open] = [{ id: 'a', holdExpiresAt: '2026-12-01T12:20:00Z' }, { id: 'b', holdExpiresAt: '2026-12-01T12:10:00Z' }, { id: 'c' }];
  expect(soonestFirst([open, late], [soon, late]).map((booking) => booking.id)).toEqual(['b', 'a', 'c']);
  expect(soonestFirst([], [])).toEqual([]);
});
