import { useEffect, useRef, useState } from 'react';

const LASTS = 250; // ms

/** Count from the old value to the new; at once where less motion is asked for. */
export function useCount(value: number): number {
  const [shown, setShown] = useState(value);
  const from = useRef(value);
  useEffect(() => {
    const start = from.current;
    from.current = value;
    if (start === value) return;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      const now = requestAnimationFrame(() => setShown(value));
      return () => cancelAnimationFrame(now);
    }
    const began = performance.now();
    let frame = requestAnimationFrame(function step(now: number) {
      const part = Math.min(1, Math.max(0, (now - began) / LASTS));
      setShown(start + (value - start) * (1 - (1 - part) ** 3));
      if (part < 1) frame = requestAnimationFrame(step);
      else setShown(value);
    });
    return () => cancelAnimationFrame(frame);
  }, [value]);
  return shown;
}
