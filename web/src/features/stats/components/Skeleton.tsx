import styles from './skeleton.module.css';

/** The shape of what is coming, at its size. */
export function Skeleton({ kind }: { kind: 'chart' | 'line' | 'title' }) {
  return <div className={styles[kind]} aria-hidden="true" />;
}
