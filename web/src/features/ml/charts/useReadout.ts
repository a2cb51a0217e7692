import { type KeyboardEvent, useRef, useState } from 'react';

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Marks that open nothing but are read out: one stop of the tab key, arrows move among them. */
export function useReadout(labels: readonly string[]) {
  const nodes = useRef(new Map<number, SVGGElement>());
  const [stop, setStop] = useState(0);
  const [active, setActive] = useState<number | null>(null);
  const last = labels.length - 1;

  const onKeyDown = (event: KeyboardEvent, index: number) => {
    const ends: Record<string, number> = { Home: 0, End: last };
    const wanted = ends[event.key] ?? index + (STEPS[event.key] ?? NaN);
    if (Number.isNaN(wanted)) return;
    nodes.current.get(Math.max(0, Math.min(last, wanted)))?.focus();
    event.preventDefault();
  };

  const markProps = (index: number) => ({
    ref: (node: SVGGElement | null) => {
      if (node) nodes.current.set(index, node);
      else nodes.current.delete(index);
    },
    role: 'img',
    'aria-label': labels[index],
    tabIndex: index === Math.min(stop, Math.max(0, last)) ? 0 : -1,
    onKeyDown: (event: KeyboardEvent) => onKeyDown(event, index),
    onPointerEnter: () => setActive(index),
    onPointerLeave: () => setActive(null),
    onFocus: () => {
      setStop(index);
      setActive(index);
    },
    onBlur: () => setActive(null),
  });

  return { active, readout: active === null ? null : (labels[active] ?? null), markProps };
}
