import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type APIRequestContext, type Page } from '@playwright/test';

import { newEmail, PASSWORD, someFlight } from './support';

const SHOTS = '../target/web-shots';
const WIDTHS = [360, 768, 1440];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];

interface World {
  readonly email: string;
  readonly flight: string;
  readonly held: string;
  readonly bought: string;
}

/** A customer with a booking that is held and one that is bought, made by the interface as any client would. */
async function world(request: APIRequestContext): Promise<World> {
  const email = newEmail('kim');
  await request.post('/api/v1/auth/register', { data: { email, password: PASSWORD, firstName: 'Kim', lastName: 'Doe' } });
  const signed = await request.post('/api/v1/auth/login', { data: { email, password: PASSWORD } });
  const { accessToken } = (await signed.json()) as { accessToken: string };
  const headers = { Authorization: `Bearer ${accessToken}` };
  const flight = await someFlight(request, 5);
  const book = async () => {
    const answer = await request.post('/api/v1/bookings', {
      headers,
      data: {
        flightId: flight, cabinClass: 'ECONOMY', contactInfo: { email, phone: '+15551234567' },
        passengers: [{ type: 'ADULT', firstName: 'Kim', lastName: 'Doe', dateOfBirth: '1990-01-01' }],
      },
    });
    return ((await answer.json()) as { id: string }).id;
  };
  const bought = await book();
  await request.post('/api/v1/payments/intents', { headers, data: { bookingId: bought } });
  await request.post(`/api/v1/payments/pay_${bought}/confirm`, { headers, data: { paymentMethod: 'pm_card_visa' } });
  return { email, flight, held: await book(), bought };
}

function pagesOf({ flight, held, bought }: World): Readonly<Record<string, string>> {
  const search = `from=${flight.slice(-3)}&to=LAX&depart=${flight.slice(-14, -4)}`;
  return {
    home: '/',
    results: `/search?${search}`,
    flight: `/flights/${flight}`,
    book: `/book?flights=${flight}&cabin=ECONOMY&adults=1&children=1&infants=1`,
    pay: `/bookings/${held}/pay`,
    confirmed: `/bookings/${bought}/confirmed`,
    trips: '/trips',
    trip: `/trips/${bought}`,
    'trip-held': `/trips/${held}`,
    lookup: '/lookup',
    account: '/account',
    'not-found': '/nowhere',
    'sign-in': '/sign-in',
    register: '/register',
    stories: '/stories/seat-map',
  };
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
}

/** The page when nothing on it is still on its way. */
async function settled(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1 }).or(page.getByRole('heading', { level: 2 })).first()).toBeVisible();
  await expect(page.getByRole('status', { name: /Loading|Searching|Opening|Holding/ })).toHaveCount(0);
}

for (const theme of ['light', 'dark'] as const) {
  test(`every page is sound for everybody, ${theme}`, async ({ browser, request }) => {
    test.setTimeout(180_000);
    const known = await world(request);
    const context = await browser.newContext({ colorScheme: theme });
    const page = await context.newPage();
    await signIn(page, known.email);
    for (const [name, path] of Object.entries(pagesOf(known))) {
      await settled(page, path);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect.soft(beyond, `${name} is wider than ${width} px`).toBeLessThanOrEqual(0);
        await page.screenshot({ path: `${SHOTS}/${name}-${width}-${theme}.png`, fullPage: true });
      }
      if (name === 'confirmed') {
        await page.emulateMedia({ media: 'print' });
        await expect(page.getByRole('navigation', { name: 'Main' }), 'on paper there is nothing to press').toBeHidden();
        await page.screenshot({ path: `${SHOTS}/${name}-print-${theme}.png`, fullPage: true });
        await page.emulateMedia({ media: null });
      }
      // Letters on seats are judged apart: axe cannot see what is drawn behind the text of an SVG.
      const judged = await new AxeBuilder({ page }).withTags(RULES).exclude('svg[role=grid] text').analyze();
      const findings = [...judged.violations, ...judged.incomplete].map((finding) => `${finding.id}: ${finding.nodes[0]?.html ?? ''}`);
      expect.soft(findings, name).toEqual([]);
    }
    await context.close();
  });
}
