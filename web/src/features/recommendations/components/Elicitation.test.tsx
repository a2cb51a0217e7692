import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { answerWith, json } from '@/testing/http';
import { draw } from '@/testing/render';
import { film } from '../testing/builders';
import { Elicitation } from './Elicitation';

const NAMES = ['Alien', 'Brazil', 'Cabaret', 'Dune', 'Emma'];

/** Three films that were not skipped, as a server would ask for them. */
function asking() {
  return answerWith(({ method, path }) => {
    if (method !== 'GET') return json({});
    const skipped = new URL(path, 'http://here').searchParams.getAll('skip');
    const left = NAMES.filter((name) => !skipped.includes(name)).slice(0, 3);
    return json({ items: left.map((name) => film(name, name)), answered: 4, enough: 10 });
  });
}

it('passes over what one does not know, and moves nothing else', async () => {
  asking();
  const stop = vi.fn();
  await draw(<Elicitation onStart={vi.fn()} onStop={stop} />);
  expect(await screen.findByText('4 of 10')).toBeVisible();
  const names = () => screen.getAllByRole('img').map((poster) => poster.getAttribute('aria-label'));
  await waitFor(() => expect(names()).toEqual(['Alien', 'Brazil', 'Cabaret'].map(dated)));
  await userEvent.click(screen.getByRole('button', { name: /^Don’t know it ?, Brazil$/ }));
  await waitFor(() => expect(names()).toEqual(['Alien', 'Dune', 'Cabaret'].map(dated)));
  await userEvent.click(screen.getByRole('button', { name: 'Later' }));
  expect(stop).toHaveBeenCalledOnce();
});

it('sends stars as any rating is sent', async () => {
  const asked = asking();
  const start = vi.fn();
  await draw(<Elicitation onStart={start} onStop={vi.fn()} />);
  (await screen.findByRole('slider', { name: 'Your rating of Alien' })).focus();
  await userEvent.keyboard('4{Enter}');
  await waitFor(() =>
    expect(asked.find(({ method }) => method === 'PATCH')).toMatchObject({
      path: '/api/library/Alien',
      body: { rating: 4 },
    }),
  );
  expect(start).toHaveBeenCalledOnce();
});

const dated = (name: string) => `${name} (1961)`;
