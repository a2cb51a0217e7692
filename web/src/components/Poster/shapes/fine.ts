/** Repetition: rules, rings, grids and waves. */
import { disc, line, polar, polygon, quarter, rectangle, type Drawing, type Shape } from './draw';

export const rings: Drawing = ({ x, y, w, h }, { a, b }, random) => {
  const [cx, cy] = [x + w * random.between(0.1, 0.9), y + h * random.between(0.2, 0.8)];
  const count = random.whole(5, 9);
  const gap = (Math.hypot(w, h) * 0.72) / count;
  const shapes: Shape[] = Array.from({ length: count }, (_, at) => ({
    d: disc(cx, cy, gap * (at + 1)),
    stroke: at % 4 === 2 ? b : a,
    width: gap * 0.46,
  }));
  return [...shapes, { d: disc(cx, cy, gap * 0.5), fill: b }];
};

export const tiles: Drawing = ({ x, y, w, h }, { a, b, text }, random) => {
  const columns = random.whole(2, 4);
  const side = w / columns;
  const rows = Math.ceil(h / side);
  const shapes: Shape[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [left, top] = [x + column * side, y + row * side];
      const ink = random.pick([a, a, b, b, text]);
      const kind = random.whole(0, 4);
      if (kind === 0)
        shapes.push({ d: disc(left + side / 2, top + side / 2, side * 0.5), fill: ink });
      else if (kind === 1) shapes.push({ d: rectangle(left, top, side, side / 2), fill: ink });
      else if (kind < 4) {
        const turn = random.whole(0, 3);
        const corner: [number, number] = [
          turn === 1 || turn === 2 ? left + side : left,
          turn >= 2 ? top + side : top,
        ];
        shapes.push({ d: quarter(...corner, side, turn), fill: ink });
      }
    }
  }
  return shapes;
};

export const waves: Drawing = ({ x, y, w, h }, { a, b }, random) => {
  const count = random.whole(4, 7);
  const step = h / count;
  const beats = random.between(0.8, 2.2);
  const phase = random.between(0, 6);
  return Array.from({ length: count }, (_, at) => {
    const points: [number, number][] = [];
    for (let share = -0.05; share <= 1.06; share += 0.04) {
      const swing = Math.sin(share * Math.PI * beats + phase + at * 0.45) * step * 0.55;
      points.push([x + w * share, y + step * (at + 0.5) + swing]);
    }
    return { d: line(points), stroke: at % 3 === 1 ? b : a, width: step * 0.42 };
  });
};

export const dots: Drawing = ({ x, y, w, h }, { a, b }, random) => {
  const columns = random.whole(5, 8);
  const side = w / columns;
  const rows = Math.floor(h / side);
  const top = y + (h - rows * side) / 2;
  const [fx, fy] = [random.unit() * columns, random.unit() * rows];
  const far = Math.hypot(Math.max(fx, columns - fx), Math.max(fy, rows - fy));
  const shapes: Shape[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const near = 1 - Math.hypot(column + 0.5 - fx, row + 0.5 - fy) / far;
      const r = side * (0.08 + 0.44 * Math.max(near, 0) ** 1.2);
      shapes.push({
        d: disc(x + side * (column + 0.5), top + side * (row + 0.5), r),
        fill: near > 0.78 ? b : a,
      });
    }
  }
  return shapes;
};

export const rays: Drawing = ({ x, y, w, h }, { a, b }, random) => {
  const [cx, cy] = [x + w * random.between(0.1, 0.9), y + h * random.pick([0.98, 0.5, 0.02])];
  const count = random.whole(10, 18);
  const reach = Math.hypot(w, h) * 1.1;
  const shapes: Shape[] = Array.from({ length: count }, (_, at) => {
    const angle = (at / count) * Math.PI * 2;
    const spread = (Math.PI / count) * 0.5;
    return {
      d: polygon([
        [cx, cy],
        polar(cx, cy, reach, angle - spread),
        polar(cx, cy, reach, angle + spread),
      ]),
      fill: a,
    };
  });
  return [...shapes, { d: disc(cx, cy, Math.min(w, h) * 0.24), fill: b }];
};

