import type { ReactNode } from 'react';
import { ChartFrame } from '@/components/charts/ChartFrame';
import charts from '@/components/charts/charts.module.css';
import { fitted } from '@/components/charts/scale';
import { useMarks } from '@/components/charts/useMarks';
import { scaleOf, type Account, type Line } from '../model/account';
import { useWords, type Words } from './useWords';
import styles from './waterfall.module.css';

interface Props {
  title: string;
  sub: string;
  account: Account;
  /** What stands beside the sum. */
  sumLabel: string;
  /** What one may do about a line, where it stands. */
  actions?: (line: Line) => ReactNode;
}

const ROW = 48;
const BAR_TOP = 26;
const BAR = 10;
const VALUE = 58;
const HAND = 92;
const LETTER = 7;

/** A score as signed lines, each from where the one before ended, down to the sum. */
export function Waterfall({ title, sub, account, sumLabel, actions }: Props) {
  const words = useWords();
  const { t, figure } = words;
  const marks = account.lines.map((line) => ({
    key: line.key,
    readout: readoutOf(line, account, words),
    href: line.filmId ? `/films/${line.filmId}` : '',
  }));
  const { readout, markProps } = useMarks(marks);
  const height = (account.lines.length + 1) * ROW;
  const rows = [
    ...account.lines.map((line) => ({ line: words.line(line), value: line.shown })),
    { line: sumLabel, value: account.shown },
  ].map(({ line, value }) => ({ line, value: figure(value, account.digits, true) }));
  const columns = [
    { key: 'line', label: t('account.line') },
    { key: 'value', label: t('account.value'), numeric: true },
  ];
  return (
    <ChartFrame {...{ title, sub, columns, rows, readout, height }}>
      {(width) => (
        <div className={styles.waterfall} style={{ height }}>
          <Drawing
            {...{ account, title, sumLabel, height, words, markProps }}
            width={width - (actions ? HAND : 0)}
          />
          {actions &&
            account.lines.map((line, at) => (
              <div key={line.key} className={styles.hands} style={{ top: at * ROW, width: HAND }}>
                {actions(line)}
              </div>
            ))}
        </div>
      )}
    </ChartFrame>
  );
}

/** "Seven Samurai, 5 stars: +0.81 (seen together +0.50, likeness +0.31)". */
function readoutOf(line: Line, account: Account, { t, line: said, figure }: Words): string {
  const value = figure(line.shown, account.digits, true);
  const models = Object.entries(line.byModel).filter(([, part]) => part !== 0);
  if (models.length === 0) return `${said(line)}: ${value}`;
  const parts = models.map(
    ([model, part]) =>
      `${t(`model.${model}`, { defaultValue: model })} ${figure(part, account.digits, true)}`,
  );
  return `${said(line)}: ${value} (${parts.join(', ')})`;
}

interface DrawingProps {
  account: Account;
  title: string;
  sumLabel: string;
  width: number;
  height: number;
  words: Words;
  markProps: ReturnType<typeof useMarks>['markProps'];
}

function Drawing({ account, title, sumLabel, width, height, words, markProps }: DrawingProps) {
  const { at: placed, broken } = scaleOf(account);
  const x = (value: number) => 1 + placed(value) * (width - 2);
  const value = (shown: number) => words.figure(shown, account.digits, true);
  const name = (line: Line) => named(line, width - VALUE, words);
  const foot = account.lines.length * ROW;
  const bars = [...account.lines, { from: 0, to: account.sum }];
  return (
    <svg
      data-chart=""
      className={charts.svg}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="group"
      aria-label={title}
    >
      <line className={charts.grid} x1={x(0)} x2={x(0)} y1={BAR_TOP - 4} y2={height - 8} />
      {account.lines.map((line, at) => (
        <g key={line.key} style={{ transform: `translateY(${at * ROW}px)` }}>
          <LineMark line={line} props={markProps(at)}>
            <rect className={charts.hit} width={width} height={ROW} />
            <text className={`${charts.name} ${styles.name}`} y={17}>
              {name(line)}
            </text>
            <text className={charts.value} x={width} y={17} textAnchor="end">
              {value(line.shown)}
            </text>
            <rect
              className={charts.bar}
              data-peak={at === 0 ? '' : undefined}
              data-less={line.value < 0 ? '' : undefined}
              x={x(Math.min(line.from, line.to))}
              y={BAR_TOP}
              width={Math.max(
                1.5,
                x(Math.max(line.from, line.to)) - x(Math.min(line.from, line.to)),
              )}
              height={BAR}
            />
            <rect className={charts.ring} width={width} height={ROW - 2} y={1} />
          </LineMark>
          <line
            className={styles.step}
            x1={x(line.to)}
            x2={x(line.to)}
            y1={BAR_TOP}
            y2={ROW + BAR_TOP + BAR}
          />
        </g>
      ))}
      <g role="img" aria-label={`${sumLabel}: ${value(account.shown)}`}>
        <line className={charts.base} x1={0} x2={width} y1={foot + 1} y2={foot + 1} />
        <text className={charts.value} y={foot + 18}>
          {fitted(sumLabel, width - VALUE)}
        </text>
        <text className={charts.value} x={width} y={foot + 18} textAnchor="end">
          {words.figure(account.shown, account.digits)}
        </text>
        <rect
          className={styles.sum}
          x={x(Math.min(0, account.sum))}
          y={foot + BAR_TOP}
          width={Math.max(1.5, x(Math.max(0, account.sum)) - x(Math.min(0, account.sum)))}
          height={BAR}
        />
      </g>
      {broken !== null &&
        bars.map(({ from, to }, at) => {
          const cut = placed(Math.min(from, to)) < broken && placed(Math.max(from, to)) > broken;
          return cut && <Cut key={at} x={1 + broken * (width - 2)} y={at * ROW + BAR_TOP} />;
        })}
    </svg>
  );
}

/** A long title is cut, and not the stars after it. */
function named(line: Line, room: number, words: Words): string {
  const whole = words.line(line);
  const tail = (whole.length - line.label.length) * LETTER;
  if (!line.filmId) return fitted(whole, room);
  const short = words.line({ ...line, label: fitted(line.label, room - tail) });
  return fitted(whole, room) === whole ? whole : short;
}

/** Two slanted strokes over a bar that runs beyond the cut of the axis. */
function Cut({ x, y }: { x: number; y: number }) {
  return <path aria-hidden className={styles.cut} d={`M${x - 4} ${y + BAR + 3}l5 -16m4 0l-5 16`} />;
}

/** A line that opens its film, or one that has none and is only read. */
function LineMark({
  line,
  props,
  children,
}: {
  line: Line;
  props: ReturnType<ReturnType<typeof useMarks>['markProps']>;
  children: ReactNode;
}) {
  if (line.filmId) return <a {...props}>{children}</a>;
  const still = { ...props, href: undefined, onClick: undefined };
  return (
    <g {...still} role="img" className={`${props.className} ${styles.still}`}>
      {children}
    </g>
  );
}
