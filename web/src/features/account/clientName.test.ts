import { expect, test } from 'vitest';

import { clientName } from './clientName';

test('a client is called as people call it', () => {
  const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
  expect(clientName(chrome)).toBe('Chrome on Linux');
  expect(clientName(`${chrome} Edg/140.0`)).toBe('Edge on Linux');
  expect(clientName('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/17 Safari/605')).toBe('Safari on macOS');
  expect(clientName('curl/8.14.1')).toBe('curl/8.14.1');
  expect(clientName('')).toBe('Unknown client');
});
