/** Cut paper: few, large, irregular pieces. */
import {
  almond,
  cut,
  disc,
  half,
  line,
  polar,
  polygon,
  rectangle,
  type Drawing,
  type Shape,
} from './draw';

export const sun: Drawing = ({ x, y, w, h }, { a, b }, random) => {
  const r = Math.min(w, h) * random.between(0.34, 0.5);
  const cx = x + w * random.between(0.3, 0.7);
  const horizon = y + h * random.between(0.62, 0.8);
  const shapes: Shape[] = [{ d: disc(cx, horizon - r * random.between(0.1, 0.6), r), fill: a }];
  const tilt = random.between(-h * 0.1, h * 0.1);
  shapes.push({
    d: polygon([
      [x, horizon + tilt],
      [x + w, horizon - tilt],
      [x + w, y + h],
      [x, y + h],
    ]),
    fill: b,
  });
  return shapes;
};

export const slabs: Drawing = ({ x, y, w, h }, { a, b }, random) => {
  const count = random.whole(3, 6);
  const step = w / count;
  return Array.from({ length: count }, (_, at) => {
    const top = y + h * random.between(0.05, 0.7);
    return {
      d: cut(x + at * step + 2, top, step - random.between(3, 7), y + h - top + 10, 4, random),
      fill: at === count - 2 ? b : a,
    };
  });
};

export const bars: Drawing = ({ x, y, w, h }, { a, b }, random) => {
  const count = random.whole(4, 7);
  const step = h / count;
  const special = random.whole(0, count - 1);
  return Array.from({ length: count }, (_, at) => {
    const left = random.chance(0.5);
    const length = w * random.between(0.45, 0.95);
    return {
      d: cut(
        left ? x - 8 : x + w - length,
        y + at * step + 3,
        length + 8,
        step * random.between(0.45, 0.72),
        3,
        random,
      ),
      fill: at === special ? b : a,
    };
  });
};

export const shards: Drawing = ({ x, y, w, h }, { a, b }, random) => {
  const [cx, cy] = [x + w * random.between(0.2, 0.8), y + h * random.between(0.15, 0.85)];
  const count = random.whole(5, 9);
  const reach = Math.hypot(w, h);
  const start = random.between(0, Math.PI);
  return Array.from({ length: count }, (_, at) => {
    const angle = start + (at / count) * Math.PI * 2;
    const spread = (Math.PI / count) * random.between(0.25, 0.75);
    return {
      d: polygon([
        [cx, cy],
        polar(cx, cy, reach, angle - spread),
        polar(cx, cy, reach, angle + spread),
      ]),
      fill: at % 3 === 1 ? b : a,
    };
  });
};

export const eye: Drawing = ({ x, y, w, h }, { field, a, b, text }, random) => {
  const [cx, cy] = [x + w / 2, y + h / 2];
  const width = Math.min(w * 0.92, h * 1.9);
  const height = width * random.between(0.42, 0.58);
  const r = height * random.between(0.3, 0.38);
  const shift = random.between(-0.35, 0.35) * (width / 2 - r * 1.6);
  return [
    { d: almond(cx, cy, width, height), fill: a },
    { d: disc(cx + shift, cy, r), fill: b },
    { d: disc(cx + shift, cy, r * 0.5), fill: field },
    { d: disc(cx + shift + r * 0.3, cy - r * 0.3, r * 0.16), fill: text },
  ];
};

export const pair: Drawing = ({ x, y, w, h }, { a, b, field }, random) => {
  const r = Math.min(w * 0.32, h * 0.4);
  const gap = r * random.between(0.55, 1);
  const [cx, cy] = [x + w / 2, y + h / 2];
  const lean = random.between(-0.6, 0.6);
  const [ax, ay] = polar(cx, cy, gap, lean + Math.PI);
  const [bx, by] = polar(cx, cy, gap, lean);
  const halfGap = Math.min(gap, r * 0.98);
  const chord = Math.sqrt(Math.max(r * r - halfGap * halfGap, 0)) * 2;
  const [px, py] = polar(cx, cy, chord / 2, lean + Math.PI / 2);
  const [qx, qy] = polar(cx, cy, chord / 2, lean - Math.PI / 2);
  return [
    { d: disc(ax, ay, r), fill: a },
    { d: disc(bx, by, r), fill: b },
    { d: `M${px} ${py}A${r} ${r} 0 0 0 ${qx} ${qy}A${r} ${r} 0 0 0 ${px} ${py}Z`, fill: field },
  ];
};

