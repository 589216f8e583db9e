/**
 * How large the aircraft is drawn in its window, and which part of it is seen: plain numbers, so that fingers, wheels and buttons
 * all come to the same place. Points are pixels from the window's upper left corner.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** One finger pans; two zoom as well. */
export type Fingers = readonly [Point] | readonly [Point, Point];

export interface View {
  /** 1 is the drawing as the page lays it out. */
  readonly zoom: number;
  /** How far the window is scrolled, in pixels of the zoomed drawing. */
  readonly left: number;
  readonly top: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Sizes {
  readonly window: Size;
  /** The drawing, at a zoom of 1. */
  readonly drawing: Size;
}

export const ZOOM_MOST = 4;
/** What a press of a button does. */
export const ZOOM_STEP = 1.5;
/** A notch of a wheel is no more than this; a trackpad's small steps stay far below. */
const WHEEL_MOST = 1.25;
const WHEEL_SPEED = 0.01;
/** Firefox may count a wheel in lines. */
const LINE = 16;
/** Fingers that touch each other would zoom without end. */
const SPREAD_LEAST = 10;

/** The smallest zoom: all columns side by side. A cabin that is wider than a phone is drawn too wide for it at first. */
export function zoomLeast({ window, drawing }: Sizes): number {
  return drawing.width > window.width ? window.width / drawing.width : 1;
}

/** The view at another zoom, with what was under `from` now under `to`, as far as the limits allow. */
export function zoomed(view: View, sizes: Sizes, zoom: number, from: Point, to: Point = from): View {
  const within = between(zoomLeast(sizes), zoom, ZOOM_MOST);
  const growth = within / view.zoom;
  return kept({ zoom: within, left: (view.left + from.x) * growth - to.x, top: (view.top + from.y) * growth - to.y }, sizes);
}

/** The view after the fingers that lay at `from` moved to `to`: what was between them still is. */
export function followed(view: View, sizes: Sizes, from: Fingers, to: Fingers): View {
  return zoomed(view, sizes, view.zoom * (spread(to) / spread(from)), middle(from), middle(to));
}

/** How much a wheel turned with Ctrl zooms; browsers tell the pinch of a trackpad the same way. */
export function wheelGrowth(delta: number, isLines: boolean): number {
  return between(1 / WHEEL_MOST, Math.exp(-delta * (isLines ? LINE : 1) * WHEEL_SPEED), WHEEL_MOST);
}

/** The middle of the window: buttons zoom around it. */
export function center({ window }: Sizes): Point {
  return { x: window.width / 2, y: window.height / 2 };
}

/** The same view, within the edges of the drawing. */
function kept(view: View, { window, drawing }: Sizes): View {
  return {
    zoom: view.zoom,
    left: between(0, view.left, Math.max(0, drawing.width * view.zoom - window.width)),
    top: between(0, view.top, Math.max(0, drawing.height * view.zoom - window.height)),
  };
}

function middle([one, other = one]: Fingers): Point {
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}

/** How far apart two fingers are; the same each time for one, which does not zoom. */
function spread([one, other = one]: Fingers): number {
  return Math.max(SPREAD_LEAST, Math.hypot(one.x - other.x, one.y - other.y));
}

function between(least: number, value: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
