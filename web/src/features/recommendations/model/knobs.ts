/** A person's knobs: where they stand at the start, and which have been turned. Pure. */

import type { Algorithm, Mood, Preferences } from '@/lib/queries/recommendations';

export const MOODS: readonly Mood[] = ['any', 'light', 'tense', 'moving', 'wondrous', 'thoughtful'];
export const ALGORITHMS: readonly Algorithm[] = [
  'learnt',
  'described',
  'ease',
  'ials',
  'content',
  'popularity',
];
export const TIMES: readonly (number | null)[] = [null, 90, 105, 120, 150];

type Turned = Pick<
  Preferences,
  | 'popularity'
  | 'recency'
  | 'variety'
  | 'algorithm'
  | 'mood'
  | 'genres'
  | 'without_genres'
  | 'max_minutes'
>;

export const AT_REST: Turned = {
  popularity: 0,
  recency: 0,
  variety: 0.3,
  algorithm: 'learnt',
  mood: 'any',
  genres: [],
  without_genres: [],
  max_minutes: null,
};

/** Whether any knob stands elsewhere than at the start. */
export function turned(knobs: Preferences): boolean {
  return (Object.keys(AT_REST) as (keyof Turned)[]).some(
    (knob) => String(knobs[knob] ?? '') !== String(AT_REST[knob] ?? ''),
  );
}

/** How many knobs of the second row are turned: genres, time, method. */
export function turnedBehind(knobs: Preferences): number {
  return (
    knobs.genres.length +
    knobs.without_genres.length +
    Number(knobs.max_minutes !== null) +
    Number(knobs.algorithm !== AT_REST.algorithm)
  );
}

export type Wish = 'with' | 'without' | 'any';

export function wishOf(knobs: Preferences, genre: string): Wish {
  if (knobs.genres.includes(genre)) return 'with';
  return knobs.without_genres.includes(genre) ? 'without' : 'any';
}

/** Press a genre: only such films, then none of them, then as it was. */
export function pressed(
  knobs: Preferences,
  genre: string,
): Pick<Preferences, 'genres' | 'without_genres'> {
  const wish = wishOf(knobs, genre);
  const others = (list: string[]) => list.filter((each) => each !== genre);
  const [genres, without] = [others(knobs.genres), others(knobs.without_genres)];
  if (wish === 'any') return { genres: [...genres, genre], without_genres: without };
  if (wish === 'with') return { genres, without_genres: [...without, genre] };
  return { genres, without_genres: without };
}
