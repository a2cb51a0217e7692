import { describe, expect, it } from 'vitest';

import { heatmapLayout, level } from './calendar';
import { fileName, toCsv } from './csv';
import { bands, fitted, labelStep, ticks } from './scale';

describe('calendar of a year', () => {
  it('has every day once, leap days too', () => {
    const { cells } = heatmapLayout(2024, {}, { width: 900 });
    expect(cells).toHaveLength(366);
    expect(new Set(cells.map((cell) => cell.day)).size).toBe(366);
  });

  it('puts a Monday on top, or a Sunday where the week begins with it', () => {
    const y = (weekStart: number, day: string) => {
      const { cells } = heatmapLayout(2024, {}, { width: 900, weekStart });
      return cells.find((cell) => cell.day === day)?.y;
    };
    expect(y(1, '2024-01-01')).toBe(y(1, '2024-07-01'));
    expect(y(7, '2024-01-07')).toBe(y(1, '2024-01-01'));
  });

  it('is one band when wide and two when narrow, and never wider than its place', () => {
    const wide = heatmapLayout(2024, {}, { width: 1200 });
    const narrow = heatmapLayout(2024, {}, { width: 320 });
    expect(narrow.height).toBeGreaterThan(wide.height);
    expect(narrow.width).toBeLessThanOrEqual(320);
    expect(Math.max(...narrow.cells.map((cell) => cell.x)) + narrow.cell).toBeLessThanOrEqual(320);
  });

  it('does not overlap days', () => {
    const { cells } = heatmapLayout(2023, {}, { width: 400 });
    expect(new Set(cells.map((cell) => `${cell.x} ${cell.y}`)).size).toBe(365);
  });

  it('darkens up to four', () => {
    expect([0, 1, 3, 4, 12].map(level)).toEqual([0, 1, 3, 4, 4]);
  });
});

describe('csv', () => {
  const columns = [
    { key: 'name', label: 'Name' },
    { key: 'n', label: 'Films', numeric: true },
  ];

  it('quotes what needs it', () => {
    expect(toCsv(columns, [{ name: 'Le "notti", bianche', n: 2.5 }])).toBe(
      'Name,Films\r\n"Le ""notti"", bianche",2.5\r\n',
    );
  });

  it('leaves what is missing empty and tames formulas', () => {
    expect(toCsv(columns, [{ name: '=HYPERLINK(1)', n: null }])).toBe(
      "Name,Films\r\n'=HYPERLINK(1),\r\n",
    );
  });

  it('makes a file name of a title', () => {
    expect(fileName('La domenica è il tuo giorno: 44%')).toBe('la-domenica-e-il-tuo-giorno-44');
    expect(fileName('「」')).toBe('chart');
  });
});

describe('scale', () => {
  it('takes round ticks that reach the highest value', () => {
    expect(ticks(337)).toEqual([0, 200, 400]);
    expect(ticks(1)).toEqual([0, 1]);
    expect(ticks(0)).toEqual([0, 1]);
  });

  it('divides a length without overlap', () => {
    const [first, second] = bands(2, 100);
    expect((first?.x ?? 0) + (first?.width ?? 0)).toBeLessThanOrEqual(second?.x ?? 0);
  });

  it('steps over labels that would touch', () => {
    expect(labelStep(12, 600, 40)).toBe(1);
    expect(labelStep(12, 240, 40)).toBe(2);
  });

  it('cuts a label that is too long', () => {
    expect(fitted('Il gabinetto del dottor Caligari', 100)).toMatch(/…$/);
    expect(fitted('8½', 100)).toBe('8½');
  });
});
