import { type KeyboardEvent, type MouseEvent, useRef, useState } from 'react';
import { useRouter } from '@tanstack/react-router';

import styles from './charts.module.css';
import { isPlainClick } from './HrefLink';

export interface Mark {
  key: string;
  /** Said by a screen reader, and shown when the mark is pointed at or focused. */
  readout: string;
  /** The films behind the mark. */
  href: string;
}

type Focusable = Element & { focus(): void };

const STEPS: Record<string, (columns: number) => number> = {
  ArrowRight: () => 1,
  ArrowLeft: () => -1,
  ArrowDown: (columns) => columns,
  ArrowUp: (columns) => -columns,
};

/**
 * Marks of a chart as one stop of the tab key: arrows move among them, Home and End go to the
 * ends, Enter opens. `columns` is how far up and down reach.
 */
export function useMarks(marks: readonly Mark[], columns = 1, first = 0) {
  const router = useRouter();
  const nodes = useRef(new Map<number, Focusable>());
  const [stop, setStop] = useState(first);
  const [active, setActive] = useState<number | null>(null);
  const last = marks.length - 1;
  const reachable = Math.max(0, Math.min(stop, last));

  const moveTo = (index: number) => {
    const next = Math.max(0, Math.min(last, index));
    setStop(next);
    nodes.current.get(next)?.focus();
  };

  const onKeyDown = (event: KeyboardEvent, index: number) => {
    const step = STEPS[event.key];
    if (step) moveTo(index + step(columns));
    else if (event.key === 'Home') moveTo(0);
    else if (event.key === 'End') moveTo(last);
    else return;
    event.preventDefault();
  };

  const open = (event: MouseEvent, href: string) => {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    router.history.push(href);
  };

  const markProps = (index: number) => {
    const mark = marks[index];
    return {
      ref: (node: Focusable | null) => {
        if (node) nodes.current.set(index, node);
        else nodes.current.delete(index);
      },
      href: mark?.href,
      'aria-label': mark?.readout,
      tabIndex: index === reachable ? 0 : -1,
      className: styles.mark,
      'data-active': active === index || undefined,
      onKeyDown: (event: KeyboardEvent) => onKeyDown(event, index),
      onClick: (event: MouseEvent) => mark && open(event, mark.href),
      onPointerEnter: () => setActive(index),
      onPointerLeave: () => setActive(null),
      onFocus: () => {
        setStop(index);
        setActive(index);
      },
      onBlur: () => setActive(null),
    };
  };

  return { active, readout: active === null ? null : (marks[active]?.readout ?? null), markProps };
}
