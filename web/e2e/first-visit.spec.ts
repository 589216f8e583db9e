import { expect, test } from '@playwright/test';

import { dayFromNow, someFlight } from './support';

const DAYS = 5;

/** The first pages with what they ask; that they ask it at once, and once. */
const PAGES = [
  { name: 'home', address: () => '/', asked: () => [] },
  { name: 'results', address: () => `/search?from=JFK&to=LAX&depart=${dayFromNow(DAYS)}&sort=price`, asked: () => ['POST /api/v1/flights/search'] },
  { name: 'seat map', address: (flight: string) => `/flights/${flight}`, asked: (flight: string) => [`GET /api/v1/flights/${flight}`, `GET /api/v1/flights/${flight}/seat-map`] },
] as const;

for (const { name, address, asked } of PAGES) {
  test(`a first visit to ${name} brings what its page names, and asks once`, async ({ page, request }) => {
    const flight = await someFlight(request, DAYS);
    const scripts: string[] = [];
    const questions: string[] = [];
    const said: string[] = [];
    page.on('request', (sent) => {
      const { pathname } = new URL(sent.url());
      if (sent.resourceType() === 'script') scripts.push(pathname);
      if (pathname.startsWith('/api/v1/flights')) questions.push(`${sent.method()} ${pathname}`);
    });
    page.on('console', (message) => said.push(message.text()));
    const opened = await page.goto(address(flight));
    const html = (await opened?.text()) ?? '';
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('status', { name: /Loading|Searching/ })).toHaveCount(0);
    await page.waitForLoadState('networkidle');
    expect(scripts.filter((script) => !html.includes(`"${script}"`)), 'scripts that the page does not name').toEqual([]);
    expect(questions.sort()).toEqual(asked(flight));
    expect(said).toEqual([]);
  });
}
