import { expect, test } from '@playwright/test';

import { cell, openSeat, register, someFlight, toSeats } from './support';

test('without a connection nothing is lost, and the page goes on when it is back', async ({ page, context, request }) => {
  const email = await register(page, 'Ann');
  await toSeats(page, await someFlight(request, 6), 'Ann', email);
  await cell(page, await openSeat(page, 8)).click();
  await expect(page.getByText('Held for you')).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByText('You are offline')).toBeVisible();
  await page.getByRole('button', { name: 'Hold and review' }).click();
  await context.setOffline(false);
  await expect(page.getByText('You are offline')).toBeHidden();
  await expect(page.getByLabel('Time left').or(page.getByRole('button', { name: 'Try again' }))).toBeVisible();
  const again = page.getByRole('button', { name: 'Try again' });
  if (await again.isVisible()) await again.click();
  await expect(page.getByLabel('Time left')).toBeVisible();
});

test('a booking whose answer is lost is made once', async ({ page, request }) => {
  const email = await register(page, 'Bob');
  await toSeats(page, await someFlight(request, 6), 'Bob', email);
  await cell(page, await openSeat(page, 8)).click();
  await expect(page.getByText('Held for you')).toBeVisible();
  await page.route('**/api/v1/bookings', async (route) => {
    await route.fetch();
    await route.abort();
  }, { times: 1 });
  await page.getByRole('button', { name: 'Hold and review' }).click();
  await expect(page.getByText('The places are not held yet')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Time left')).toBeVisible();
  await page.getByRole('link', { name: 'My trips' }).click();
  await expect(page.getByRole('list', { name: 'Trips' }).getByRole('listitem')).toHaveCount(1);
});
