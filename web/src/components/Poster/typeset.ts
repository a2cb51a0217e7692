import type { Random } from './random';
import { textWidth } from './widths';

export interface Line {
  text: string;
  size: number;
  /** Baseline, from the top of the block. */
  y: number;
  /** Set when the line is to fill the block's width exactly. */
  length?: number;
}

export interface Block {
  lines: Line[];
  axis: number;
  weight: number;
  height: number;
}

interface Voice {
  axes: readonly number[];
  weight: number;
  upper: boolean;
  /** Each line as wide as the block. */
  stacked: boolean;
}

const MAX_LINES = 6;
const CAP = 0.69;

function voiceFor(title: string, random: Random): Voice {
  const words = title.split(/\s+/);
  const longest = Math.max(...words.map((word) => word.length));
  const narrow = [62, 66, 70, 76] as const;
  const choices: Voice[] = [
    { axes: narrow, weight: 800, upper: true, stacked: false },
    { axes: narrow, weight: 780, upper: false, stacked: false },
    { axes: [86, 94, 100], weight: 760, upper: false, stacked: false },
  ];
  if (words.length > 1 && words.length < 7) {
    choices.push({ axes: [62, 70, 80], weight: 850, upper: true, stacked: true });
  }
  if (longest <= 8 && words.length <= 3) {
    const wide = [112, 118, 125] as const;
    choices.push({ axes: wide, weight: 640, upper: false, stacked: false });
    choices.push({ axes: wide, weight: 800, upper: true, stacked: false });
  }
  return random.pick(choices);
}

/** Words into `count` lines, the longest line as short as can be. */
function broken(words: readonly string[], count: number, axis: number): string[] | null {
  if (count === 1) return [words.join(' ')];
  let best: string[] | null = null;
  let bestWidth = Infinity;
  for (let head = 1; head <= words.length - count + 1; head++) {
    const rest = broken(words.slice(head), count - 1, axis);
    if (!rest) continue;
    const lines = [words.slice(0, head).join(' '), ...rest];
    const width = Math.max(...lines.map((line) => textWidth(line, axis)));
    if (width < bestWidth) [best, bestWidth] = [lines, width];
  }
  return best;
}

function pitch(text: string, voice: Voice): number {
  const accented = voice.upper && /\p{M}/u.test(text.normalize('NFD'));
  if (!voice.upper) return 0.94;
  return accented ? 0.94 : 0.79;
}

function setUniform(lines: string[], axis: number, voice: Voice, width: number, height: number) {
  const widest = Math.max(...lines.map((line) => textWidth(line, axis)));
  const step = Math.max(...lines.map((line) => pitch(line, voice)));
  const descent = voice.upper ? 0.02 : 0.2;
  const size = Math.min(width / widest, height / (CAP + step * (lines.length - 1) + descent), 92);
  const set = lines.map((text, at) => ({ text, size, y: size * (CAP + step * at) }));
  return { lines: set, height: size * (CAP + step * (lines.length - 1) + descent) };
}

function setStacked(lines: string[], axis: number, voice: Voice, width: number) {
  let y = 0;
  const set = lines.map((text, at) => {
    const size = Math.min(width / textWidth(text, axis), 104);
    y += size * (at === 0 ? CAP : pitch(text, voice) - 0.02);
    const fills = size < 104;
    return { text, size, y, length: fills ? width : undefined };
  });
  return { lines: set, height: y };
}

/** Titles of more words than this are set word by word no longer, but in even runs. */
const MAX_WORDS = 14;

function wordsOf(title: string): string[] {
  const words = title.trim().split(/\s+/);
  if (words.length <= MAX_WORDS) return words;
  const run = Math.ceil(words.length / MAX_WORDS);
  return Array.from({ length: Math.ceil(words.length / run) }, (_, at) =>
    words.slice(at * run, (at + 1) * run).join(' '),
  );
}

/** Set a title as large as its box allows. */
export function typeset(title: string, width: number, height: number, random: Random): Block {
  const voice = voiceFor(title, random);
  const words = wordsOf(voice.upper ? title.toUpperCase() : title);
  let best: (Block & { score: number }) | null = null;
  for (let count = 1; count <= Math.min(words.length, MAX_LINES); count++) {
    for (const axis of voice.axes) {
      const lines = broken(words, count, axis);
      if (!lines) continue;
      const set = voice.stacked
        ? setStacked(lines, axis, voice, width)
        : setUniform(lines, axis, voice, width, height);
      if (set.height > height + 0.5) continue;
      const smallest = Math.min(...set.lines.map((line) => line.size));
      const score = smallest + (voice.stacked ? set.height * 0.12 : 0) - count * 0.6;
      if (!best || score > best.score) best = { ...set, axis, weight: voice.weight, score };
    }
  }
  if (best) return best;
  const plain = { ...voice, stacked: false };
  const lines = broken(words, Math.min(words.length, 3), 62) ?? [title];
  return { ...setUniform(lines, 62, plain, width, height), axis: 62, weight: 800 };
}
