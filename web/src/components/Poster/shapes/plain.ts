/** One large figure that fills its area, or is cut by its edge. */
import { cut, disc, line, polygon, quarter, rectangle, type Drawing, type Shape } from './draw';

export const arches: Drawing = ({ x, y, w, h }, { a, b, field, text }, random) => {
  const count = random.whole(3, 5);
  const cx = x + w * random.pick([0.5, 0.5, 0.3, 0.7]);
  const reach = w * random.between(0.42, 0.56);
  const bottom = y + h;
  const inks = [a, field, b, field, text];
  return Array.from({ length: count }, (_, at) => {
    const r = reach * (1 - at / (count + 0.4));
    const top = Math.max(bottom - h * 0.92 * (1 - at / (count + 0.8)), y + 4);
    return {
      d: `M${cx - r} ${bottom}V${top + r}A${r} ${r} 0 0 1 ${cx + r} ${top + r}V${bottom}Z`,
      fill: inks[at],
    };
  });
};

export const fan: Drawing = ({ x, y, w, h }, { a, b, text }, random) => {
  const turn = random.whole(0, 3);
  const corner: [number, number] = [turn === 1 || turn === 2 ? x + w : x, turn >= 2 ? y + h : y];
  const reach = Math.max(w, h) * random.between(0.92, 1.05);
  const inks = random.shuffle([a, b, a, text]);
  const shapes: Shape[] = [];
  for (let at = 0; at < 4; at++) {
    shapes.push({ d: quarter(...corner, reach * (1 - at * 0.24), turn), fill: inks[at] });
  }
  return shapes;
};

export const cross: Drawing = ({ x, y, w, h }, { a, b }, random) => {
  const [cx, cy] = [x + w * random.between(0.35, 0.65), y + h * random.between(0.35, 0.65)];
  const thick = Math.min(w, h) * random.between(0.16, 0.26);
  const lean = random.between(0.5, 0.95);
  const reach = Math.hypot(w, h);
  const bar = (way: number) =>
    line([
      [cx - reach, cy - reach * lean * way],
      [cx + reach, cy + reach * lean * way],
    ]);
  return [
    { d: bar(1), stroke: a, width: thick },
    { d: bar(-1), stroke: b, width: thick * random.between(0.5, 1) },
  ];
};

export const lean: Drawing = ({ x, y, w, h }, { a, b, text }, random) => {
  const way = random.chance(0.5) ? 1 : -1;
  const left = x + w * random.between(0.16, 0.34);
  const width = w * random.between(0.24, 0.34);
  const slip = way * w * random.between(0.1, 0.24);
  const r = Math.min(w, h) * random.between(0.13, 0.2);
  return [
    {
      d: polygon([
        [left + slip, y - 2],
        [left + width + slip, y - 2],
        [left + width - slip, y + h + 2],
        [left - slip, y + h + 2],
      ]),
      fill: a,
    },
    { d: cut(x + w * 0.62, y + h * random.between(0.3, 0.6), w * 0.3, h, 5, random), fill: b },
    { d: disc(x + w * 0.77, y + h * 0.24, r), fill: text },
  ];
};

export const stripes: Drawing = ({ x, y, w, h }, { a, b, field }, random) => {
  const count = random.whole(5, 9);
  const step = w / count;
  const r = Math.min(w, h) * random.between(0.26, 0.36);
  const [cx, cy] = [x + w * random.between(0.35, 0.65), y + h * random.between(0.4, 0.6)];
  const shapes: Shape[] = [{ d: rectangle(x, y, w, h), fill: a }];
  shapes.push({ d: disc(cx, cy, r), fill: b });
  for (let at = 0; at < count; at++) {
    const thin = step * (0.18 + 0.5 * (at / count));
    shapes.push({ d: rectangle(x + at * step, y, thin, h), fill: field });
  }
  return shapes;
};

export const balls: Drawing = ({ x, y, w, h }, { a, b, text }, random) => {
  const inks = random.shuffle([a, b, text, a]);
  const floor = y + h * 0.94;
  let left = x + w * 0.04;
  return inks.map((fill, at) => {
    const r = Math.min(w * random.between(0.09, 0.16), h * 0.3);
    const lift = random.chance(0.45) ? h * random.between(0.08, 0.42) : 0;
    const shape = { d: disc(left + r, Math.max(floor - r - lift, y + r), r), fill };
    left += 2 * r + (at === 1 ? w * 0.02 : 0);
    return shape;
  });
};
