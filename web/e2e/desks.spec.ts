import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';

import { account, ADMIN, cell, dayFromNow, openSeat, PASSWORD, SECRET, signIn, someFlight, type Role } from './support';

const SHOTS = '../target/web-shots';
const WIDTHS = [360, 768, 1440];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];

test.skip(ADMIN === '', 'the journeys of the desks need an administrator: AISLE_ADMIN and AISLE_PASSWORD');

test('an administrator grants a role, and it acts at once', async ({ page, browser, request }) => {
  const email = await account(request, 'CUSTOMER');
  const theirs = await (await browser.newContext()).newPage();
  await signIn(theirs, email, PASSWORD);
  await theirs.goto('/desk/agent');
  await expect(theirs.getByRole('table', { name: 'About to lapse' })).toHaveCount(0);
  await signIn(page, ADMIN, SECRET);
  await page.goto('/desk/admin/users');
  await page.getByLabel('Name or email').fill(email);
  await page.getByRole('button', { name: `Change ${email}` }).click();
  await page.getByRole('combobox', { name: 'Role' }).selectOption('TRAVEL_AGENT');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(`${email} is changed.`)).toBeVisible();
  await theirs.reload();
  await expect(theirs.getByRole('table', { name: 'About to lapse' })).toBeVisible();
});

/** Finds the customer, and searches a nonstop flight for them, as an agent does. */
async function searchFor(page: Page, customer: string): Promise<void> {
  await page.goto('/desk/agent/customers');
  await page.getByLabel('Email of the customer').fill(customer);
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('link', { name: 'Search flights for Sam' }).click();
  await expect(page.getByText('Booking for Sam Reed')).toBeVisible();
  await page.getByLabel('From').fill('JFK');
  await page.getByRole('option', { name: /JFK/ }).first().click();
  await page.getByLabel('To', { exact: true }).fill('LAX');
  await page.getByRole('option', { name: /LAX/ }).first().click();
  await page.getByLabel('Departure').fill(dayFromNow(4));
  await page.getByRole('button', { name: 'Search flights' }).click();
  await page.getByRole('combobox', { name: 'Stops' }).selectOption('0');
  await expect(page).toHaveURL(/stops=0/);
  await page.reload();
  await expect(page.getByText('Booking for Sam Reed'), 'a reload keeps for whom it is').toBeVisible();
  expect(page.url(), 'no address names anybody').not.toContain('example.com');
}

test('an agent books for a customer, and finds it at the desk', async ({ page, browser, request }) => {
  const [agent, customer] = [await account(request, 'TRAVEL_AGENT'), await account(request, 'CUSTOMER')];
  await signIn(page, agent, PASSWORD);
  await searchFor(page, customer);
  await page.getByRole('link', { name: /^Choose/ }).first().click();
  await expect(page.getByLabel('Email')).toHaveValue(customer);
  await page.getByLabel('First name').fill('Lee');
  await page.getByLabel('Last name').fill('Doe');
  await page.getByLabel('Date of birth').fill('1990-01-01');
  await page.getByLabel('Phone').fill('+1 555 123 4567');
  await page.getByRole('button', { name: 'Continue to seats' }).click();
  await expect(page.getByRole('grid').first()).toBeVisible();
  const seat = await openSeat(page, 8);
  await cell(page, seat).click();
  await expect(page.getByText('Held for you')).toBeVisible();
  await page.getByRole('button', { name: 'Hold and review' }).click();
  await expect(page.getByLabel('Time left').getByRole('term')).toHaveCount(3);
  await expect(page.getByText('Booking for Sam Reed')).toBeVisible();
  const pnr = (await page.getByRole('heading', { name: /^Booking [A-Z0-9]{6}$/ }).textContent())?.slice(-6) ?? '';
  await page.goto('/desk/agent');
  await expect(page.getByRole('region', { name: 'About to lapse' })).toContainText('JFK');
  await page.getByRole('link', { name: `Pay ${pnr}` }).click();
  await expect(page.getByLabel('Time left')).toBeVisible();
  await expect(page.getByText(`Booking ${pnr}, for Lee Doe`), 'who pays for others sees for whom').toBeVisible();
  await page.goto('/desk/agent');
  await expect(page.getByRole('link', { name: `Pay ${pnr}` }), 'a payment that was only opened lapses too').toBeVisible();

  const theirs = await (await browser.newContext()).newPage();
  await signIn(theirs, customer, PASSWORD);
  await theirs.goto('/trips');
  await expect(theirs.getByRole('list', { name: 'Trips' }), 'it is the booking of the customer').toContainText(pnr);
});

test('an agent stops booking for a customer, and nobody else ever begins', async ({ page, browser, request }) => {
  const [agent, customer] = [await account(request, 'TRAVEL_AGENT'), await account(request, 'CUSTOMER')];
  await signIn(page, agent, PASSWORD);
  await searchFor(page, customer);
  const address = page.url();
  await page.getByRole('link', { name: 'Seat map' }).first().click();
  await expect(page.getByRole('link', { name: 'Book Economy', exact: true })).toHaveAttribute('href', /&customer=usr_/);
  await page.getByRole('button', { name: 'Stop booking for Sam Reed' }).click();
  await expect(page.getByText('Booking for Sam Reed')).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Book Economy', exact: true })).not.toHaveAttribute('href', /customer/);

  const theirs = await (await browser.newContext()).newPage();
  await signIn(theirs, customer, PASSWORD);
  await theirs.goto(address);
  await expect(theirs.getByRole('link', { name: /^Choose/ }).first()).not.toHaveAttribute('href', /customer/);
  await expect(theirs.getByText('Booking for')).toHaveCount(0);
});

for (const theme of ['light', 'dark'] as const) {
  test(`every desk is sound for whoever works there, ${theme}`, async ({ browser, request }) => {
    test.setTimeout(120_000);
    const flight = await someFlight(request, 5);
    const desks: readonly (readonly [Role | 'ADMIN', readonly string[]])[] = [
      ['TRAVEL_AGENT', ['/desk/agent', '/desk/agent/customers', '/?customer=usr_somebody']],
      ['AIRLINE_AGENT', ['/desk/airline', `/desk/airline/${flight}`]],
      ['BUSINESS_OWNER', ['/desk/owner']],
      ['ADMIN', ['/desk/admin', '/desk/admin/users', '/desk/admin/bookings', '/desk/admin/live']],
    ];
    for (const [role, paths] of desks) {
      const context = await browser.newContext({ colorScheme: theme });
      const page = await context.newPage();
      if (role === 'ADMIN') await signIn(page, ADMIN, SECRET);
      else await signIn(page, await account(request, role), PASSWORD);
      for (const path of paths) {
        await page.goto(path);
        await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
        await expect(page.getByRole('status', { name: /Loading/ })).toHaveCount(0);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          expect.soft(beyond, `${path} is wider than ${width} px`).toBeLessThanOrEqual(0);
          await page.screenshot({ path: `${SHOTS}/${path.replaceAll(/[^\w-]/g, '-').slice(1, 40)}-${width}-${theme}.png`, fullPage: true });
        }
        // axe cannot see what is drawn behind the text of an SVG: `contrast.test.ts` judges those colours.
        const judged = await new AxeBuilder({ page }).withTags(RULES).exclude('svg text').analyze();
        const findings = [...judged.violations, ...judged.incomplete].map((finding) => `${finding.id}: ${finding.nodes[0]?.html ?? ''}`);
        expect.soft(findings, path).toEqual([]);
      }
      await context.close();
    }
  });
}
