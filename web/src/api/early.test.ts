import { beforeEach, expect, it, vi } from 'vitest';

const SEARCH = '/api/v1/flights/search';
const ORIGIN = 'http://localhost';

let early: typeof import('./early');

beforeEach(async () => {
  vi.resetModules();
  early = await import('./early');
  vi.stubGlobal('fetch', vi.fn((path: string, { body = '' }: { body?: string } = {}) => Promise.resolve(new Response(`${path} ${body}`))));
  vi.spyOn(performance, 'now').mockReturnValue(1_000);
});

const posted = (body: object, headers = {}) => new Request(ORIGIN + SEARCH, { method: 'POST', body: JSON.stringify(body), headers });

it('gives the answer to whoever asks the same, once', async () => {
  early.askEarly({ path: SEARCH, body: { origin: 'JFK' } });
  expect(await (await early.earlyAnswer(posted({ origin: 'JFK' })))?.text()).toBe(`${SEARCH} {"origin":"JFK"}`);
  expect(await early.earlyAnswer(posted({ origin: 'JFK' }))).toBeUndefined();
});

it('gives it to nobody who asks something else', async () => {
  early.askEarly({ path: SEARCH, body: { origin: 'JFK' } });
  expect(await early.earlyAnswer(posted({ origin: 'LAX' }))).toBeUndefined();
  expect(await early.earlyAnswer(new Request(ORIGIN + SEARCH))).toBeUndefined();
  expect(await early.earlyAnswer(posted({ origin: 'JFK' }, { Authorization: 'Bearer a' }))).toBeUndefined();
  expect(await early.earlyAnswer(posted({ origin: 'JFK' }))).toBeDefined();
});

it('gives none that has become old', async () => {
  early.askEarly({ path: '/api/v1/flights/B6-1' });
  vi.spyOn(performance, 'now').mockReturnValue(60_000);
  expect(await early.earlyAnswer(new Request(`${ORIGIN}/api/v1/flights/B6-1`))).toBeUndefined();
});

it('hands a failure on to whoever asks', async () => {
  vi.stubGlobal('fetch', vi.fn(() => Promise.reject(new TypeError('no network'))));
  early.askEarly({ path: '/api/v1/flights/B6-1' });
  await expect(early.earlyAnswer(new Request(`${ORIGIN}/api/v1/flights/B6-1`))).rejects.toThrow('no network');
});
