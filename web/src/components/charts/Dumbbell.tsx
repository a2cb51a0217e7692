import { ChartFrame } from './ChartFrame';
import styles from './charts.module.css';
import type { Column, Row } from './csv';
import { fitted } from './scale';
import { useMarks } from './useMarks';

export interface DumbbellDatum {
  key: string;
  label: string;
  mine: number;
  others: number;
  readout: string;
  href: string;
}

export interface DumbbellProps {
  title: string;
  sub: string;
  data: DumbbellDatum[];
  mineLabel: string;
  othersLabel: string;
  columns: Column[];
  rows: Row[];
  format: (stars: number) => string;
}

const ROW = 44;
const TOP = 44;
const FROM = 0.5;
const TO = 5;
const WIDE = 560;

/** Two dots a film on the scale of stars: yours and everybody's, and what lies between. */
export function Dumbbell({
  title,
  sub,
  data,
  mineLabel,
  othersLabel,
  columns,
  rows,
  format,
}: DumbbellProps) {
  const { readout, markProps } = useMarks(data);
  const height = TOP + data.length * ROW;
  return (
    <ChartFrame {...{ title, sub, columns, rows, readout, height }}>
      {(width) => {
        const left = width >= WIDE ? Math.min(300, width * 0.38) : 10;
        const x = (stars: number) => left + ((stars - FROM) / (TO - FROM)) * (width - left - 12);
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
              {[1, 2, 3, 4, 5].map((stars) => (
                <g key={stars}>
                  <line
                    className={styles.grid}
                    x1={x(stars)}
                    x2={x(stars)}
                    y1={TOP - 8}
                    y2={height}
                  />
                  <text x={x(stars)} y={TOP - 14} textAnchor="middle">
                    {stars} ★
                  </text>
                </g>
              ))}
              <circle className={styles.dotMine} cx={8} cy={9} r={6} />
              <text x={20} y={14}>
                {mineLabel}
              </text>
              <circle
                className={styles.dotOthers}
                cx={8 + mineLabel.length * 8 + 28}
                cy={9}
                r={5}
              />
              <text x={8 + mineLabel.length * 8 + 40} y={14}>
                {othersLabel}
              </text>
            </g>
            {data.map((datum, i) => (
              <Pair
                key={datum.key}
                {...{ datum, left, x, width, format }}
                y={TOP + i * ROW}
                mark={markProps(i)}
              />
            ))}
          </svg>
        );
      }}
    </ChartFrame>
  );
}

interface PairProps {
  datum: DumbbellDatum;
  y: number;
  x: (stars: number) => number;
  left: number;
  width: number;
  format: (stars: number) => string;
  mark: ReturnType<ReturnType<typeof useMarks>['markProps']>;
}

function Pair({ datum, y, x, left, width, format, mark }: PairProps) {
  const beside = left > 100;
  const middle = beside ? y + ROW / 2 : y + ROW - 14;
  const [a, b] = [x(datum.mine), x(datum.others)];
  const outward = datum.mine >= datum.others ? 1 : -1;
  const room = datum.mine <= 4.7 && datum.mine >= 0.9;
  return (
    <g>
      <a {...mark}>
        <rect className={styles.hit} x={0} y={y} width={width} height={ROW} />
        <rect className={styles.ring} x={1} y={y + 1} width={width - 2} height={ROW - 2} />
        <line className={styles.link} x1={a} x2={b} y1={middle} y2={middle} />
        <circle className={styles.dotOthers} cx={b} cy={middle} r={5} />
        <circle className={styles.dotMine} cx={a} cy={middle} r={6.5} />
      </a>
      <g aria-hidden="true" className={styles.over}>
        <text
          className={styles.name}
          x={beside ? left - 20 : 2}
          y={beside ? middle : y + 14}
          textAnchor={beside ? 'end' : 'start'}
          dominantBaseline={beside ? 'central' : undefined}
        >
          <title>{datum.label}</title>
          {fitted(datum.label, beside ? left - 28 : width - 60)}
        </text>
        <text
          className={styles.value}
          x={room ? a + outward * 12 : (a + b) / 2}
          y={room ? middle : middle - 9}
          textAnchor={room ? (outward > 0 ? 'start' : 'end') : 'middle'}
          dominantBaseline={room ? 'central' : undefined}
        >
          {format(datum.mine)}
        </text>
      </g>
    </g>
  );
}
