import { type ReactNode, useMemo } from 'react';
import { ChartFrame } from '@/components/charts/ChartFrame';
import type { Column, Row } from '@/components/charts';
import { linear, roundTicks, type Span, spanOf } from '../model/scale';
import styles from './charts.module.css';
import { useReadout } from './useReadout';

export interface Curve {
  key: string;
  label: string;
  /** Of each candidate; null where there is none. */
  values: (number | null)[];
  /** Half the length of the line through each value. */
  errors?: (number | null)[];
  second?: boolean;
}

interface Props {
  title: string;
  sub: string;
  ks: number[];
  best: number | null;
  bestLabel: string;
  /** On one scale, that of the first. */
  curves: Curve[];
  /** Dotted lines across, with their words. */
  lines?: { value: number; label: string }[];
  /** All that will be tried: the axis reaches so far from the start. */
  domain?: number[];
  readouts: string[];
  columns: Column[];
  rows: Row[];
  controls?: ReactNode;
  format: (value: number) => string;
  height?: number;
}

const BOX = { top: 30, right: 14, bottom: 34, left: 52 };

/** What each number of factors is worth: a line, and how sure it is. */
export function KChart(props: Props) {
  const { title, sub, ks, curves, lines, readouts, columns, rows, controls, height = 300 } = props;
  const { readout, active, markProps } = useReadout(readouts);
  const span = useMemo(() => reach(curves, lines), [curves, lines]);
  return (
    <ChartFrame {...{ title, sub, columns, rows, controls, height }} readout={readout ?? ' '}>
      {(width) => {
        const all = [...new Set([...ks, ...(props.domain ?? [])])].sort((a, b) => a - b);
        const kSpan = spread(all);
        const x = linear(kSpan, BOX.left + 20, width - BOX.right - 20);
        const y = linear(span, height - BOX.bottom, BOX.top);
        return (
          <svg
            data-chart=""
            className={styles.svg}
            viewBox={`0 0 ${width} ${height}`}
            width={width}
            height={height}
            role="group"
            aria-label={title}
          >
            <Axes {...props} ks={all} {...{ width, height, x, y, span }} />
            {curves.map((curve) => (
              <CurveLine
                key={curve.key}
                {...{ curve, ks, x, y }}
                best={props.best}
                named={curves.length > 1}
              />
            ))}
            {ks.map((k, i) => {
              const half = Math.max(
                12,
                (x(kSpan.high) - x(kSpan.low)) / Math.max(1, all.length) / 2,
              );
              return (
                <g key={k} className={styles.mark} {...markProps(i)}>
                  <rect
                    className={styles.hit}
                    style={{ fillOpacity: 0.5 }}
                    x={x(k) - half}
                    y={BOX.top}
                    width={half * 2}
                    height={height - BOX.top - BOX.bottom}
                  />
                  {active === i && (
                    <line
                      className={styles.grid}
                      x1={x(k)}
                      x2={x(k)}
                      y1={BOX.top}
                      y2={height - BOX.bottom}
                    />
                  )}
                </g>
              );
            })}
          </svg>
        );
      }}
    </ChartFrame>
  );
}

/** From the least to the largest; one alone stands in the middle. */
function spread(ks: number[]): Span {
  const low = Math.min(...ks);
  const high = Math.max(...ks);
  return low === high ? { low: low - 1, high: high + 1 } : { low, high };
}

function reach(curves: Curve[], lines: Props['lines'] = []): Span {
  const all = curves.flatMap(({ values, errors }) =>
    values.flatMap((value, i) => {
      if (value === null) return [];
      const error = errors?.[i] ?? 0;
      return [value - error, value + error];
    }),
  );
  return spanOf([...all, ...lines.map((line) => line.value)]);
}

type Scale = (value: number) => number;
interface Drawn extends Props {
  width: number;
  height: number;
  x: Scale;
  y: Scale;
  span: Span;
}

function Axes({ ks, best, bestLabel, lines = [], format, width, height, x, y, span }: Drawn) {
  const foot = height - BOX.bottom;
  const every = Math.ceil((ks.length * 34) / Math.max(1, width - BOX.left));
  return (
    <g aria-hidden="true">
      {roundTicks(span).map((tick) => (
        <g key={tick}>
          <line className={styles.grid} x1={BOX.left} x2={width} y1={y(tick)} y2={y(tick)} />
          <text x={BOX.left - 8} y={y(tick)} textAnchor="end" dominantBaseline="central">
            {format(tick)}
          </text>
        </g>
      ))}
      {ks.map(
        (k, i) =>
          (i % every === 0 || k === best) && (
            <text
              key={k}
              className={k === best ? styles.found : undefined}
              x={x(k)}
              y={foot + 20}
              textAnchor="middle"
            >
              {k}
            </text>
          ),
      )}
      <text x={BOX.left - 8} y={foot + 20} textAnchor="end">
        K
      </text>
      {lines.map(({ value, label }, i) => (
        <g key={label}>
          <line className={styles.bound} x1={BOX.left} x2={width} y1={y(value)} y2={y(value)} />
          <text className={styles.halo} x={width} y={y(value) + (i % 2 ? 16 : -6)} textAnchor="end">
            {label}
          </text>
        </g>
      ))}
      {best !== null && (
        <text
          className={`${styles.found} ${styles.halo}`}
          x={Math.min(width - 60, Math.max(BOX.left + 40, x(best)))}
          y={16}
          textAnchor="middle"
        >
          {bestLabel}
        </text>
      )}
    </g>
  );
}

function CurveLine({
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
