import { expect, test } from 'vitest';

import { formatMoney, isZero } from './money';

test('money is written as its reader writes it', () => {
  expect(formatMoney({ amount: '1129.50', currency: 'USD' }, 'en-US')).toBe('$1,129.50');
  expect(formatMoney({ amount: '1129', currency: 'JPY' }, 'en-US')).toBe('¥1,129');
  expect(isZero({ amount: '0.00', currency: 'USD' })).toBe(true);
});
