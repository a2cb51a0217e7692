import { type ReactNode, useMemo } from 'react';
import { ChartFrame } from '@/components/charts/ChartFrame';
import type { Column, Row } from '@/components/charts';
import { linear, roundTicks, type Span, spanOf } from '../model/scale';
import styles from './charts.module.css';
import { type Curve, CurveLine, type Scale } from './CurveLine';
import { useReadout } from './useReadout';

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

/** Pixels: of a letter and of a line of words. */
const [LETTER, TALL] = [7, 16];
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
            <Axes {...props} ks={all} own={ks} {...{ width, height, x, y, span }} />
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

interface Drawn extends Props {
  /** Those that have been tried; `ks` are all of the axis. */
  own: number[];
  width: number;
  height: number;
  x: Scale;
  y: Scale;
  span: Span;
}

function Axes(props: Drawn) {
  const { ks, own, curves, best, bestLabel, lines = [], format, width, height, x, y, span } = props;
  const foot = height - BOX.bottom;
  const every = Math.ceil((ks.length * 34) / Math.max(1, width - BOX.left));
  const tried = curves.flatMap(({ values }) => values.map((value, at) => ({ k: own[at], value })));
  /** Whether a line's words may stand over it: every second does not, nor where a point would be. */
  const clear = (value: number, label: string, at: number) =>
    at % 2 === 0 &&
    !tried.some(
      (point) =>
        point.k !== undefined &&
        point.value !== null &&
        x(point.k) > width - label.length * LETTER &&
        Math.abs(y(value) - TALL / 2 - y(point.value)) < TALL,
    );
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
          <text
            className={styles.halo}
            x={width}
            y={y(value) + (clear(value, label, i) ? -6 : 16)}
            textAnchor="end"
          >
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
