/** A generator of its own for each film: the same film draws the same poster on every machine. */
export class Random {
  private state: number;

  constructor(seed: string) {
    let hash = 2166136261;
    for (let at = 0; at < seed.length; at++) {
      hash = Math.imul(hash ^ seed.charCodeAt(at), 16777619);
    }
    this.state = hash >>> 0;
    for (let turn = 0; turn < 4; turn++) this.unit();
  }

  /** In [0, 1): mulberry32. */
  unit(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let value = this.state;
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  chance(share: number): boolean {
    return this.unit() < share;
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.unit() * from.length)] as T;
  }

  shuffle<T>(from: readonly T[]): T[] {
    const all = [...from];
    for (let at = all.length - 1; at > 0; at--) {
      const other = this.whole(0, at);
      [all[at], all[other]] = [all[other] as T, all[at] as T];
    }
    return all;
  }
}