export const door: Drawing = ({ x, y, w, h }, { a, b, field }, random) => {
  const width = w * random.between(0.26, 0.4);
  const left = x + w * random.between(0.14, 0.5);
  const top = y + h * random.between(0.1, 0.22);
  const bottom = y + h * 0.8;
  const reach = random.between(0.5, 1.1) * w * (random.chance(0.5) ? 1 : -1);
  const arch = random.chance(0.5);
  const r = width / 2;
  const opening = arch
    ? `M${left} ${bottom}V${top + r}A${r} ${r} 0 0 1 ${left + width} ${top + r}V${bottom}Z`
    : rectangle(left, top, width, bottom - top);
  return [
    { d: rectangle(x, bottom, w, h), fill: a },
    {
      d: polygon([
        [left, bottom],
        [left + width, bottom],
        [left + width + reach, y + h + 2],
        [left + reach * 0.8, y + h + 2],
      ]),
      fill: b,
    },
    { d: opening, fill: b },
    { d: disc(left + width * 0.5, bottom - width * 0.52, width * 0.12), fill: field },
    {
      d: polygon([
        [left + width * 0.4, bottom],
        [left + width * 0.42, bottom - width * 0.42],
        [left + width * 0.58, bottom - width * 0.42],
        [left + width * 0.6, bottom],
      ]),
      fill: field,
    },
  ];
};

export const peaks: Drawing = ({ x, y, w, h }, { a, b, text }, random) => {
  const shapes: Shape[] = [];
  const r = Math.min(w, h) * random.between(0.12, 0.2);
  shapes.push({ d: disc(x + w * random.between(0.2, 0.8), y + h * 0.22, r), fill: text });
  const layers = [
    { low: 0.2, high: 0.5, fill: a },
    { low: 0.5, high: 0.75, fill: b },
  ];
  for (const layer of layers) {
    const count = random.whole(2, 3);
    const points: [number, number][] = [[x - 10, y + h + 2]];
    for (let at = 0; at <= count * 2; at++) {
      const up = at % 2 === 1;
      const level = up
        ? random.between(layer.low, layer.low + 0.15)
        : random.between(layer.high, 0.92);
      points.push([x - 10 + ((w + 20) * at) / (count * 2), y + h * level]);
    }
    points.push([x + w + 10, y + h + 2]);
    shapes.push({ d: polygon(points), fill: layer.fill });
  }
  return shapes;
};

export const road: Drawing = ({ x, y, w, h }, { a, b, field }, random) => {
  const vanish = x + w * random.between(0.25, 0.75);
  const top = y + h * random.between(0.16, 0.34);
  const shapes: Shape[] = [
    { d: rectangle(x, top, w, y + h - top), fill: a },
    {
      d: polygon([
        [vanish - 2, top],
        [vanish + 2, top],
        [x + w * 0.95, y + h],
        [x + w * 0.05, y + h],
      ]),
      fill: b,
    },
  ];
  const middle = x + w * 0.5;
  for (let at = 0; at < 5; at++) {
    const from = at / 5 + 0.05;
    const to = from + 0.1;
    const place = (share: number): [number, number, number] => {
      const deep = share ** 1.7;
      return [vanish + (middle - vanish) * deep, top + (y + h - top) * deep, 1 + 5 * deep];
    };
    const [x1, y1, w1] = place(from);
    const [x2, y2, w2] = place(to);
    shapes.push({
      d: polygon([
        [x1 - w1, y1],
        [x1 + w1, y1],
        [x2 + w2, y2],
        [x2 - w2, y2],
      ]),
      fill: field,
    });
  }
  return shapes;
};

export const moons: Drawing = ({ x, y, w, h }, { a, b }, random) => {
  const count = random.whole(3, 5);
  const r = Math.min((w * 1.1) / count, h * 0.42) * random.between(0.5, 0.62);
  const angle = random.between(0, Math.PI);
  return Array.from({ length: count }, (_, at) => {
    const cx = x + (w * (at + 0.5)) / count;
    const cy = y + h / 2 + (random.chance(0.5) ? 1 : -1) * h * 0.14;
    const turn = angle + (at * Math.PI) / (count - 1);
    return { d: half(cx, cy, r * 1.35, turn), fill: at % 2 ? b : a };
  });
};

export const bolt: Drawing = ({ x, y, w, h }, { a, b }, random) => {
  const count = random.whole(3, 5);
  const points: [number, number][] = Array.from({ length: count + 1 }, (_, at) => [
    x + w * (at % 2 ? random.between(0.6, 0.9) : random.between(0.1, 0.4)),
    y - 6 + ((h + 12) * at) / count,
  ]);
  return [
    { d: line(points), stroke: b, width: Math.min(w, h) * 0.26 },
    { d: line(points), stroke: a, width: Math.min(w, h) * 0.11 },
  ];
};
