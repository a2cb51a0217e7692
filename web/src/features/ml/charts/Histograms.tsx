import { ChartFrame } from '@/components/charts/ChartFrame';
import { bands, ticks } from '@/components/charts/scale';
import type { Column, Row } from '@/components/charts';
import styles from './charts.module.css';
import { useReadout } from './useReadout';

export interface Bin {
  label: string;
  /** Shares of all, 0 to 1. */
  before: number;
  now: number;
  readout: string;
}

interface Props {
  title: string;
  sub: string;
  bins: Bin[];
  labels: { before: string; now: string };
  columns: Column[];
  rows: Row[];
  percent: (share: number) => string;
}

const BOX = { top: 34, bottom: 26, left: 46 };
const HEIGHT = 240;

/** Two distributions, one laid over the other: what was learnt from, and what came since. */
export function Histograms({ title, sub, bins, labels, columns, rows, percent }: Props) {
  const { readout, markProps } = useReadout(bins.map((bin) => bin.readout));
  const most = Math.max(0.01, ...bins.flatMap((bin) => [bin.before, bin.now]));
  const scale = ticks(most * 100).map((value) => value / 100);
  const top = scale.at(-1) ?? 1;
  const foot = HEIGHT - BOX.bottom;
  const y = (share: number) => foot - (share / top) * (foot - BOX.top);
  return (
    <ChartFrame {...{ title, sub, columns, rows }} readout={readout ?? ' '} height={HEIGHT}>
      {(width) => {
        const places = bands(bins.length, width - BOX.left, 0.22, 90);
        const step = (width - BOX.left) / bins.length;
        const key = labels.before.length * 7.5 + 48;
        return (
          <svg
            data-chart=""
            className={styles.svg}
            viewBox={`0 0 ${width} ${HEIGHT}`}
            width={width}
            height={HEIGHT}
            role="group"
            aria-label={title}
          >
            <g aria-hidden="true">
              <rect className={styles.before} x={1} y={3} width={14} height={11} />
              <text x={22} y={14}>
                {labels.before}
              </text>
              <rect className={styles.now} x={key} y={3} width={14} height={11} />
              <text x={key + 21} y={14}>
                {labels.now}
              </text>
              {scale.map((share, i) => (
                <g key={share}>
                  <line
                    className={i === 0 ? styles.base : styles.grid}
                    x1={BOX.left}
                    x2={width}
                    y1={y(share)}
                    y2={y(share)}
                  />
                  <text x={BOX.left - 8} y={y(share)} textAnchor="end" dominantBaseline="central">
                    {percent(share)}
                  </text>
                </g>
              ))}
            </g>
            {bins.map((bin, i) => {
              const place = places[i];
              if (!place) return null;
              const left = BOX.left + place.x;
              const inner = place.width * 0.56;
              return (
                <g key={bin.label} className={styles.mark} {...markProps(i)}>
                  <rect
                    className={styles.hit}
                    x={BOX.left + step * i}
                    y={BOX.top}
                    width={step}
                    height={foot - BOX.top}
                  />
                  <rect
                    className={styles.now}
                    x={left + (place.width - inner) / 2}
                    y={y(bin.now)}
                    width={inner}
                    height={foot - y(bin.now)}
                  />
                  <rect
                    className={styles.before}
                    x={left}
                    y={y(bin.before)}
                    width={place.width}
                    height={foot - y(bin.before)}
                  />
                  <text x={BOX.left + place.center} y={HEIGHT - 8} textAnchor="middle">
                    {bin.label}
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
