import { expect, test, type CDPSession, type Locator, type Page } from '@playwright/test';

import { cell, openSeat } from './support';

interface Point {
  readonly x: number;
  readonly y: number;
}

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

test('buttons zoom, and the keyboard walks on within sight', async ({ page }) => {
  await page.goto('/stories/seat-map');
  const seat = cell(page, await openSeat(page, 0));
  const before = await boxOf(seat);
  for (const name of ['Zoom in', 'Zoom out', 'Whole cabin']) {
    const button = await boxOf(page.getByRole('button', { name }));
    expect(Math.min(button.width, button.height)).toBeGreaterThanOrEqual(44);
  }
  await page.getByRole('button', { name: 'Zoom in' }).focus();
  for (let press = 0; press < 6; press += 1) await page.keyboard.press('Enter');
  expect((await boxOf(seat)).width / before.width).toBeCloseTo(4, 1);
  await seat.focus();
  const focused = page.locator('[role=gridcell]:focus');
  for (const key of ['End', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'Home', 'ArrowUp', 'ArrowDown', 'ArrowDown']) {
    await page.keyboard.press(key);
    expect(await isWithin(focused, frameOf(page))).toBe(true);
  }
  await page.getByRole('button', { name: 'Whole cabin' }).press('Enter');
  expect((await boxOf(seat)).width / before.width).toBeCloseTo(1, 1);
});

