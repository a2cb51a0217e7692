import { type ReactNode, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import styles from './charts.module.css';
import { type Column, fileName, type Row, toCsv } from './csv';
import { saveText, saveSvg, savePng } from './save';
import { useWidth } from './useWidth';

export interface ChartFrameProps {
  /** What the chart found, in words. */
  title: string;
  /** What is measured, with its unit. */
  sub: string;
  columns: Column[];
  rows: Row[];
  /** What is pointed at; null shows the hint. */
  readout: string | null;
  /** Controls of the chart's own, such as a choice of year. */
  controls?: ReactNode;
  height: number;
  children: (width: number) => ReactNode;
}

/** A chart with its finding, its read-out, the table behind it, and the ways to take it along. */
export function ChartFrame(props: ChartFrameProps) {
  const { title, sub, columns, rows, readout, controls, height, children } = props;
  const { t } = useTranslation('charts');
  const [asTable, setAsTable] = useState(false);
  const [body, width] = useWidth<HTMLDivElement>();
  const figure = useRef<HTMLElement>(null);
  const id = useId();

  const drawing = () => figure.current?.querySelector<SVGSVGElement>('[data-chart]') ?? null;
  const save = (kind: 'png' | 'svg') => {
    const svg = drawing();
    if (!svg) return;
    const saved = { svg, title, sub, name: fileName(title) };
    void (kind === 'png' ? savePng(saved) : saveSvg(saved));
  };

  return (
    <figure className={styles.figure} aria-labelledby={id} ref={figure}>
      <div className={styles.head}>
        <h3 className={styles.title} id={id}>
          {title}
        </h3>
        <p className={styles.sub}>{sub}</p>
        {controls}
      </div>
      <div className={styles.body} ref={body} style={{ minHeight: asTable ? undefined : height }}>
        {asTable ? (
          <ChartTable title={title} columns={columns} rows={rows} />
        ) : (
          width > 0 && children(width)
        )}
      </div>
      <div className={styles.foot}>
        <p className={readout ? styles.readout : styles.hint} aria-hidden="true">
          {readout ?? (asTable ? '' : t('hint'))}
        </p>
        <div className={styles.tools} role="group" aria-label={t('tools', { title })}>
          <button
            className={styles.tool}
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            {t('table')}
          </button>
          {!asTable && (
            <>
              <button
                className={styles.tool}
                aria-label={t('save', { kind: 'PNG' })}
                onClick={() => save('png')}
              >
                PNG
              </button>
              <button
                className={styles.tool}
                aria-label={t('save', { kind: 'SVG' })}
                onClick={() => save('svg')}
              >
                SVG
              </button>
            </>
          )}
          <button
            className={styles.tool}
            aria-label={t('save', { kind: 'CSV' })}
            onClick={() => saveText(toCsv(columns, rows), `${fileName(title)}.csv`, 'text/csv')}
          >
            CSV
          </button>
        </div>
      </div>
    </figure>
  );
}

function ChartTable({ title, columns, rows }: { title: string; columns: Column[]; rows: Row[] }) {
  return (
    <div className={styles.tableWrap} tabIndex={0} role="region" aria-label={title}>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={column.numeric ? styles.number : undefined}
              >
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {columns.map((column) => (
                <td key={column.key} className={column.numeric ? styles.number : undefined}>
                  {row[column.key] ?? '–'}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
