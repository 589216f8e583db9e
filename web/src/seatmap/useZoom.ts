import { useCallback, useEffect, useRef } from 'react';

import { paneOf, step, watchFingers, watchSize, watchWheel, type Pane, type ZoomStep } from './pane';

/**
 * Lets a drawing be zoomed within its frame. The zoom is no state of React's, as a scroll position is none: fingers change it sixty
 * times a second. An effect, since React listens to wheels and touches in a way that cannot keep the browser from zooming the page.
 */
export function useZoom() {
  const frame = useRef<HTMLDivElement>(null);
  const drawing = useRef<HTMLDivElement>(null);
  const pane = useRef<Pane>(undefined);
  useEffect(() => {
    if (frame.current === null || drawing.current === null) return undefined;
    const stop = new AbortController();
    const made = paneOf(frame.current, drawing.current);
    pane.current = made;
    watchWheel(frame.current, made, stop.signal);
    watchFingers(frame.current, made, stop.signal);
    watchSize(frame.current, drawing.current, made, stop.signal);
    return () => stop.abort();
  }, []);
  const onZoom = useCallback((to: ZoomStep) => {
    if (pane.current !== undefined) step(pane.current, to);
  }, []);
  return { frame, drawing, onZoom };
}
