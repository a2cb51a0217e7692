import type { ReactNode } from 'react';
import { useMemo } from 'react';

import { ChartFrame } from './ChartFrame';
import styles from './charts.module.css';
import type { Column, Row } from './csv';
import { heatmapLayout, type HeatmapLayout } from './calendar';
import { useMarks } from './useMarks';

export interface HeatmapProps {
  title: string;
  sub: string;
  year: number;
  days: Record<string, number>;
  weekStart?: number;
  readout: (day: string, count: number) => string;
  href: (day: string) => string;
  month: (n: number) => string;
  weekday: (n: number) => string;
  columns: Column[];
  rows: Row[];
  controls?: ReactNode;
}

/** A year as a calendar: one square a day, darker with every viewing. */
export function Heatmap(props: HeatmapProps) {
  const { title, sub, year, days, weekStart, readout: say, href, columns, rows, controls } = props;
  // Which days exist does not hang on the width, so the marks may be made before it is known.
  const marks = useMemo(
    () =>
      heatmapLayout(year, days, { width: 800 }).cells.map(({ day, count }) => ({
        key: day,
        readout: say(day, count),
        href: href(day),
      })),
    [year, days, say, href],
  );
  const { readout, markProps } = useMarks(marks, 7);
  return (
    <ChartFrame {...{ title, sub, columns, rows, readout, controls, height: 150 }}>
      {(width) => (
        <Calendar
          layout={heatmapLayout(year, days, { width, weekStart })}
          {...{ title, markProps, month: props.month, weekday: props.weekday }}
        />
      )}
    </ChartFrame>
  );
}

interface CalendarProps {
  layout: HeatmapLayout;
  title: string;
  month: (n: number) => string;
  weekday: (n: number) => string;
  markProps: ReturnType<typeof useMarks>['markProps'];
}

function Calendar({ layout, title, month, weekday, markProps }: CalendarProps) {
  return (
    <svg
      data-chart=""
      className={styles.svg}
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      width={layout.width}
      height={layout.height}
      role="group"
      aria-label={title}
    >
      <g aria-hidden="true">
        {layout.months.map((label) => (
          <text key={label.month} x={label.x} y={label.y}>
            {month(label.month)}
          </text>
        ))}
        {layout.weekdays.map((label) => (
          <text
            key={`${label.weekday} ${label.y}`}
            x={22}
            y={label.y}
            textAnchor="end"
            dominantBaseline="central"
          >
            {weekday(label.weekday)}
          </text>
        ))}
      </g>
      {layout.cells.map((cell, i) => (
        <a key={cell.day.slice(5)} {...markProps(i)}>
          <rect
            className={styles.hit}
            x={cell.x - layout.gap / 2}
            y={cell.y - layout.gap / 2}
            width={layout.cell + layout.gap}
            height={layout.cell + layout.gap}
          />
          <rect
            className={styles.day}
            data-level={cell.level}
            x={cell.x}
            y={cell.y}
            width={layout.cell}
            height={layout.cell}
            rx={1}
          />
        </a>
      ))}
    </svg>
  );
}
