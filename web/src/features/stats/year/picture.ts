/** A year as a picture to send: our own SVG, self-contained, in the two shapes that are asked for. */

export interface PictureText {
  year: number;
  /** "Il mio anno al cinema". */
  title: string;
  figures: { value: string; label: string }[];
  facts: { label: string; value: string }[];
  months: { label: string; value: number }[];
}

export interface Inks {
  paper: string;
  ink: string;
  ink2: string;
  line: string;
  accent: string;
}

export type Shape = 'tall' | 'wide';

export const SIZES: Record<Shape, { width: number; height: number }> = {
  tall: { width: 1080, height: 1920 },
  wide: { width: 1200, height: 630 },
};

const DISPLAY = "Archivo, 'Arial Narrow', Arial, sans-serif";
const TEXT = "'Instrument Sans', Arial, sans-serif";
/** Of Archivo at weight 900 and width 80 %: four figures are this many times as wide as tall. */
const YEAR_WIDTH = 2.28;
const CAP = 0.7;

/** `posters` are drawings of 200 × 300 that need no style sheet. */
export function picture(
  shape: Shape,
  text: PictureText,
  inks: Inks,
  posters: string[],
  fonts = '',
): string {
  const { width, height } = SIZES[shape];
  const body = shape === 'tall' ? tall(text, inks, posters) : wide(text, inks, posters);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><style>${fonts}</style><rect width="${width}" height="${height}" fill="${inks.paper}"/>${body}</svg>`;
}

function tall(text: PictureText, inks: Inks, posters: string[]): string {
  const [left, inner] = [72, 936];
  const yearSize = inner / YEAR_WIDTH;
  const yearBase = 150 + yearSize * CAP;
  const posterTop = yearBase + 56;
  const posterW = posters.length > 0 ? (inner - 2 * 18) / 3 : 0;
  const wall = posters
    .slice(0, 3)
    .map((drawn, i) => placed(drawn, left + i * (posterW + 18), posterTop, posterW));
  const figuresTop = posterTop + posterW * 1.5 + 104;
  const column = inner / Math.max(1, text.figures.length);
  const figures = text.figures.map((figure, i) => {
    const x = left + i * column;
    return (
      line(x, figuresTop, figure.value, { size: 92, fill: inks.ink, weight: 800, stretch: 78 }) +
      line(x, figuresTop + 44, figure.label, { size: 30, fill: inks.ink2 })
    );
  });
  const factsTop = figuresTop + 118;
  const facts = text.facts.slice(0, 4).map((fact, i) => {
    const y = factsTop + i * 92;
    return (
      rule(left, y, inner, inks.ink) +
      line(left, y + 60, fact.label, { size: 30, fill: inks.ink2 }) +
      line(left + inner, y + 62, cut(fact.value, 30), {
        size: 46,
        fill: inks.ink,
        weight: 700,
        stretch: 84,
        end: true,
      })
    );
  });
  const barsTop = factsTop + Math.min(4, text.facts.length) * 92 + 48;
  const months = bars(
    text.months,
    { x: left, y: barsTop, w: inner, h: Math.max(60, 1920 - 116 - barsTop - 44) },
    inks,
    26,
  );
  return [
    line(left, 104, text.title, { size: 40, fill: inks.ink, weight: 600, display: true }),
    year(text.year, left, yearBase, yearSize, inner, inks.accent),
    ...wall,
    ...figures,
    ...facts,
    months,
    line(left, 1920 - 44, 'CineMatch', { size: 28, fill: inks.ink2, weight: 600 }),
  ].join('');
}

function wide(text: PictureText, inks: Inks, posters: string[]): string {
  const left = 56;
  const inner = 520;
  const yearSize = inner / YEAR_WIDTH;
  const yearBase = 100 + yearSize * CAP;
  const posterW = 164;
  const wallLeft = 1200 - 56 - 3 * posterW - 2 * 14;
  const wall = posters
    .slice(0, 3)
    .map((drawn, i) => placed(drawn, wallLeft + i * (posterW + 14), 100 - 1, posterW));
  const figuresTop = yearBase + 112;
  const column = inner / Math.max(1, text.figures.length);
  const figures = text.figures.map((figure, i) => {
    const x = left + i * column;
    return (
      line(x, figuresTop, figure.value, { size: 56, fill: inks.ink, weight: 800, stretch: 78 }) +
      line(x, figuresTop + 30, figure.label, { size: 20, fill: inks.ink2 })
    );
  });
  const months = bars(
    text.months,
    { x: left, y: figuresTop + 62, w: inner, h: 630 - 76 - figuresTop - 62 - 26 },
    inks,
    17,
  );
  const factsTop = 100 + posterW * 1.5 + 32;
  const facts = text.facts.slice(0, 3).map((fact, i) => {
    const y = factsTop + i * 54;
    return (
      rule(wallLeft, y, 1200 - 56 - wallLeft, inks.ink) +
      line(wallLeft, y + 34, fact.label, { size: 20, fill: inks.ink2 }) +
      line(1200 - 56, y + 36, cut(fact.value, 26), {
        size: 28,
        fill: inks.ink,
        weight: 700,
        stretch: 84,
        end: true,
      })
    );
  });
  return [
    line(left, 68, text.title, { size: 26, fill: inks.ink, weight: 600, display: true }),
    line(1200 - 56, 68, 'CineMatch', { size: 20, fill: inks.ink2, weight: 600, end: true }),
    year(text.year, left, yearBase, yearSize, inner, inks.accent),
    ...wall,
    ...figures,
    ...facts,
    months,
  ].join('');
}

function year(
  value: number,
  x: number,
  base: number,
  size: number,
  width: number,
  fill: string,
): string {
  return `<text x="${x}" y="${base}" textLength="${width}" lengthAdjust="spacingAndGlyphs" font-family="${DISPLAY}" font-weight="900" style="font-stretch:80%" font-size="${size}" fill="${fill}">${value}</text>`;
}

interface Style {
  size: number;
  fill: string;
  weight?: number;
  stretch?: number;
  display?: boolean;
  end?: boolean;
}

function line(
  x: number,
  y: number,
  text: string,
  { size, fill, weight = 400, stretch, display, end }: Style,
): string {
  const family = display || stretch ? DISPLAY : TEXT;
  const wide = stretch ? ` font-stretch="${stretch}%" style="font-stretch:${stretch}%"` : '';
  return `<text x="${x}" y="${y}" font-family="${family}" font-size="${size}" font-weight="${weight}" fill="${fill}"${wide}${end ? ' text-anchor="end"' : ''}>${escaped(text)}</text>`;
}

const rule = (x: number, y: number, w: number, ink: string) =>
  `<rect x="${x}" y="${y}" width="${w}" height="2" fill="${ink}"/>`;

function placed(drawing: string, x: number, y: number, w: number): string {
  return `<svg x="${x}" y="${y}" width="${w}" height="${w * 1.5}" viewBox="0 0 200 300">${drawing}</svg>`;
}

interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

function bars(
  months: PictureText['months'],
  { x, y, w, h }: Box,
  inks: Inks,
  size: number,
): string {
  const most = Math.max(1, ...months.map((month) => month.value));
  const step = w / Math.max(1, months.length);
  return months
    .map((month, i) => {
      const tall = (month.value / most) * h;
      const fill = month.value === most ? inks.accent : inks.ink2;
      return (
        `<rect x="${x + i * step + step * 0.12}" y="${y + h - tall}" width="${step * 0.76}" height="${tall}" fill="${fill}"/>` +
        `<text x="${x + (i + 0.5) * step}" y="${y + h + size * 1.3}" text-anchor="middle" font-family="${TEXT}" font-size="${size}" fill="${inks.ink2}">${escaped(month.label)}</text>`
      );
    })
    .join('');
}

export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
