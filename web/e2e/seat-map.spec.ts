import { expect, test } from '@playwright/test';

import { cell, openSeat } from './support';

test('four hundred seats and ten changes a second are drawn smoothly', async ({ page }) => {
  await page.goto('/stories/seat-map');
  await expect(page.getByRole('gridcell')).toHaveCount(400);
  const before = await page.locator('figcaption').textContent();
  await page.getByRole('radio', { name: 'Busy' }).check();
  await expect(page.locator('figcaption')).not.toHaveText(before ?? '');
  const long = await page.evaluate(async () => {
    let blocked = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (blocked += entry.duration))).observe({ type: 'longtask' });
    await new Promise((done) => setTimeout(done, 3_000));
    return blocked;
  });
  // A busy machine may stop the page once; a map that draws all of its seats at each change would stop it all the time.
  expect(long).toBeLessThan(600);
});

test('the map is walked and seats are chosen by keyboard alone', async ({ page }) => {
  await page.goto('/stories/seat-map');
  const seat = await openSeat(page, 0);
  await cell(page, seat).focus();
  await page.keyboard.press('Enter');
  await expect(cell(page, seat)).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByText(`${seat} for Ann.`)).toBeVisible();
  await page.keyboard.press('End');
  await expect(page.locator(':focus')).toHaveAttribute('aria-label', /^1K,/);
  await page.keyboard.press('ArrowDown');
  await expect(page.locator(':focus')).toHaveAttribute('aria-label', /^2K,/);
});

test('a seat that cannot be had says why, and what is open nearby is one tap away', async ({ page }) => {
  await page.goto('/stories/seat-map');
  const taken = page.getByRole('gridcell', { name: /, taken$/ }).first();
  const seat = (await taken.getAttribute('data-seat')) ?? '';
  await taken.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText(`${seat} is taken.`)).toBeVisible();
  await page.getByRole('radio', { name: 'Refused' }).check();
  await expect(page.getByRole('alert')).toContainText('12E was taken a moment ago.');
  await page.getByRole('button', { name: 'Take 12D instead' }).click();
  await expect(cell(page, '12D')).toHaveAttribute('aria-selected', 'true');
});

test('a map that may be old says so', async ({ page }) => {
  await page.goto('/stories/seat-map');
  await page.getByRole('radio', { name: 'Stale' }).check();
  await expect(page.getByText('not live just now')).toBeVisible();
});
