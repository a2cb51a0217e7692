import { ChartFrame } from './ChartFrame';
import styles from './charts.module.css';
import type { Column, Row } from './csv';
import { bands, labelStep, ticks } from './scale';
import { useMarks } from './useMarks';

export interface BarDatum {
  key: string;
  /** Under the bar. */
  label: string;
  value: number;
  /** Over the bar; when there is no room only the peak's is drawn. */
  shown: string;
  readout: string;
  href: string;
  /** A period that still runs: drawn lighter. */
  open?: boolean;
}

export interface BarChartProps {
  title: string;
  sub: string;
  /** Beside the highest tick: "viewings". */
  unit: string;
  data: BarDatum[];
  columns: Column[];
  rows: Row[];
  height?: number;
  format: (n: number) => string;
}

const TOP = 26;
const BOTTOM = 26;
const TICK = 40;

/** Bars from zero, one accented: the one that the title speaks of. */
export function BarChart({
  title,
  sub,
  unit,
  data,
  columns,
  rows,
  height = 220,
  format,
}: BarChartProps) {
  const { readout, markProps } = useMarks(data);
  return (
    <ChartFrame {...{ title, sub, columns, rows, readout, height }}>
      {(width) => <Bars {...{ width, height, data, unit, format, title, markProps }} />}
    </ChartFrame>
  );
}

interface BarsProps {
  width: number;
  height: number;
  data: BarDatum[];
  unit: string;
  title: string;
  format: (n: number) => string;
  markProps: ReturnType<typeof useMarks>['markProps'];
}

function Bars({ width, height, data, unit, title, format, markProps }: BarsProps) {
  const most = Math.max(0, ...data.map((datum) => datum.value));
  const scale = ticks(most);
  const top = scale[scale.length - 1] ?? 1;
  const inner = { left: TICK, width: width - TICK, height: height - TOP - BOTTOM };
  const y = (value: number) => TOP + inner.height * (1 - value / top);
  const places = bands(data.length, inner.width);
  const step = inner.width / Math.max(1, data.length);
  const longest = Math.max(...data.map((datum) => datum.label.length));
  const every = labelStep(data.length, inner.width, longest * 7.5 + 8);
  const valuesFit = step >= Math.max(...data.map((datum) => datum.shown.length)) * 7.5 + 4;
  const isPeak = (datum: BarDatum) => datum.value === most && most > 0;
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
        {scale.map((value, i) => (
          <g key={value}>
            <line
              className={i === 0 ? styles.base : styles.grid}
              x1={TICK}
              x2={width}
              y1={y(value)}
              y2={y(value)}
            />
            <text x={TICK - 8} y={y(value)} textAnchor="end" dominantBaseline="central">
              {format(value)}
            </text>
          </g>
        ))}
        <text x={0} y={10}>
          {unit}
        </text>
      </g>
      {data.map((datum, i) => {
        const place = places[i];
        if (!place) return null;
        const x = inner.left + place.x;
        return (
          <a key={datum.key} {...markProps(i)}>
            <rect
              className={styles.hit}
              x={inner.left + place.center - step / 2}
              y={TOP}
              width={step}
              height={inner.height}
            />
            <rect
              className={styles.bar}
              data-peak={isPeak(datum) ? '' : undefined}
              data-open={datum.open ? '' : undefined}
              x={x}
              y={y(datum.value)}
              width={place.width}
              height={y(0) - y(datum.value)}
            />
            <rect
              className={styles.ring}
              x={inner.left + place.center - step / 2}
              y={TOP}
              width={step}
              height={inner.height}
            />
          </a>
        );
      })}
      <g aria-hidden="true" className={styles.over}>
        {data.map((datum, i) => {
          const place = places[i];
          if (!place) return null;
          return (
            <g key={datum.key}>
              {datum.value > 0 && (valuesFit || isPeak(datum)) && (
                <text
                  className={styles.value}
                  textAnchor="middle"
                  style={{
                    transform: `translate(${inner.left + place.center}px, ${y(datum.value) - 7}px)`,
                  }}
                >
                  {datum.shown}
                </text>
              )}
              {i % every === 0 && (
                <text x={inner.left + place.center} y={height - 8} textAnchor="middle">
                  {datum.label}
                </text>
              )}
            </g>
          );
        })}
      </g>
    </svg>
  );
}
