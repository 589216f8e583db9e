/**
 * A frame that shows a part of a drawing, and the gestures that zoom it. The frame scrolls as everything does, so that the browser
 * itself pans with one finger and brings a focused seat into view; only what it cannot do is done here. Nothing is animated.
 */

import { center, followed, wheelGrowth, zoomed, zoomLeast, ZOOM_STEP, type Fingers, type Point, type Sizes, type View } from './zoom';

export type ZoomStep = 'in' | 'out' | 'whole';

export interface Pane {
  readonly sizes: () => Sizes;
  readonly view: () => View;
  readonly show: (view: View) => void;
}

export function paneOf(frame: HTMLElement, drawing: HTMLElement): Pane {
  let zoom = 1;
  return {
    // None of these sizes knows of the transform.
    sizes: () => ({
      window: { width: frame.clientWidth, height: frame.clientHeight },
      drawing: { width: drawing.offsetWidth, height: drawing.offsetHeight },
    }),
    view: () => ({ zoom, left: frame.scrollLeft, top: frame.scrollTop }),
    show: (view) => {
      zoom = view.zoom;
      // A transform lays out nothing anew: four hundred seats follow the fingers, and no seat is drawn by React again.
      drawing.style.transform = zoom === 1 ? '' : `scale(${zoom})`;
      drawing.style.margin = zoom < 1 ? shrinkage(drawing, zoom) : '';
      frame.scrollTo(view.left, view.top);
    },
  };
}

/** Takes away the room that a drawing does not need any more: browsers let one scroll to where it would end without its transform. */
function shrinkage({ offsetWidth, offsetHeight }: HTMLElement, zoom: number): string {
  return `0 ${offsetWidth * (zoom - 1)}px ${offsetHeight * (zoom - 1)}px 0`;
}

/** Zooms for whoever presses a button. */
export function step(pane: Pane, to: ZoomStep): void {
  const sizes = pane.sizes();
  const view = pane.view();
  const zoom = { in: view.zoom * ZOOM_STEP, out: view.zoom / ZOOM_STEP, whole: zoomLeast(sizes) }[to];
  pane.show(zoomed(view, sizes, zoom, center(sizes)));
}

/** Zooms with Ctrl and the wheel, which is how browsers tell the pinch of a trackpad too. */
export function watchWheel(frame: HTMLElement, pane: Pane, signal: AbortSignal): void {
  const onWheel = (event: WheelEvent) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const view = pane.view();
    const growth = wheelGrowth(event.deltaY, event.deltaMode === WheelEvent.DOM_DELTA_LINE);
    pane.show(zoomed(view, pane.sizes(), view.zoom * growth, pointIn(frame, event)));
  };
  frame.addEventListener('wheel', onWheel, { passive: false, signal });
}

/**
 * Zooms with two fingers. One finger is the browser's to scroll with, until a second one lands: from then on all that they do is a
 * gesture, until both are lifted.
 */
export function watchFingers(frame: HTMLElement, pane: Pane, signal: AbortSignal): void {
  const down = new Map<number, Point>();
  let isGesture = false;
  /** Where the fingers were when their number last changed, and what they saw: measured once, not at each of their moves. */
  let start: { readonly fingers: Fingers; readonly view: View; readonly sizes: Sizes } | undefined;

  const begin = () => {
    const fingers = fingersOf(down);
    start = isGesture && fingers !== undefined ? { fingers, view: pane.view(), sizes: pane.sizes() } : undefined;
  };
  const onDown = (event: PointerEvent) => {
    // The first finger, or a mouse: whatever was before it is over.
    if (event.isPrimary || down.size === 0) {
      down.clear();
      isGesture = false;
    }
    if (event.pointerType !== 'touch') return;
    down.set(event.pointerId, pointIn(frame, event));
    if (down.size > 1) {
      isGesture = true;
      // A seat under a finger may be drawn anew meanwhile; the frame stays.
      for (const id of down.keys()) frame.setPointerCapture(id);
    }
    begin();
  };
  const onMove = (event: PointerEvent) => {
    if (!down.has(event.pointerId)) return;
    down.set(event.pointerId, pointIn(frame, event));
    const fingers = fingersOf(down);
    if (start !== undefined && fingers !== undefined) pane.show(followed(start.view, start.sizes, start.fingers, fingers));
  };
  const onLift = (event: PointerEvent) => {
    if (down.delete(event.pointerId)) begin();
  };
  frame.addEventListener('pointerdown', onDown, { signal });
  frame.addEventListener('pointermove', onMove, { signal });
  frame.addEventListener('pointerup', onLift, { signal });
  frame.addEventListener('pointercancel', onLift, { signal });
  // Safari scrolls with two fingers as well, unless it is told not to.
  frame.addEventListener('touchmove', (event) => { if (isGesture && event.cancelable) event.preventDefault(); }, { passive: false, signal });
  // A finger that pinched has not chosen what it is lifted from. A click without a pointer is a screen reader's, and is meant.
  frame.addEventListener('click', (event) => { if (isGesture && event.detail > 0) event.stopPropagation(); }, { capture: true, signal });
}

/** Keeps the drawing from being smaller than its frame after a phone was turned. The edges of the scrolling are the browser's to keep. */
export function watchSize(frame: HTMLElement, drawing: HTMLElement, pane: Pane, signal: AbortSignal): void {
  const observer = new ResizeObserver(() => {
    const view = pane.view();
    const sizes = pane.sizes();
    if (view.zoom < zoomLeast(sizes)) pane.show(zoomed(view, sizes, view.zoom, center(sizes)));
  });
  observer.observe(frame);
  observer.observe(drawing);
  signal.addEventListener('abort', () => observer.disconnect());
}

function fingersOf(down: ReadonlyMap<number, Point>): Fingers | undefined {
  const [one, other] = down.values();
  if (one === undefined) return undefined;
  return other === undefined ? [one] : [one, other];
}

/** Where the event happened within the frame's border. */
function pointIn(frame: HTMLElement, event: MouseEvent): Point {
  const { left, top } = frame.getBoundingClientRect();
  return { x: event.clientX - left - frame.clientLeft, y: event.clientY - top - frame.clientTop };
}
