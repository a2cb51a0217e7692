/** The counts of an import as a person would say them. */
import type { TFunction } from 'i18next';
import type { Formats } from '@/lib/format';
import type { Counts, Outcome } from './types';

type Tense = 'preview' | 'applied';

const BRINGS: Outcome[] = ['added', 'merged', 'unchanged'];
const WAITS: Outcome[] = ['doubtful', 'not_found', 'rejected'];

function clause(t: TFunction, format: Formats, key: string, count: number): string {
  return t(key, { count, shown: format.number(count) });
}

/** "It adds 812 films, completes 41 that you have and leaves 150 as they are." */
export function mainSentence(counts: Counts, tense: Tense, t: TFunction, format: Formats): string {
  const said = BRINGS.flatMap((outcome) => {
    const count = counts[outcome] ?? 0;
    return count === 0 ? [] : [{ outcome, count }];
  }).map(({ outcome, count }, at) => {
    // The first clause names the films; the others lean on it.
    const key = at === 0 && outcome !== 'added' ? `${outcome}First` : outcome;
    return clause(t, format, `sentence.${tense}.${key}`, count);
  });
  if (said.length === 0) return t(`sentence.${tense}.nothing`);
  return t(`sentence.${tense}.whole`, { what: format.list(said) });
}

/** One sentence for each kind of row that asks for a look: in doubt, not found, refused, at odds. */
export function furtherSentences(
  counts: Counts,
  conflicts: number,
  tense: Tense,
  t: TFunction,
  format: Formats,
): string[] {
  const said = WAITS.flatMap((outcome) => {
    const count = counts[outcome] ?? 0;
    return count === 0 ? [] : [clause(t, format, `sentence.${tense}.${outcome}`, count)];
  });
  if (conflicts > 0) said.push(clause(t, format, `sentence.${tense}.conflict`, conflicts));
  return said;
}

/** One import in few words: "812 films, 41 completed". */
export function historyLine(
  found: { counts: Counts; status: string },
  t: TFunction,
  format: Formats,
): string {
  if (found.status !== 'applied' && found.status !== 'undone' && found.status !== 'preview')
    return '';
  const own = (found.counts.doubtful ?? 0) + (found.counts.not_found ?? 0);
  const shown = { ...found.counts, added: (found.counts.added ?? 0) + own };
  const said = BRINGS.flatMap((outcome) => {
    const count = shown[outcome] ?? 0;
    return count === 0 ? [] : [clause(t, format, `history.${outcome}`, count)];
  });
  return said.join(', ');
}
