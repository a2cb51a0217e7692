import styles from './charts.module.css';

export type Scale = (value: number) => number;

export interface Curve {
  key: string;
  label: string;
  /** Of each candidate; null where there is none. */
  values: (number | null)[];
  /** Half the length of the line through each value. */
  errors?: (number | null)[];
  second?: boolean;
}

/** A line through its points, each with how sure it is. */
export function CurveLine({
  curve,
  ks,
  best,
  named,
  x,
  y,
}: {
  curve: Curve;
  ks: number[];
  best: number | null;
  /** Its name beside its end: not where it is the only one. */
  named: boolean;
  x: Scale;
  y: Scale;
}) {
  const points = ks.flatMap((k, i) => {
    const value = curve.values[i];
    return value == null ? [] : [{ k, value, error: curve.errors?.[i] ?? 0 }];
  });
  const last = points.at(-1);
  const second = curve.second ? '' : undefined;
  return (
    <g aria-hidden="true">
      <polyline
        className={styles.line}
        data-second={second}
        points={points.map(({ k, value }) => `${x(k)},${y(value)}`).join(' ')}
      />
      {points.map(({ k, value, error }) => {
        const peak = k === best && !curve.second ? '' : undefined;
        return (
          <g key={k}>
            {error > 0 && (
              <line
                className={styles.whisker}
                data-peak={peak}
                x1={x(k)}
                x2={x(k)}
                y1={y(value - error)}
                y2={y(value + error)}
              />
            )}
            <circle
              className={styles.point}
              data-peak={peak}
              cx={x(k)}
              cy={y(value)}
              r={curve.second ? 3 : 5}
            />
          </g>
        );
      })}
      {named && last && (
        <text
          className={`${styles.halo} ${curve.second ? '' : styles.strong}`}
          x={x(last.k) + (points.length > 2 ? 20 : 12)}
          y={y(last.value + last.error) - 9}
          textAnchor={points.length > 2 ? 'end' : 'start'}
        >
          {curve.label}
        </text>
      )}
    </g>
  );
}
