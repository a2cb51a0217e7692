import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { type Placed, type View, WHOLE, zoomed } from './map';

const WHEEL = 0.0016;
const A_DRAG = 4; // px: less is a click with an unsteady hand

/** What part of a map is seen: dragged, zoomed by the wheel (once it has the focus) and by steps. */
export function useView(box: RefObject<HTMLElement | null>) {
  const [view, setView] = useState<View>(WHOLE);
  const held = useRef<{ from: Placed; view: View; moved: boolean } | null>(null);

  // React listens to the wheel passively, and would let the page scroll beneath.
  useEffect(() => {
    const node = box.current;
    if (!node) return;
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !node.contains(document.activeElement)) return;
      event.preventDefault();
      const { left, top } = node.getBoundingClientRect();
      const at = { x: event.clientX - left, y: event.clientY - top };
      setView((now) => zoomed(now, Math.exp(-event.deltaY * WHEEL), at));
    };
    node.addEventListener('wheel', wheel, { passive: false });
    return () => node.removeEventListener('wheel', wheel);
  }, [box]);

  return {
    view,
    /** About the middle; 0 shows the whole. */
    zoomBy: (by: number) => {
      const { clientWidth: width = 0, clientHeight: height = 0 } = box.current ?? {};
      setView((now) => (by === 0 ? WHOLE : zoomed(now, by, { x: width / 2, y: height / 2 })));
    },
    take: (event: PointerEvent) => {
      held.current = { from: { x: event.clientX, y: event.clientY }, view, moved: false };
    },
    /** Carry the map along; false when nothing is carried. */
    carry: (event: PointerEvent): boolean => {
      const now = held.current;
      if (!now || event.buttons === 0) return false;
      const x = event.clientX - now.from.x;
      const y = event.clientY - now.from.y;
      if (!now.moved && Math.hypot(x, y) < A_DRAG) return false;
      if (!now.moved) event.currentTarget.setPointerCapture(event.pointerId);
      now.moved = true;
      setView({ ...now.view, x: now.view.x + x, y: now.view.y + y });
      return true;
    },
    /** Let go; returns whether it was a click and not a drag. */
    release: (): boolean => {
      const clicked = held.current?.moved === false;
      held.current = null;
      return clicked;
    },
  };
}
