import styles from './meter.module.css';

/** A part done; without one, that something goes on. */
export function Meter({ part, label }: { part: number | null; label: string }) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={part === null ? undefined : Math.round(part * 100)}
      className={styles.meter}
      data-open={part === null || undefined}
    >
      <span style={part === null ? undefined : { transform: `scaleX(${part})` }} />
    </div>
  );
}
