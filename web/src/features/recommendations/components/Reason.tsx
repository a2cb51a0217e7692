import { Link } from '@tanstack/react-router';
import type { Suggestion } from '@/lib/queries/recommendations';
import { reasonOf, type Evidence } from '../model/reason';
import { Filled } from './Filled';
import { useWords } from './useWords';

const SLOTS = ['⟦a⟧', '⟦b⟧'] as const;

/** Why, in one sentence; the films that it names open. */
export function Reason({ item }: { item: Suggestion }) {
  const { t, stars, fact, titled } = useWords();
  const { kind, films, facts } = reasonOf(titled(item));
  const [a, b] = films;
  const key = b ? `reason.${kind}Both` : `reason.${kind}`;
  const sentence = t(key, {
    a: SLOTS[0],
    b: SLOTS[1],
    starsA: a?.stars ? stars(a.stars) : '',
    starsB: b?.stars ? stars(b.stars) : '',
  });
  return (
    <>
      <Filled sentence={sentence} slots={{ a: link(a), b: link(b) }} />
      {facts.length > 0 && <> {t('reason.shared', { facts: facts.map(fact).join(', ') })}</>}
    </>
  );
}

function link(film: Evidence | undefined) {
  return (
    film && (
      <Link to="/films/$filmId" params={{ filmId: film.filmId }}>
        {film.title}
      </Link>
    )
  );
}
