import { Skeleton } from '@/components/Skeleton';
import knobs from './knobs.module.css';
import styles from './list.module.css';
import ranked from './ranked.module.css';

export function KnobsSkeleton() {
  return (
    <div className={knobs.knobs} aria-hidden>
      <div className={knobs.sliders}>
        {[0, 1, 2].map((at) => (
          <Skeleton key={at} height="5.25rem" />
        ))}
      </div>
      <Skeleton height="2.75rem" />
    </div>
  );
}

export function ListSkeleton({ count = 10 }: { count?: number }) {
  return (
    <div className={styles.columns} aria-hidden>
      <div className={styles.list}>
        {Array.from({ length: count }, (_, at) => (
          <div key={at} className={`${ranked.row} ${styles.item}`}>
            <span className={ranked.place} />
            <span className={ranked.poster}>
              <Skeleton height="10.5rem" />
            </span>
            <span className={ranked.words}>
              <Skeleton height="8rem" />
            </span>
          </div>
        ))}
      </div>
    </div>
  );
}
