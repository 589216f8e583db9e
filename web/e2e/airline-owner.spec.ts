import { expect, test } from '@playwright/test';

import { account, ADMIN, cell, openSeat, PASSWORD, signIn, someFlight } from './support';

test.skip(ADMIN === '', 'the journeys of the desks need an administrator: AISLE_ADMIN and AISLE_PASSWORD');

test('an airline takes a seat off sale, which everybody sees at once, and tells of a delay', async ({ page, browser, request }) => {
  const flight = await someFlight(request, 6);
  const passer = await (await browser.newContext()).newPage();
  await passer.goto(`/flights/${flight}`);
  await signIn(page, await account(request, 'AIRLINE_AGENT'), PASSWORD);
  await page.goto(`/desk/airline/${flight}`);
  const seat = await openSeat(page, 0);
  await expect(cell(passer, seat)).toHaveAttribute('data-look', 'open');
  await cell(page, seat).click();
  await expect(cell(passer, seat)).toHaveAttribute('data-look', 'blocked');
  await cell(page, seat).click();
  await expect(cell(passer, seat)).toHaveAttribute('data-look', 'open');
  await page.getByRole('combobox', { name: 'Status' }).selectOption('DELAYED');
  await page.getByLabel('Minutes late').fill('45');
  await page.getByLabel('Gate').fill('B22');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Delayed · gate B22')).toBeVisible();
  await passer.reload();
  await expect(passer.getByText('Delayed · gate B22')).toBeVisible();
});

test('an owner reads the figures, as pictures and as numbers', async ({ page, request }) => {
  await signIn(page, await account(request, 'BUSINESS_OWNER'), PASSWORD);
  await page.goto('/desk/owner');
  await expect(page.getByRole('list', { name: 'Load factor by day' }).getByRole('listitem')).not.toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Agents' })).toBeVisible();
});
