import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { answerWith, json } from '@/testing/http';
import { film, KNOBS } from '../testing/builders';
import { drawAt, measured } from '@/testing/recommender';
import { TogetherPage } from './TogetherPage';

const seat = (user_id: string, username: string, predicted: number, gives_up: number) => ({
  user_id,
  username,
  predicted,
  shown: predicted,
  low: predicted - 1,
  high: predicted + 1,
  gives_up,
});

function table() {
  return answerWith(({ path, method, body }) => {
    if (path.endsWith('/preferences')) return json(method === 'PUT' ? body : KNOBS);
    if (path.endsWith('/companions')) {
      return json({ items: [{ user_id: 'u2', username: 'grace' }], open: false });
    }
    return json({
      rule: (body as { rule: string }).rule,
      people: [
        { user_id: 'u1', username: 'ada' },
        { user_id: 'u2', username: 'grace' },
      ],
      items: [
        {
          film: film('ran', 'Ran'),
          mean: 3.9,
          least: 3.5,
          chosen_by: 'grace',
          seats: [seat('u1', 'ada', 3.5, 0.8), seat('u2', 'grace', 4.3, 0)],
        },
      ],
    });
  });
}

it('shows what each would give, who gives up most, and whose turn it is', async () => {
  measured(true);
  const asked = table();
  await drawAt(<TogetherPage />);
  await userEvent.click(await screen.findByRole('button', { name: 'grace' }));
  const seats = await screen.findByRole('table', { name: 'Who would give Ran what' });
  const mine = within(seats).getByRole('row', { name: /You/ });
  expect(
    within(mine)
      .getAllByRole('cell')
      .map((cell) => cell.textContent),
  ).toEqual(['from 2.5 to 4.5', '3.5', '0.8']);
  expect(screen.getByText(/turn\./)).toHaveTextContent(
    'grace’s turn. You give up most: 0.8 stars less than your best.',
  );
  await userEvent.click(screen.getByRole('radio', { name: /Least misery/ }));
  await waitFor(() =>
    expect(asked.at(-1)?.body).toMatchObject({ with_users: ['u2'], rule: 'least misery' }),
  );
});

it('lets others choose with me, by a box', async () => {
  measured(true);
  const asked = table();
  await drawAt(<TogetherPage />, 'it');
  const box = await screen.findByRole('checkbox', {
    name: 'Gli altri qui possono scegliere con me',
  });
  await waitFor(() => expect(box).toBeEnabled());
  await userEvent.click(box);
  await waitFor(() =>
    expect(asked.find(({ method }) => method === 'PUT')?.body).toMatchObject({ together: true }),
  );
});
