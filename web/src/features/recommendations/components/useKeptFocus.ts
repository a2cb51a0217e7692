import { useEffect, useRef, type RefObject } from 'react';

/**
 * An item that goes away under the hand leaves the hand on the one that takes its place. Items
 * carry `data-at`; `target` is what takes the focus in them.
 */
export function useKeptFocus(
  list: RefObject<HTMLElement | null>,
  items: unknown,
  target: string,
): void {
  const last = useRef<string | null>(null);
  useEffect(() => {
    const note = () => {
      const item = document.activeElement?.closest<HTMLElement>('[data-at]');
      last.current = item && list.current?.contains(item) ? (item.dataset.at ?? null) : null;
    };
    document.addEventListener('focusin', note);
    return () => document.removeEventListener('focusin', note);
  }, [list]);
  useEffect(() => {
    if (last.current === null || document.activeElement !== document.body) return;
    const all = [...(list.current?.querySelectorAll<HTMLElement>('[data-at]') ?? [])];
    const next = all[Math.min(Number(last.current), all.length - 1)];
    next?.querySelector<HTMLElement>(target)?.focus();
  }, [list, items, target]);
}
