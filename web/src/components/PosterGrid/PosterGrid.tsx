import { useWindowVirtualizer } from '@tanstack/react-virtual';
import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type ReactNode,
  type RefObject,
} from 'react';
import type { PosterSubject } from '../Poster';
import { PosterSkeleton } from '../Skeleton';
import { PosterCell } from './PosterCell';
import styles from './PosterGrid.module.css';

interface Props<T> {
  items: readonly T[];
  film: (item: T) => PosterSubject;
  /** Under the poster: stars, a date. One line. */
  caption?: (item: T) => ReactNode;
  /** How many there are in all, when more can be fetched. */
  total?: number;
  onMore?: () => void;
  label: string;
}

const LEAST = 112;
const LEAST_WIDE = 156;
const GAP = 16;
const CAPTION = 30;

interface Measure {
  columns: number;
  row: number;
  top: number;
}

function useMeasure(box: RefObject<HTMLElement | null>, captioned: boolean): Measure {
  const [measure, setMeasure] = useState<Measure>({ columns: 6, row: 280, top: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const read = () => {
      const width = element.clientWidth;
      const least = width < 640 ? LEAST - 12 : LEAST_WIDE;
      const columns = Math.max(2, Math.floor((width + GAP) / (least + GAP)));
      const poster = (width - GAP * (columns - 1)) / columns;
      const top = element.getBoundingClientRect().top + window.scrollY;
      setMeasure({ columns, row: poster * 1.5 + GAP + (captioned ? CAPTION : 0), top });
    };
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box, captioned]);
  return measure;
}

/** Posters in rows that are drawn only while they are near the window; thousands scroll freely. */
export function PosterGrid<T>({ items, film, caption, total, onMore, label }: Props<T>) {
  const box = useRef<HTMLUListElement>(null);
  const { columns, row, top } = useMeasure(box, caption !== undefined);
  const count = Math.ceil(
    Math.max(items.length, Math.min(total ?? 0, items.length + columns)) / columns,
  );
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => row,
    overscan: 2,
    scrollMargin: top,
  });
  const rows = virtual.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => virtual.measure(), [virtual, row, columns]);
  useEffect(() => {
    if ((last + 2) * columns >= items.length) onMore?.();
  }, [last, columns, items.length, onMore]);

  return (
    <ul
      ref={box}
      className={styles.grid}
      style={{ height: virtual.getTotalSize() }}
      aria-label={label}
    >
      {rows.flatMap(({ index, start }) =>
        Array.from({ length: columns }, (_, column) => {
          const at = index * columns + column;
          const item = items[at];
          if (!item && at >= (total ?? 0)) return null;
          return (
            <li
              key={at}
              className={styles.cell}
              aria-setsize={total ?? items.length}
              aria-posinset={at + 1}
              style={{
                width: `calc((100% - ${GAP * (columns - 1)}px) / ${columns})`,
                insetInlineStart: `calc((100% + ${GAP}px) / ${columns} * ${column})`,
                transform: `translateY(${start - top}px)`,
              }}
            >
              {item ? (
                <PosterCell film={film(item)} compact={row < 230}>
                  {caption?.(item)}
                </PosterCell>
              ) : (
                <PosterSkeleton />
              )}
            </li>
          );
        }),
      )}
    </ul>
  );
}