export const spiral: Drawing = ({ x, y, w, h }, { a, b }, random) => {
  const [cx, cy] = [x + w * random.between(0.38, 0.62), y + h / 2];
  const turns = random.between(4, 6);
  const reach = Math.max(w, h) * 0.62;
  const way = random.chance(0.5) ? 1 : -1;
  const points: [number, number][] = [];
  for (let share = 0.02; share <= 1; share += 0.006) {
    const [px, py] = polar(0, 0, reach * share, way * share * turns * Math.PI * 2);
    points.push([cx + px, cy + py * 0.82]);
  }
  return [
    { d: line(points), stroke: a, width: (reach / turns) * 0.36 },
    { d: disc(cx, cy, reach * 0.07), fill: b },
  ];
};

export const frames: Drawing = ({ x, y, w, h }, { a, b, field, text }, random) => {
  const count = random.whole(3, 5);
  const [dx, dy] = [random.between(0.2, 0.8), random.between(0.2, 0.8)];
  const inks = random.chance(0.5) ? [a, b, field, text, a] : [b, a, text, field, b];
  const [fw, fh] = [w * 0.9, h * 0.94];
  return Array.from({ length: count }, (_, at) => {
    const share = 1 - at / (count + 0.3);
    const [cw, ch] = [fw * share, fh * share];
    return {
      d: rectangle(x + w * 0.05 + (fw - cw) * dx, y + h * 0.03 + (fh - ch) * dy, cw, ch),
      fill: inks[at % inks.length],
    };
  });
};

export const blinds: Drawing = ({ x, y, w, h }, { a, b, field }, random) => {
  const count = random.whole(7, 11);
  const step = h / count;
  const slope = random.between(-0.22, 0.22) * w;
  const r = Math.min(w, h) * random.between(0.28, 0.4);
  const shapes: Shape[] = [
    { d: rectangle(x, y, w, h), fill: a },
    { d: disc(x + w * random.between(0.25, 0.75), y + h / 2, r), fill: b },
  ];
  for (let at = -2; at < count + 2; at++) {
    const top = y + at * step;
    shapes.push({
      d: polygon([
        [x, top],
        [x + w, top + slope],
        [x + w, top + slope + step * 0.42],
        [x, top + step * 0.42],
      ]),
      fill: field,
    });
  }
  return shapes;
};

export const orbits: Drawing = ({ x, y, w, h }, { a, b, text }, random) => {
  const [cx, cy] = [x + w / 2, y + h / 2];
  const r = Math.min(w, h) * random.between(0.16, 0.24);
  const shapes: Shape[] = [];
  for (let at = 0; at < 3; at++) {
    const reach = r * (1.7 + at * 0.75);
    const angle = random.between(0, Math.PI * 2);
    shapes.push({ d: disc(cx, cy, reach), stroke: text, width: 1.4 });
    const [px, py] = polar(cx, cy, reach, angle);
    shapes.push({ d: disc(px, py, r * random.between(0.18, 0.4)), fill: at === 1 ? a : b });
  }
  return [...shapes, { d: disc(cx, cy, r), fill: a }];
};

export const steps: Drawing = ({ x, y, w, h }, { a, b }, random) => {
  const count = random.whole(4, 7);
  const up = random.chance(0.5);
  const [sw, sh] = [w / count, (h * 0.86) / count];
  const shapes: Shape[] = Array.from({ length: count }, (_, at) => {
    const level = (up ? at + 1 : count - at) * sh;
    return { d: rectangle(x + at * sw, y + h - level, sw + 0.4, level + 1), fill: a };
  });
  const seat = random.whole(0, count - 1);
  const level = (up ? seat + 1 : count - seat) * sh;
  const r = Math.min(sw, sh) * 0.62;
  return [...shapes, { d: disc(x + (seat + 0.5) * sw, y + h - level - r, r), fill: b }];
};
