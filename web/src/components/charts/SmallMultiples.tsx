import { ChartFrame } from './ChartFrame';
import styles from './charts.module.css';
import type { Column, Row } from './csv';
import { bands, ticks } from './scale';
import { useMarks } from './useMarks';

export interface Panel {
  key: string;
  label: string;
  note: string;
  href: string;
  data: { key: string; value: number; readout: string; href: string }[];
}

export interface SmallMultiplesProps {
  title: string;
  sub: string;
  panels: Panel[];
  /** Under the first, a middle and the last bar of every panel. */
  ends: string[];
  columns: Column[];
  rows: Row[];
}

const LEAST = 130;
const WIDEST = 360;
const GUTTER = 24;
const HEAD = 24;
const BARS = 72;
const FOOT = 28;
const PANEL = HEAD + BARS + FOOT;

/** The same small chart for every panel, all on one scale, so that heights can be compared. */
export function SmallMultiples({ title, sub, panels, ends, columns, rows }: SmallMultiplesProps) {
  const marks = panels.flatMap((panel) => panel.data);
  const perPanel = panels[0]?.data.length ?? 1;
  const { readout, active, markProps } = useMarks(
    marks,
    perPanel,
    Math.max(0, marks.length - perPanel),
  );
  const most = Math.max(1, ...marks.map((mark) => mark.value));
  const top = ticks(most, 2).at(-1) ?? most;
  return (
    <ChartFrame {...{ title, sub, columns, rows, readout, height: PANEL }}>
      {(width) => {
        const across = Math.max(
          1,
          Math.min(panels.length, Math.floor((width + GUTTER) / (LEAST + GUTTER))),
        );
        const panelWidth = Math.min(WIDEST, (width - (across - 1) * GUTTER) / across);
        const height = Math.ceil(panels.length / across) * PANEL - 6;
        const places = bands(perPanel, panelWidth, 0.22);
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
            {panels.map((panel, p) => {
              const left = (p % across) * (panelWidth + GUTTER);
              const base = Math.floor(p / across) * PANEL + HEAD + BARS;
              return (
                <g key={panel.key}>
                  <text className={styles.value} x={left} y={base - BARS - 8} aria-hidden="true">
                    {panel.label}
                  </text>
                  <text
                    x={left + panelWidth}
                    y={base - BARS - 8}
                    textAnchor="end"
                    aria-hidden="true"
                  >
                    {panel.note}
                  </text>
                  <line
                    className={styles.base}
                    x1={left}
                    x2={left + panelWidth}
                    y1={base}
                    y2={base}
                  />
                  {panel.data.map((datum, i) => {
                    const index = p * perPanel + i;
                    const place = places[i];
                    const tall = (datum.value / top) * BARS;
                    return (
                      place && (
                        <a key={datum.key} {...markProps(index)}>
                          <rect
                            className={styles.hit}
                            x={left + place.center - panelWidth / perPanel / 2}
                            y={base - BARS}
                            width={panelWidth / perPanel}
                            height={BARS}
                          />
                          <rect
                            className={styles.bar}
                            data-peak={datum.value === most || active === index ? '' : undefined}
                            x={left + place.x}
                            width={place.width}
                            y={base - tall}
                            height={tall}
                          />
                        </a>
                      )
                    );
                  })}
                  {ends.map((label, i) => {
                    const at = ends.length > 1 ? i / (ends.length - 1) : 0;
                    return (
                      <text
                        key={label + i}
                        x={left + at * panelWidth}
                        y={base + 16}
                        textAnchor={i === 0 ? 'start' : i === ends.length - 1 ? 'end' : 'middle'}
                        aria-hidden="true"
                      >
                        {label}
                      </text>
                    );
                  })}
                </g>
              );
            })}
          </svg>
        );
      }}
    </ChartFrame>
  );
}
