/** Why a film is suggested, in one sentence: which of its terms it speaks of. Pure. */

import type { Fact, Suggestion, Term } from '@/lib/queries/recommendations';

export interface Evidence {
  filmId: string;
  title: string;
  stars: number | null;
}

export interface Reason {
  /** `loved`, `rated`, `seen`: films of one's own. The others name no film. */
  kind: 'loved' | 'rated' | 'seen' | 'everybody' | 'popularity' | 'recency';
  films: Evidence[];
  facts: Fact[];
}

/** From here on a rating says "I like it". */
const LOVED = 3;
/** A second film is named when it counts at least so much of the first. */
const ALSO = 0.5;
const FACTS = 3;
const TELLING = [['director', 'actor'], ['genre'], ['era'], ['country'], ['language']];

/** Return what speaks for a film most, and what it shares with films of one's own. */
export function reasonOf({ terms, facts }: Suggestion): Reason {
  const shared = sharedOf(facts);
  const positive = terms
    .filter((term) => term.value > 0)
    .sort((one, other) => other.value - one.value);
  const [first, ...others] = positive.filter((term) => term.film_id);
  const [unnamed] = positive.filter((term) => !term.film_id && term.kind !== 'rest');
  if (!first || (unnamed && unnamed.value > evidenceOf(terms))) {
    return { kind: kindOf(unnamed), films: [], facts: shared };
  }
  const kind = sort(first);
  const also = others.find((term) => sort(term) === kind && term.value >= ALSO * first.value);
  const films = [first, ...(also ? [also] : [])].map(evidence);
  return { kind, films, facts: shared };
}

/** All that one's own films add; the smaller terms are theirs, too. */
function evidenceOf(terms: readonly Term[]): number {
  const own = terms.filter((term) => term.film_id || term.kind === 'rest');
  return own.reduce((all, term) => all + term.value, 0);
}

/** Of each sort the strongest, people before genres before years: what says most comes first. */
function sharedOf(facts: readonly Fact[]): Fact[] {
  const strongest = (kinds: readonly string[]) =>
    facts.find((fact) => fact.value > 0 && kinds.includes(fact.kind));
  return TELLING.map(strongest)
    .filter((fact) => fact !== undefined)
    .slice(0, FACTS);
}

function sort(term: Term): 'loved' | 'rated' | 'seen' {
  if (term.stars == null) return 'seen';
  return term.stars >= LOVED ? 'loved' : 'rated';
}

function kindOf(term: Term | undefined): Reason['kind'] {
  return term?.kind === 'popularity' || term?.kind === 'recency' ? term.kind : 'everybody';
}

function evidence(term: Term): Evidence {
  return { filmId: term.film_id ?? '', title: term.label, stars: term.stars ?? null };
}
