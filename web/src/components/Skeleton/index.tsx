import styles from './Skeleton.module.css';

interface Props {
  width?: string;
  height?: string;
}

/** Stands where something will stand, in its size. */
export function Skeleton({ width = '100%', height = '1em' }: Props) {
  return <span className={styles.bone} style={{ width, height }} aria-hidden />;
}

export function PosterSkeleton() {
  return <span className={`${styles.bone} ${styles.poster}`} aria-hidden />;
}

export function RowSkeletons({
  count = 6,
  height = '3.5rem',
}: {
  count?: number;
  height?: string;
}) {
  return (
    <div className={styles.rows} aria-hidden>
      {Array.from({ length: count }, (_, at) => (
        <Skeleton key={at} height={height} />
      ))}
    </div>
  );
}
