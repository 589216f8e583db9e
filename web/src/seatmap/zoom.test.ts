import { expect, test } from 'vitest';

import { center, followed, wheelGrowth, zoomed, zoomLeast, ZOOM_MOST, type Point, type Sizes, type View } from './zoom';

/** A phone's window onto a cabin that is a third wider than it. */
const SIZES: Sizes = { window: { width: 300, height: 600 }, drawing: { width: 400, height: 1600 } };
const VIEW: View = { zoom: 2, left: 200, top: 900 };

/** Which point of the drawing lies under a point of the window. */
const under = (view: View, { x, y }: Point) => ({ x: (view.left + x) / view.zoom, y: (view.top + y) / view.zoom });
const close = (is: Point, should: Point) => {
  expect(is.x).toBeCloseTo(should.x);
  expect(is.y).toBeCloseTo(should.y);
};

test('what is under the fingers stays under them', () => {
  const point = { x: 120, y: 250 };
  for (const zoom of [1.5, 2, 3, ZOOM_MOST]) close(under(zoomed(VIEW, SIZES, zoom, point), point), under(VIEW, point));
});

test('two fingers that part and wander zoom and pan at once', () => {
  const after = followed(VIEW, SIZES, [{ x: 100, y: 300 }, { x: 150, y: 300 }], [{ x: 120, y: 280 }, { x: 195, y: 280 }]);
  expect(after.zoom).toBeCloseTo(3);
  close(under(after, { x: 157.5, y: 280 }), under(VIEW, { x: 125, y: 300 }));
});

test('one finger pans and does not zoom', () => {
  expect(followed(VIEW, SIZES, [{ x: 100, y: 100 }], [{ x: 60, y: 150 }])).toEqual({ zoom: 2, left: 240, top: 850 });
});

test('the zoom has limits: all columns side by side, and four times', () => {
  const at = center(SIZES);
  expect(zoomed(VIEW, SIZES, 100, at).zoom).toBe(ZOOM_MOST);
  expect(zoomed(VIEW, SIZES, 0.1, at)).toMatchObject({ zoom: 0.75, left: 0 });
  expect(zoomLeast({ ...SIZES, drawing: { width: 200, height: 1600 } })).toBe(1);
});

test('fingers that meet do not zoom without end', () => {
  const one = { x: 100, y: 100 };
  expect(followed(VIEW, SIZES, [one, one], [one, { x: 110, y: 100 }]).zoom).toBe(2);
});

test('no pan leaves the drawing', () => {
  const pan = (x: number, y: number) => followed(VIEW, SIZES, [{ x: 0, y: 0 }], [{ x, y }]);
  expect(pan(9_999, 9_999)).toEqual({ zoom: 2, left: 0, top: 0 });
  expect(pan(-9_999, -9_999)).toEqual({ zoom: 2, left: 2 * 400 - 300, top: 2 * 1600 - 600 });
  // A drawing that is smaller than its window has nowhere to go.
  const small: Sizes = { ...SIZES, drawing: { width: 300, height: 100 } };
  expect(followed({ zoom: 1, left: 0, top: 0 }, small, [{ x: 50, y: 50 }], [{ x: 0, y: 0 }])).toEqual({ zoom: 1, left: 0, top: 0 });
});

test('a wheel zooms a little at a time, and comes back the same way', () => {
  expect(wheelGrowth(-5, false)).toBeCloseTo(1.05, 2);
  expect(wheelGrowth(-5, false) * wheelGrowth(5, false)).toBeCloseTo(1);
  expect([wheelGrowth(-120, false), wheelGrowth(3, true)]).toEqual([1.25, expect.closeTo(0.8)]);
  expect(wheelGrowth(1, true)).toBeCloseTo(0.85, 2);
});
