/** Figures of the hold-out: which stand beside which, and what one may say of them. Pure. */
import type { Evaluation, Measure } from './types';

export interface Beside {
  /** `model`, or the name of a baseline. */
  name: string;
  measure: Measure;
}

/** Measures of error: less is better. */
const ERRORS = new Set(['rmse', 'mae']);

export function lessIsBetter(name: string): boolean {
  return ERRORS.has(name);
}

/** The model's figure and those of the baselines that have it, the best first. */
export function besides({ measures, baselines }: Evaluation, name: string): Beside[] {
  const own = measures[name];
  if (!own) return [];
  const others = Object.entries(baselines).flatMap(([baseline, all]) => {
    const measure = all[name];
    return measure ? [{ name: baseline, measure }] : [];
  });
  const sign = lessIsBetter(name) ? 1 : -1;
  return [{ name: 'model', measure: own }, ...others].sort(
    (a, b) => sign * (a.measure.value - b.measure.value),
  );
}

export interface Skill {
  /** The best baseline. */
  against: string;
  /** Share by which the model is better; below 0 it is worse. */
  share: number;
  /** Whether the intervals lie apart. */
  sure: boolean;
}

/** How much better than the best baseline: 1 − error ÷ its error, or value ÷ its value − 1. */
export function skill(evaluation: Evaluation, name: string): Skill | null {
  const all = besides(evaluation, name);
  const own = all.find((one) => one.name === 'model')?.measure;
  const best = all.find((one) => one.name !== 'model');
  if (!own || !best || best.measure.value === 0) return null;
  const ratio = own.value / best.measure.value;
  const apart = own.high < best.measure.low || best.measure.high < own.low;
  return { against: best.name, share: lessIsBetter(name) ? 1 - ratio : ratio - 1, sure: apart };
}

const SEGMENTS = ['under 20 ratings', '20 to 99', '100 and more'];

/** The segments that have a figure, from the newcomers to the old hands. */
export function segmentsOf({ segments }: Evaluation, name: string): Beside[] {
  const names = [...SEGMENTS, ...Object.keys(segments).filter((each) => !SEGMENTS.includes(each))];
  return names.flatMap((segment) => {
    const measure = segments[segment]?.[name];
    return measure ? [{ name: segment, measure }] : [];
  });
}
