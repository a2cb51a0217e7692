/** The numbers behind a chart, as text that spreadsheets open. Pure. */

export interface Column {
  key: string;
  label: string;
  /** Numbers stand to the right, with tabular figures. */
  numeric?: boolean;
}

export type Row = Record<string, string | number | null>;

/** RFC 4180, with the quotes it needs; a cell that a spreadsheet would run as a formula is tamed. */
export function toCsv(columns: readonly Column[], rows: readonly Row[]): string {
  const lines = [columns.map((column) => cell(column.label))];
  for (const row of rows) lines.push(columns.map((column) => cell(row[column.key] ?? null)));
  return `${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const tame = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}

/** A file name from a title: "Il 2024, mese per mese" → "il-2024-mese-per-mese". */
export function fileName(title: string): string {
  return (
    title
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 80) || 'chart'
  );
}
