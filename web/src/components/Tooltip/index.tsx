import {
  cloneElement,
  useEffect,
  useState,
  type CSSProperties,
  type ReactElement,
  type ReactNode,
} from 'react';
import { createPortal } from 'react-dom';
import styles from './Tooltip.module.css';

/** A word on what is pointed at. For the eye only: the thing itself must carry its label. */
export function Tip({ label, children }: { label: string; children: ReactElement }) {
  return cloneElement(children, { 'data-tip': label } as object);
}

interface Shown {
  label: string;
  style: CSSProperties;
}

const WAIT_MS = 450;
const ROOM_BELOW = 64;

function place(target: HTMLElement): Shown {
  const box = target.getBoundingClientRect();
  const below = box.bottom + ROOM_BELOW < window.innerHeight;
  const middle = Math.min(Math.max(box.left + box.width / 2, 80), window.innerWidth - 80);
  const style = below
    ? { left: middle, top: box.bottom + 6 }
    : { left: middle, bottom: window.innerHeight - box.top + 6 };
  return { label: target.dataset.tip ?? '', style };
}

/** One tip for the whole page, where the pointer rests or the keys have come to. */
export function TipProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = () => {
      clearTimeout(timer);
      setShown(null);
    };
    const point = (event: Event) => {
      hide();
      const target = event.target instanceof Element ? event.target.closest('[data-tip]') : null;
      if (!(target instanceof HTMLElement)) return;
      if (event.type === 'focusin' && !target.matches(':focus-visible')) return;
      timer = setTimeout(() => target.isConnected && setShown(place(target)), WAIT_MS);
    };
    document.addEventListener('pointerover', point);
    document.addEventListener('focusin', point);
    for (const kind of ['pointerdown', 'keydown', 'scroll']) {
      document.addEventListener(kind, hide, { capture: true, passive: true });
    }
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointerover', point);
      document.removeEventListener('focusin', point);
      for (const kind of ['pointerdown', 'keydown', 'scroll']) {
        document.removeEventListener(kind, hide, { capture: true });
      }
    };
  }, []);
  return (
    <>
      {children}
      {shown &&
        createPortal(
          <div className={styles.tip} style={shown.style} aria-hidden>
            {shown.label}
          </div>,
          document.body,
        )}
    </>
  );
}
