import { ChartFrame } from './ChartFrame';
import styles from './charts.module.css';
import type { Column, Row } from './csv';
import { fitted } from './scale';
import type { RankedDatum } from './RankedList';
import { useMarks } from './useMarks';

export interface RankedChartProps {
  title: string;
  sub: string;
  data: RankedDatum[];
  columns: Column[];
  rows: Row[];
}

const ROW = 40;

/** A ranking as a drawing that can be saved: name and figure over a bar from zero. */
export function RankedChart({ title, sub, data, columns, rows }: RankedChartProps) {
  const marks = data.map((datum) => ({ key: datum.key, readout: datum.said, href: datum.href }));
  const { readout, markProps } = useMarks(marks);
  const height = data.length * ROW;
  return (
    <ChartFrame {...{ title, sub, columns, rows, readout, height }}>
      {(width) => (
        <svg
          data-chart=""
          className={styles.svg}
          viewBox={`0 0 ${width} ${height}`}
          width={width}
          height={height}
          role="group"
          aria-label={title}
        >
          {data.map((datum, i) => {
            const y = i * ROW;
            return (
              <a key={datum.key} {...markProps(i)}>
                <rect className={styles.hit} x={0} y={y} width={width} height={ROW} />
                <rect className={styles.ring} x={1} y={y + 1} width={width - 2} height={ROW - 2} />
                <rect
                  className={styles.bar}
                  data-peak={i === 0 && !datum.colour ? '' : undefined}
                  style={datum.colour ? { fill: datum.colour } : undefined}
                  x={0}
                  y={y + 30}
                  height={4}
                  width={Math.max(1, datum.share * width)}
                />
              </a>
            );
          })}
          <g aria-hidden="true" className={styles.over}>
            {data.map((datum, i) => {
              const y = i * ROW;
              const figure = datum.note ? `${datum.shown} · ${datum.note}` : datum.shown;
              return (
                <g key={datum.key}>
                  <text className={styles.name} x={0} y={y + 22}>
                    <title>{datum.label}</title>
                    {fitted(datum.label, width - figure.length * 8 - 16)}
                  </text>
                  <text className={styles.value} x={width} y={y + 22} textAnchor="end">
                    {figure}
                  </text>
                </g>
              );
            })}
          </g>
        </svg>
      )}
    </ChartFrame>
  );
}
