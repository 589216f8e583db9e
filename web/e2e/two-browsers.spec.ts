import { expect, test } from '@playwright/test';

import { cell, openSeat, register, someFlight, toSeats } from './support';

test('what one browser chooses appears in the other at once, and two cannot have one seat', async ({ browser, request }) => {
  const flight = await someFlight(request, 5);
  const ann = await (await browser.newContext()).newPage();
  const bob = await (await browser.newContext()).newPage();
  await toSeats(ann, flight, 'Ann', await register(ann, 'Ann'));
  await toSeats(bob, flight, 'Bob', await register(bob, 'Bob'));

  const first = await openSeat(ann, 12);
  await cell(ann, first).click();
  await expect(cell(ann, first)).toHaveAccessibleName(/yours/);
  await expect(cell(bob, first)).toHaveAccessibleName(/held by somebody else/, { timeout: 2_000 });

  // Bob's wish is on its way when Ann has the seat already.
  const second = await openSeat(bob, 20);
  let isGone: () => void = () => undefined;
  const annHasIt = new Promise<void>((resolve) => (isGone = resolve));
  await bob.route('**/holds', async (route) => {
    await annHasIt;
    await route.continue();
  }, { times: 1 });
  await cell(bob, second).click();
  await cell(ann, second).click();
  await expect(cell(ann, second)).toHaveAccessibleName(/yours/);
  await expect(ann.getByRole('button', { name: 'Hold and review' })).toBeEnabled();
  await ann.waitForTimeout(500);
  isGone();
  await expect(bob.getByRole('alert')).toContainText('Somebody was faster');
  await bob.getByRole('button', { name: /^Take .* instead$/ }).first().click();
  await expect(bob.getByText('Held for you')).toBeVisible();
});
