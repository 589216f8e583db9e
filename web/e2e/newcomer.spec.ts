import { expect, test } from '@playwright/test';

import { cell, dayFromNow, newEmail, openSeat, PASSWORD, register, slowHolds, someFlight, toSeats } from './support';

test('a newcomer searches, chooses seats, pays by a test card, sees it confirmed, and cancels it', async ({ page }) => {
  const email = newEmail('ann');
  await page.goto('/');
  await page.getByLabel('From').fill('JFK');
  await page.getByRole('option', { name: /JFK/ }).first().click();
  await page.getByLabel('To', { exact: true }).fill('LAX');
  await page.getByRole('option', { name: /LAX/ }).first().click();
  await page.getByLabel('Departure').fill(dayFromNow(4));
  await page.getByRole('button', { name: 'Search flights' }).click();
  await page.getByRole('link', { name: /^Choose/ }).first().click();

  await page.getByRole('button', { name: 'Continue to seats' }).click();
  await expect(page.getByRole('alert')).toContainText('Enter the first name');
  await page.getByLabel('First name').fill('Ann');
  await page.getByLabel('Last name').fill('Doe');
  await page.getByLabel('Date of birth').fill('1990-01-01');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Phone').fill('+1 555 123 4567');
  await page.reload();
  await expect(page.getByLabel('Email'), 'a reload loses nothing').toHaveValue(email);
  await page.getByRole('button', { name: 'Continue to seats' }).click();

  await page.getByRole('link', { name: 'Create an account' }).click();
  await page.getByLabel('First name').fill('Ann');
  await page.getByLabel('Last name').fill('Doe');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();

  await expect(page.getByRole('grid').first()).toBeVisible();
  const seat = await openSeat(page, 10);
  await cell(page, seat).click();
  await expect(page.getByText('Held for you')).toBeVisible();
  await page.reload();
  await expect(cell(page, seat), 'a reload keeps the seat').toHaveAccessibleName(/yours/);
  await page.getByRole('button', { name: 'Hold and review' }).click();
  await expect(page.getByLabel('Time left').getByRole('term')).toHaveCount(3);
  await page.reload();
  await page.getByRole('link', { name: /^Pay/ }).click();

  await page.getByRole('radio', { name: /not enough money/ }).check();
  await page.getByRole('button', { name: 'Pay now' }).click();
  await expect(page.getByText('Your places are still held')).toBeVisible();
  await page.getByRole('radio', { name: /prove who you are/ }).check();
  await page.getByRole('button', { name: 'Pay now' }).click();
  await expect(page.getByRole('button', { name: 'Yes, it is me' })).toBeVisible();
  await page.reload();
  await page.getByRole('button', { name: 'Yes, it is me' }).click();

  await expect(page.getByRole('heading', { name: 'You are booked' })).toBeVisible();
  const [calendar] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Add to calendar' }).click()]);
  expect(calendar.suggestedFilename()).toMatch(/^aisle-[A-Z0-9]{6}\.ics$/);
  const pnr = calendar.suggestedFilename().slice(6, 12);

  await page.getByRole('link', { name: 'Manage this trip' }).click();
  await page.getByRole('button', { name: 'Cancel this trip' }).click();
  await expect(page.getByText('You get back')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel the booking' }).click();
  await expect(page.getByText('This booking was cancelled.')).toBeVisible();
  await expect(page.getByText('Given back')).toBeVisible();

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Find a booking' }).click();
  await page.getByLabel('Booking reference').fill(pnr);
  await page.getByLabel('Surname').fill('doe');
  await page.getByRole('button', { name: 'Find' }).click();
  await expect(page.getByRole('region', { name: `Booking ${pnr}` })).toContainText('Cancelled');
});

test('a booking is made with the keyboard alone', async ({ page, request }) => {
  const email = await register(page, 'Kay');
  await toSeats(page, await someFlight(request, 3), 'Kay', email);
  const before = page.getByRole('button', { name: 'Zoom in' });
  await before.focus();
  const focused = page.locator('[role=gridcell]:focus');
  for (let tab = 0; tab < 6 && (await focused.count()) === 0; tab += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  for (let move = 0; move < 12 && !(await focused.getAttribute('aria-label'))?.includes('available'); move += 1) {
    await page.keyboard.press(move % 2 === 0 ? 'ArrowRight' : 'ArrowDown');
  }
  // Whoever goes on before the hold has come is not kept waiting for a second press.
  await slowHolds(page);
  await page.keyboard.press('Enter');
  await expect(focused).toHaveAccessibleName(/yours/);
  await page.getByRole('button', { name: 'Hold and review' }).focus();
  await page.keyboard.press('Enter');
  const pay = page.getByRole('link', { name: /^Pay/ });
  await expect(pay).toBeVisible();
  await pay.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('radio', { name: /that pays$|that pays pm/ }).first().focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'You are booked' })).toBeVisible();
});

test('whoever goes back while a seat is on its way is not carried on when it comes', async ({ page, request }) => {
  const email = await register(page, 'Bo');
  await toSeats(page, await someFlight(request, 3), 'Bo', email);
  await slowHolds(page);
  const held = page.waitForResponse((answer) => answer.url().endsWith('/holds') && answer.ok());
  await cell(page, await openSeat(page, 10)).click();
  await page.getByRole('button', { name: 'Hold and review' }).click();
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await held;
  await page.waitForTimeout(1_000);
  await expect(page.getByRole('button', { name: 'Continue to seats' })).toBeVisible();
});