test('Ctrl and the wheel zoom the map around the pointer, and not the page', async ({ page }) => {
  await page.goto('/stories/seat-map');
  const seat = cell(page, '9E');
  await seat.scrollIntoViewIfNeeded();
  const before = await boxOf(seat);
  const at = middleOf(before);
  await page.mouse.move(at.x, at.y);
  await page.keyboard.down('Control');
  for (let turn = 0; turn < 3; turn += 1) await page.mouse.wheel(0, -100);
  await page.keyboard.up('Control');
  await expect.poll(async () => (await boxOf(seat)).width / before.width).toBeCloseTo(1.25 ** 3, 1);
  expectNear(middleOf(await boxOf(seat)), at);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test('two fingers zoom, one pans, and only a tap chooses', async ({ page }) => {
    await page.goto('/stories/seat-map');
    await expect(page.getByRole('gridcell')).toHaveCount(400);
    await frameOf(page).evaluate((frame) => frame.scrollIntoView({ block: 'center' }));
    const touch = await touchOf(page);
    const seat = cell(page, '9E');
    const before = await boxOf(seat);
    const at = middleOf(before);

    // A pinch: what is between the fingers stays there, and grows.
    await touch.drag([{ x: at.x - 20, y: at.y }, { x: at.x + 20, y: at.y }], [{ x: at.x - 60, y: at.y }, { x: at.x + 60, y: at.y }]);
    const pinched = await boxOf(seat);
    expect(pinched.width / before.width).toBeCloseTo(3, 1);
    expectNear(middleOf(pinched), at);
    expect(await page.evaluate(() => window.visualViewport?.scale)).toBe(1);

    // Two fingers that move together pan, and do not zoom.
    await touch.drag([{ x: at.x - 30, y: at.y }, { x: at.x + 30, y: at.y }], [{ x: at.x - 50, y: at.y + 40 }, { x: at.x + 10, y: at.y + 40 }]);
    const wandered = await boxOf(seat);
    expect(wandered.width).toBeCloseTo(pinched.width, 0);
    expectNear(middleOf(wandered), { x: at.x - 20, y: at.y + 40 });

    // One finger pans. How far is the browser's to say: it keeps the first pixels to tell a pan from a tap.
    await touch.drag([at], [{ x: at.x - 80, y: at.y }]);
    await expect.poll(async () => (await boxOf(seat)).x - wandered.x).toBeLessThan(-40);
    await touch.drag([at], [{ x: at.x, y: at.y - 80 }]);
    await expect.poll(async () => (await boxOf(seat)).y - wandered.y).toBeLessThan(-40);
    expect((await boxOf(seat)).width).toBeCloseTo(pinched.width, 0);

    // Two fingers that only touch choose nothing either, and neither does the one that stays longer.
    const open = await seatInSight(page);
    const beside = { x: open.x + 10, y: open.y };
    await touch.drag([open, beside], [open, beside]);
    await expect(page.locator('[aria-selected=true]')).toHaveCount(0);
    await expect(page.getByText(/^\d+[A-K] (is|for) /)).toHaveCount(0);
    await page.touchscreen.tap(open.x, open.y);
    await expect(cell(page, open.seat)).toHaveAttribute('aria-selected', 'true');
    await expect(page.locator('[aria-selected=true]')).toHaveCount(1);
  });

  test('all columns are seen at once when the whole cabin is asked for', async ({ page }) => {
    await page.goto('/stories/seat-map');
    expect(await isWithin(cell(page, '2K'), frameOf(page))).toBe(false);
    await page.getByRole('button', { name: 'Whole cabin' }).tap();
    await frameOf(page).evaluate((frame) => frame.scrollTo(0, 0));
    expect(await isWithin(cell(page, '2A'), frameOf(page))).toBe(true);
    expect(await isWithin(cell(page, '2K'), frameOf(page))).toBe(true);
    expect(await frameOf(page).evaluate((frame) => frame.scrollWidth - frame.clientWidth)).toBeLessThanOrEqual(1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });

  test('a pinch stays smooth while ten seats a second change', async ({ page }) => {
    await page.goto('/stories/seat-map');
    await page.getByRole('radio', { name: 'Busy' }).check();
    await frameOf(page).evaluate((frame) => frame.scrollIntoView({ block: 'center' }));
    const touch = await touchOf(page);
    const at = middleOf(await boxOf(frameOf(page)));
    await page.evaluate(() => {
      const told = window as unknown as { blocked: number };
      told.blocked = 0;
      new PerformanceObserver((list) => list.getEntries().forEach((entry) => (told.blocked += entry.duration))).observe({ type: 'longtask' });
    });
    for (let pinch = 0; pinch < 3; pinch += 1) {
      await touch.drag([{ x: at.x - 30, y: at.y }, { x: at.x + 30, y: at.y }], [{ x: at.x - 110, y: at.y }, { x: at.x + 110, y: at.y }]);
      await touch.drag([{ x: at.x - 110, y: at.y }, { x: at.x + 110, y: at.y }], [{ x: at.x - 30, y: at.y }, { x: at.x + 30, y: at.y }]);
    }
    expect(await page.evaluate(() => (window as unknown as { blocked: number }).blocked)).toBeLessThan(600);
  });
});

/** The frame that the cabins are scrolled in. */
function frameOf(page: Page): Locator {
  return page.locator('[data-stale]');
}

async function boxOf(what: Locator) {
  const box = await what.boundingBox();
  if (box === null) throw new Error('it is not drawn');
  return box;
}

function middleOf(box: { x: number; y: number; width: number; height: number }): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Pixels are whole, so the middle of something may be a little beside where it should be. */
function expectNear(is: Point, should: Point): void {
  expect(Math.hypot(is.x - should.x, is.y - should.y)).toBeLessThan(4);
}

async function isWithin(what: Locator, frame: Locator): Promise<boolean> {
  const [inner, outer] = [await boxOf(what), await boxOf(frame)];
  return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;
}

/** An open seat whose middle is seen, and where it is. */
async function seatInSight(page: Page): Promise<Point & { readonly seat: string }> {
  const frame = await boxOf(frameOf(page));
  for (const seat of await page.getByRole('gridcell', { name: /, available/ }).all()) {
    const { x, y } = middleOf(await boxOf(seat));
    const isSeen = x > frame.x + 8 && x < frame.x + frame.width - 8 && y > frame.y + 8 && y < frame.y + frame.height - 8;
    if (isSeen) return { x, y, seat: (await seat.getAttribute('data-seat')) ?? '' };
  }
  throw new Error('no open seat is in sight');
}

/** Fingers, as a touch screen tells of them: from one place to another in small steps. */
async function touchOf(page: Page) {
  const cdp: CDPSession = await page.context().newCDPSession(page);
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', fingers: readonly Point[]) =>
    cdp.send('Input.dispatchTouchEvent', { type, touchPoints: fingers.map(({ x, y }, id) => ({ x, y, id })) });
  const drag = async (from: readonly Point[], to: readonly Point[]) => {
    const steps = 10;
    for (let count = 1; count <= from.length; count += 1) await send('touchStart', from.slice(0, count));
    for (let step = 1; step <= steps; step += 1) {
      const part = step / steps;
      await send('touchMove', from.map(({ x, y }, at) => ({ x: x + ((to[at]?.x ?? x) - x) * part, y: y + ((to[at]?.y ?? y) - y) * part })));
    }
    for (let count = to.length - 1; count >= 0; count -= 1) await send('touchEnd', to.slice(0, count));
  };
  return { drag };
}
