import { useInfiniteQuery } from '@tanstack/react-query';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RowSkeletons } from '@/components/Skeleton';
import { rowsOptions } from '../api/imports';
import type { RowFilter } from '../model/types';
import { Row } from './Row';
import styles from './rows.module.css';

const TALL = { doubtful: 330, conflict: 150 };

/** Thousands of rows, a screenful of them in the page. */
export function RowList({ id, filter, open }: { id: string; filter: RowFilter; open: boolean }) {
  const { t } = useTranslation('transfer');
  const { data, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    rowsOptions(id, filter),
  );
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  const total = Math.max(data?.pages[0]?.total ?? 0, rows.length);
  const list = useRef<HTMLUListElement>(null);
  const [above, setAbove] = useState(0);
  useLayoutEffect(() => {
    const box = list.current?.getBoundingClientRect();
    if (box) setAbove(box.top + window.scrollY);
  }, [isPending]);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => (filter === 'doubtful' || filter === 'conflict' ? TALL[filter] : 84),
    getItemKey: (at) => rows[at]?.row_id ?? at,
    overscan: 6,
    scrollMargin: above,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= rows.length - 20) void fetchNextPage();
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (isPending) return <RowSkeletons count={6} height="4.5rem" />;
  if (rows.length === 0) return <p className={styles.none}>{t('rows.none')}</p>;
  return (
    <ul ref={list} className={styles.list} style={{ height: virtual.getTotalSize() }}>
      {items.map((item) => {
        const row = rows[item.index];
        return (
          row && (
            <li
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              aria-setsize={total}
              aria-posinset={item.index + 1}
              style={{ transform: `translateY(${item.start - above}px)` }}
            >
              <Row id={id} row={row} filter={filter} open={open} />
            </li>
          )
        );
      })}
    </ul>
  );
}
