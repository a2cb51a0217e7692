import type { Inks } from '../colour';
import type { Random } from '../random';

export interface Shape {
  d: string;
  fill?: string;
  stroke?: string;
  width?: number;
}

/** Where a drawing may go, in units of the poster (200 × 300). */
export interface Area {
  x: number;
  y: number;
  w: number;
  h: number;
}

export type Drawing = (area: Area, inks: Inks, random: Random) => Shape[];

type Point = readonly [number, number];

const n = (value: number) => String(Math.round(value * 100) / 100);

export function polygon(points: readonly Point[]): string {
  return `M${points.map(([x, y]) => `${n(x)} ${n(y)}`).join('L')}Z`;
}

export function line(points: readonly Point[]): string {
  return `M${points.map(([x, y]) => `${n(x)} ${n(y)}`).join('L')}`;
}

export function rectangle(x: number, y: number, w: number, h: number): string {
  return `M${n(x)} ${n(y)}h${n(w)}v${n(h)}h${n(-w)}Z`;
}

export function disc(x: number, y: number, r: number): string {
  return `M${n(x - r)} ${n(y)}a${n(r)} ${n(r)} 0 1 0 ${n(2 * r)} 0a${n(r)} ${n(r)} 0 1 0 ${n(-2 * r)} 0Z`;
}

/** A quarter of a disc with its corner at (x, y), turned by quarters. */
export function quarter(x: number, y: number, r: number, turn: number): string {
  const [sx, sy] = (
    [
      [1, 1],
      [-1, 1],
      [-1, -1],
      [1, -1],
    ] as const
  )[turn % 4] ?? [1, 1];
  const sweep = sx * sy > 0 ? 0 : 1;
  return `M${n(x)} ${n(y)}V${n(y + sy * r)}A${n(r)} ${n(r)} 0 0 ${sweep} ${n(x + sx * r)} ${n(y)}Z`;
}

/** Half a disc, flat side along the angle. */
export function half(x: number, y: number, r: number, angle: number): string {
  const [dx, dy] = [Math.cos(angle) * r, Math.sin(angle) * r];
  return `M${n(x - dx)} ${n(y - dy)}A${n(r)} ${n(r)} 0 0 1 ${n(x + dx)} ${n(y + dy)}Z`;
}

/** An almond: two arcs that meet in points. */
export function almond(x: number, y: number, w: number, h: number): string {
  const r = (w * w) / (8 * (h / 2)) + h / 4;
  return `M${n(x - w / 2)} ${n(y)}A${n(r)} ${n(r)} 0 0 1 ${n(x + w / 2)} ${n(y)}A${n(r)} ${n(r)} 0 0 1 ${n(x - w / 2)} ${n(y)}Z`;
}

export function polar(x: number, y: number, r: number, angle: number): Point {
  return [x + Math.cos(angle) * r, y + Math.sin(angle) * r];
}

/** A four-cornered piece as if cut by hand with scissors. */
export function cut(
  x: number,
  y: number,
  w: number,
  h: number,
  slip: number,
  random: Random,
): string {
  const s = () => random.between(-slip, slip);
  return polygon([
    [x + s(), y + s()],
    [x + w + s(), y + s()],
    [x + w + s(), y + h + s()],
    [x + s(), y + h + s()],
  ]);
}
