import { ChartFrame } from '@/components/charts/ChartFrame';
import type { Column, Row } from '@/components/charts';
import { linear, roundTicks, spanOf } from '../model/scale';
import type { Measure } from '../model/types';
import styles from './charts.module.css';
import { useReadout } from './useReadout';

export interface Whisker {
  key: string;
  label: string;
  measure: Measure;
  readout: string;
  /** The one that the title speaks of. */
  peak?: boolean;
}

interface Props {
  title: string;
  sub: string;
  data: Whisker[];
  columns: Column[];
  rows: Row[];
  format: (value: number) => string;
}

const ROW = 40;
const FOOT = 28;
const WIDE = 460;
const FIGURE = 56;

/** A dot for each figure and a line for its interval: what lies beside each other may be the same. */
export function Whiskers({ title, sub, data, columns, rows, format }: Props) {
  const { readout, markProps } = useReadout(data.map((datum) => datum.readout));
  const span = spanOf(data.flatMap(({ measure: { low, high, value } }) => [low, high, value]));
  return (
    <ChartFrame
      {...{ title, sub, columns, rows }}
      readout={readout ?? ' '}
      height={data.length * ROW + FOOT}
    >
      {(width) => {
        const beside = width >= WIDE;
        const left = beside ? Math.min(190, width * 0.36) : 4;
        const row = beside ? ROW : ROW + 14;
        const height = data.length * row + FOOT;
        const x = linear(span, left, width - FIGURE);
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
            <g aria-hidden="true">
              {roundTicks(span, beside ? 4 : 3).map((tick) => (
                <g key={tick}>
                  <line
                    className={styles.grid}
                    x1={x(tick)}
                    x2={x(tick)}
                    y1={0}
                    y2={height - FOOT}
                  />
                  <text x={x(tick)} y={height - 8} textAnchor="middle">
                    {format(tick)}
                  </text>
                </g>
              ))}
            </g>
            {data.map((datum, i) => {
              const { measure, peak } = datum;
              const top = i * row;
              const y = beside ? top + row / 2 : top + row - 16;
              const mark = peak ? '' : undefined;
              return (
                <g key={datum.key} className={styles.mark} {...markProps(i)}>
                  <rect
                    className={styles.hit}
                    x={1}
                    y={top + 1}
                    width={width - 2}
                    height={row - 2}
                  />
                  <text
                    className={`${styles.halo} ${peak ? styles.strong : ''}`}
                    x={4}
                    y={beside ? y : top + 18}
                    dominantBaseline={beside ? 'central' : undefined}
                  >
                    {datum.label}
                  </text>
                  <line
                    className={styles.whisker}
                    data-peak={mark}
                    x1={x(measure.low)}
                    x2={x(measure.high)}
                    y1={y}
                    y2={y}
                  />
                  <circle
                    className={styles.dot}
                    data-peak={mark}
                    cx={x(measure.value)}
                    cy={y}
                    r={6}
                  />
                  <text
                    className={styles.strong}
                    x={width - 4}
                    y={y}
                    textAnchor="end"
                    dominantBaseline="central"
                  >
                    {format(measure.value)}
                  </text>
                </g>
              );
            })}
          </svg>
        );
      }}
    </ChartFrame>
  );
}
