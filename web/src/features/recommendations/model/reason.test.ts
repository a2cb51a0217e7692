import { expect, it } from 'vitest';
import { suggestion } from '../testing/builders';
import { reasonOf } from './reason';

it('names the film that counts most, and a second of the same sort that counts near as much', () => {
  const reason = reasonOf(
    suggestion({
      terms: [
        { kind: 'rating', label: 'Ran', film_id: 'ran', stars: 5, value: 1, by_model: {} },
        { kind: 'rating', label: 'Jaws', film_id: 'jaws', stars: 1, value: 0.9, by_model: {} },
        { kind: 'rating', label: 'Ikiru', film_id: 'ikiru', stars: 4.5, value: 0.6, by_model: {} },
      ],
    }),
  );
  expect(reason.kind).toBe('loved');
  expect(reason.films.map((film) => film.title)).toEqual(['Ran', 'Ikiru']);
});

it('speaks of nobody’s films where fame counts for more than all of them', () => {
  const reason = reasonOf(
    suggestion({
      terms: [
        { kind: 'rest', label: '', value: 0.3, count: 99, by_model: {} },
        { kind: 'base', label: '', model: 'popularity', value: 1, by_model: {} },
        { kind: 'rating', label: 'Ran', film_id: 'ran', stars: 5, value: 0.2, by_model: {} },
      ],
    }),
  );
  expect(reason).toMatchObject({ kind: 'everybody', films: [] });
});

it('names a film where many small ones count for more than fame', () => {
  const reason = reasonOf(
    suggestion({
      terms: [
        { kind: 'rest', label: '', value: 3, count: 99, by_model: {} },
        { kind: 'base', label: '', model: 'popularity', value: 1, by_model: {} },
        { kind: 'rating', label: 'Ran', film_id: 'ran', stars: 5, value: 0.2, by_model: {} },
      ],
    }),
  );
  expect(reason).toMatchObject({ kind: 'loved', films: [{ title: 'Ran' }] });
});

it('does not count what speaks against a film', () => {
  const reason = reasonOf(
    suggestion({
      terms: [
        { kind: 'rating', label: 'Jaws', film_id: 'jaws', stars: 5, value: -2, by_model: {} },
        { kind: 'recency', label: '', value: 0.5, by_model: {} },
      ],
      facts: [
        { kind: 'genre', name: 'Drama', value: 0.4 },
        { kind: 'country', name: 'JP', value: -0.2 },
      ],
    }),
  );
  expect(reason.kind).toBe('recency');
  expect(reason.facts.map((fact) => fact.name)).toEqual(['Drama']);
});
