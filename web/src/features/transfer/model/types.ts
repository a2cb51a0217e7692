/** Imports as the interface speaks of them. */
import type { EntryBrief, FilmFacts } from '@/api/types';

export const OUTCOMES = [
  'added',
  'merged',
  'unchanged',
  'doubtful',
  'not_found',
  'rejected',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What the preview can be narrowed to; a conflict is a row of another outcome that disagrees. */
export type RowFilter = Outcome | 'conflict';

export type ImportStatus =
  'reading' | 'preview' | 'applying' | 'applied' | 'undoing' | 'undone' | 'failed' | 'discarded';

export type Source = 'letterboxd' | 'imdb' | 'trakt' | 'movielens' | 'cinematch' | 'csv';

export type Counts = Partial<Record<Outcome, number>>;

export interface Progress {
  done: number;
  total: number;
  phase: string;
}

export interface Mend {
  field: string;
  message: string;
  mend: string;
}

export interface ImportProblem {
  detail?: string | null;
  mend?: string | null;
  code?: string | null;
}

export interface MappingQuestion {
  columns: string[];
  sample: string[][];
  suggested: Record<string, string>;
}

export interface Import {
  id: string;
  filename: string;
  source: Source | 'auto';
  status: ImportStatus;
  progress: Progress;
  counts: Counts;
  conflicts: number;
  created_at: string;
  applied_at: string | null;
  undone_at: string | null;
  error: ImportProblem | null;
  needs_mapping: MappingQuestion | null;
  notices: { file: string; message: string }[];
  /** Films whose later changes by hand the undoing left alone. */
  kept_back: number;
}

/** One film that a row may mean; `why` names what agrees: title, year, near_year, director. */
export interface Candidate {
  film: FilmFacts;
  score: number;
  why: string[];
}

export interface Change {
  field: string;
  from: unknown;
  to: unknown;
}

export interface RowConflict {
  field: string;
  mine: unknown;
  theirs: unknown;
}

export type Resolution = 'mine' | 'theirs';
/** A film's id, "own" (a film of one's own) or "skip"; null while nobody has said. */
export type Choice = string | null;

export interface ImportRow {
  row_id: number;
  kind: 'film' | 'list' | 'refused';
  file: string;
  line: number | null;
  title: string;
  year: number | null;
  outcome: Outcome;
  reason: Mend | null;
  film: FilmFacts | null;
  candidates: Candidate[];
  choice: Choice;
  before: EntryBrief | null;
  changes: Change[];
  conflict: RowConflict | null;
  resolution: Resolution;
  /** Fields that the undoing left as changed by hand since. */
  kept: string[];
}
