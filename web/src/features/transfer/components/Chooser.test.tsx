import { fireEvent, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { FilmFacts } from '@/api/types';
import { draw } from '@/testing/render';
import type { ImportRow } from '../model/types';
import { Chooser } from './Chooser';

const film = (film_id: string, title: string, year: number): FilmFacts => ({
  film_id,
  title,
  title_en: null,
  title_it: null,
  year,
  tmdb_id: null,
  imdb_id: null,
  runtime: null,
  genres: [],
  directors: [],
  cast: [],
  countries: [],
  languages: [],
  poster_url: null,
  votes: 0,
  mean_rating: null,
  private: false,
  version: 1,
});

const ROW: ImportRow = {
  row_id: 7,
  kind: 'film',
  file: 'watched.csv',
  line: 12,
  title: 'Solaris',
  year: null,
  outcome: 'doubtful',
  reason: null,
  film: null,
  candidates: [
    { film: film('a', 'Solyaris', 1972), score: 0.9, why: ['title'] },
    { film: film('b', 'Solaris', 2002), score: 0.8, why: ['title'] },
  ],
  choice: null,
  before: null,
  changes: [],
  conflict: null,
  resolution: 'mine',
  kept: [],
};

const sent: unknown[] = [];

beforeEach(() => {
  sent.length = 0;
  vi.stubGlobal('fetch', (_address: string, options: RequestInit) => {
    if (options.method === 'PUT') sent.push(JSON.parse(options.body as string));
    return Promise.resolve(Response.json(ROW));
  });
});

describe('a row in doubt', () => {
  it('names its place in the file and every film that may be meant', async () => {
    await draw(<Chooser id="i" row={ROW} />);
    expect(screen.getByText('watched.csv, line 12')).toBeVisible();
    expect(screen.getAllByRole('radio')).toHaveLength(4);
  });

  it.each([
    ['2', 'b'],
    ['o', 'own'],
    ['S', 'skip'],
  ])('sends with the key %s the choice %s', async (key, choice) => {
    await draw(<Chooser id="i" row={ROW} />);
    fireEvent.keyDown(screen.getAllByRole('radio')[0]!, { key });
    await waitFor(() => expect(sent).toEqual([{ choice }]));
  });

  it('offers the whole catalogue with F, beginning with the title in the file', async () => {
    await draw(<Chooser id="i" row={ROW} />);
    fireEvent.keyDown(screen.getAllByRole('radio')[0]!, { key: 'f' });
    expect(await screen.findByRole('textbox')).toHaveValue('Solaris');
    expect(sent).toEqual([]);
  });
});
