/** Taking a chart along: the drawing with its title, self-contained, as SVG or as PNG. */

export interface Drawing {
  svg: SVGSVGElement;
  title: string;
  sub: string;
  name: string;
}

const KEPT = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'font-stretch',
  'text-anchor',
  'dominant-baseline',
  'shape-rendering',
];
const MARGIN = 24;
const HEAD = 84;
const FOOT = 34;
const SHARP = 2;

/** Return a copy of the drawing that needs no style sheet, under its title and on its paper. */
export function standalone({ svg, title, sub }: Omit<Drawing, 'name'>, fonts = ''): string {
  const width = svg.viewBox.baseVal?.width || svg.clientWidth;
  const height = svg.viewBox.baseVal?.height || svg.clientHeight;
  const copy = selfContained(svg);
  copy.setAttribute('x', String(MARGIN));
  const root = getComputedStyle(document.documentElement);
  const token = (name: string) => root.getPropertyValue(name).trim();
  const lines = wrap(title, Math.floor(width / 11));
  const top = HEAD + (lines.length - 1) * 26;
  copy.setAttribute('y', String(top));
  const text = lines
    .map((line, i) => `<tspan x="${MARGIN}" dy="${i === 0 ? 0 : 26}">${escape(line)}</tspan>`)
    .join('');
  const outer = { w: width + 2 * MARGIN, h: height + top + FOOT };
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${outer.w}" height="${outer.h}" viewBox="0 0 ${outer.w} ${outer.h}">
<style>${fonts}</style><rect width="100%" height="100%" fill="${token('--paper')}"/>
<text x="${MARGIN}" y="${MARGIN + 18}" font-family="Archivo, Arial, sans-serif" font-weight="700" font-size="22" fill="${token('--ink')}">${text}</text>
<text x="${MARGIN}" y="${top - 20}" font-family="Instrument Sans, Arial, sans-serif" font-size="13" fill="${token('--ink-2')}">${escape(sub)}</text>
${new XMLSerializer().serializeToString(copy)}
<text x="${MARGIN}" y="${outer.h - 10}" font-family="Instrument Sans, Arial, sans-serif" font-size="11" fill="${token('--ink-3')}">CineMatch</text></svg>`;
}

/** Return a copy whose looks stand in its attributes. */
export function selfContained(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  inline(svg, copy);
  return copy;
}

function inline(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of KEPT) {
    const value = style.getPropertyValue(name);
    if (value) to.setAttribute(name, value);
  }
  to.removeAttribute('class');
  to.removeAttribute('style');
  if (style.fontStretch !== '100%') to.setAttribute('style', `font-stretch:${style.fontStretch}`);
  const transform = (from as SVGElement).style?.transform;
  if (transform) to.setAttribute('transform', transform.replaceAll('px', ''));
  Array.from(from.children).forEach((child, i) => {
    const copied = to.children[i];
    if (copied) inline(child, copied);
  });
}

export function wrap(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + word.length < most)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export async function saveSvg(drawing: Drawing): Promise<void> {
  saveText(standalone(drawing, await fontFaces()), `${drawing.name}.svg`, 'image/svg+xml');
}

export async function savePng(drawing: Drawing): Promise<void> {
  saveBlob(await pngOf(standalone(drawing, await fontFaces()), SHARP), `${drawing.name}.png`);
}

/** Draw a self-contained SVG as a PNG, `sharp` pixels to its unit. */
export async function pngOf(source: string, sharp = 1): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.width * sharp;
  canvas.height = image.height * sharp;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return toBlob(canvas);
}

function toBlob(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('The picture is empty.'))),
      'image/png',
    );
  });
}

export function saveText(text: string, name: string, type: string): void {
  const mark = type === 'text/csv' ? '\uFEFF' : ''; // spreadsheets take it for UTF-8 only then
  saveBlob(new Blob([mark + text], { type: `${type};charset=utf-8` }), name);
}

export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

let embedded: Promise<string> | null = null;

/** The page's own fonts (their Latin part) as data, since a saved picture can load nothing. */
export function fontFaces(): Promise<string> {
  embedded ??= Promise.all(
    latinFaces().map(async ({ rule, url }) => {
      const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
      const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
      return rule.cssText.replace(/url\([^)]*\)/, `url(data:font/woff2;base64,${btoa(text)})`);
    }),
  ).then((faces) => faces.join('\n'));
  return embedded;
}

function latinFaces(): { rule: CSSFontFaceRule; url: string }[] {
  return Array.from(document.styleSheets)
    .filter((sheet) => !sheet.href || sheet.href.startsWith(location.origin))
    .flatMap((sheet) =>
      Array.from(sheet.cssRules, (rule) => ({ rule, base: sheet.href ?? location.href })),
    )
    .filter(
      (found): found is { rule: CSSFontFaceRule; base: string } =>
        found.rule instanceof CSSFontFaceRule,
    )
    .filter(({ rule }) => /U\+0{0,4}-0*FF/i.test(rule.style.getPropertyValue('unicode-range')))
    .flatMap(({ rule, base }) => {
      const path = /url\("?([^")]+)"?\)/.exec(rule.cssText)?.[1];
      return path ? [{ rule, url: new URL(path, base).href }] : [];
    });
}
