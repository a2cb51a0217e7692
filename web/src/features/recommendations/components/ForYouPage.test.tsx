import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { act, useState } from 'react';
import { beforeEach, describe, expect, it } from 'vitest';
import { Toasts } from '@/app/shell/Toasts';
import { film, suggestion } from '../testing/builders';
import { keys } from '@/lib/queries/keys';
import { ADA } from '@/testing/render';
import { drawAt, measured, recommender } from '@/testing/recommender';
import { ForYouPage } from './ForYouPage';

const YOJIMBO = suggestion();
const RAN = suggestion({}, film('ran', 'Ran', { title_it: 'Ran', year: 1985 }));

function Standing() {
  const [shown, setShown] = useState<string | undefined>();
  return (
    <>
      <ForYouPage film={shown} onFilm={setShown} />
      <Toasts />
    </>
  );
}

/** What the account's table says, line by line. */
function lines(): string[][] {
  return screen
    .getAllByRole('row')
    .slice(1)
    .map((row) =>
      within(row)
        .getAllByRole('cell')
        .map((cell) => cell.textContent ?? ''),
    );
}

const cents = (shown: string) =>
  Math.round(Number(shown.replace('−', '-').replace(',', '.')) * 100);

describe('on a desk', () => {
  beforeEach(() => measured(true));

  it('says why, for whom it is sure, and shows the account of the first film', async () => {
    recommender(() => [YOJIMBO, RAN]);
    await drawAt(<Standing />);
    const row = within((await screen.findAllByRole('listitem'))[0] as HTMLElement);
    expect(row.getByText('between 3½ and 4½, four times in five')).toBeVisible();
    expect(row.getByText(/Because you gave/)).toHaveTextContent(
      'Because you gave Seven Samurai 5 stars. In common with your films: Akira Kurosawa, Drama.',
    );
    expect(row.getByRole('link', { name: 'Seven Samurai' })).toHaveAttribute(
      'href',
      '/films/samurai',
    );
    const panel = screen.getByRole('region', { name: 'The account of a film' });
    expect(within(panel).getByText('Seven Samurai, 5 stars: +1.20 of 1.50')).toBeVisible();
    expect(
      within(panel).getByLabelText(
        'Seven Samurai, 5 stars: +1.20 (seen together +0.90, what it is about +0.30)',
      ),
    ).toHaveAttribute('href', '/films/samurai');
    expect(await within(panel).findByText('without it, 1st → 12th')).toBeVisible();
  });

  it('has a table behind the account, whose lines add to its sum, in the reader’s titles', async () => {
    recommender(() => [YOJIMBO]);
    const { client } = await drawAt(<Standing />, 'it');
    const settings = { ...ADA.settings, title_language: 'interface' as const };
    act(() => void client.setQueryData(keys.me, { ...ADA, settings }));
    const [table] = await screen.findAllByRole('button', { name: 'Tabella' });
    await userEvent.click(table as HTMLElement);
    const shown = lines();
    expect(shown[0]).toEqual(['I sette samurai, 5 stelle', '+1,20']);
    const sum = shown.pop()?.[1] ?? '';
    expect(shown.reduce((all, [, value]) => all + cents(value ?? ''), 0)).toBe(cents(sum));
  });

  it('computes what other stars would do, and changes nothing', async () => {
    const { told } = recommender(() => [YOJIMBO]);
    await drawAt(<Standing />);
    const stars = await screen.findByRole('slider', { name: 'Other stars for Seven Samurai' });
    stars.focus();
    await userEvent.keyboard('2{Enter}');
    expect(
      await screen.findByText(
        /Had you given Seven Samurai 2 stars instead of 5 stars, this would fall from 3rd to 41st/,
      ),
    ).toBeVisible();
    expect(told).toEqual([]);
  });

  it('reads the list anew, once, when its model explains no more', async () => {
    const { asked } = recommender(() => [YOJIMBO], {}, 'm2');
    await drawAt(<Standing />);
    const lists = () => asked.filter(({ path }) => path.startsWith('/api/recommendations?'));
    await waitFor(() => expect(lists()).toHaveLength(2));
    await screen.findByRole('region', { name: 'The account of a film' });
    expect(lists()).toHaveLength(2);
  });

  it('leaves a film out of my taste where it stands, and takes it back', async () => {
    const { told } = recommender((all) => (all.length % 2 === 1 ? [RAN] : [YOJIMBO, RAN]));
    await drawAt(<Standing />);
    const [mute] = await screen.findAllByRole('button', {
      name: 'Leave Seven Samurai out of my taste',
    });
    await userEvent.click(mute as HTMLElement);
    await waitFor(() => expect(screen.queryByRole('link', { name: 'Yojimbo' })).toBeNull());
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(screen.getAllByRole('link', { name: 'Yojimbo' })).not.toEqual([]));
    expect(told.map(({ method, path }) => [method, path])).toEqual([
      ['PUT', '/api/recommendations/muted/samurai'],
      ['DELETE', '/api/recommendations/muted/samurai'],
    ]);
  });

  it('turns a knob at once, sends it when the hand rests, and puts all back', async () => {
    const { told } = recommender(() => [YOJIMBO]);
    await drawAt(<Standing />);
    const fame = await screen.findByRole('slider', { name: 'Fame' });
    // In one go: a hand that pauses between them has rested.
    for (let step = 0; step < 3; step += 1) fireEvent.keyDown(fame, { key: 'ArrowLeft' });
    expect(fame).toHaveAttribute('aria-valuetext', 'little known');
    await waitFor(() => expect(told).toHaveLength(1));
    expect(told[0]?.body).toMatchObject({ popularity: -0.3, rest_days: 7 });
    await userEvent.click(screen.getByRole('button', { name: 'Reset the knobs' }));
    await waitFor(() => expect(told).toHaveLength(2));
    expect(told[1]?.body).toMatchObject({ popularity: 0, mood: 'any' });
    expect(screen.queryByRole('button', { name: 'Reset the knobs' })).toBeNull();
  });

  it('says how right it was', async () => {
    recommender(() => [YOJIMBO]);
    await drawAt(<Standing />);
    expect(await screen.findByText(/Right within half a star/)).toHaveTextContent(
      'Right within half a star 71% of the time for you',
    );
    expect(screen.getByText(/too few/)).toHaveTextContent('It promises 0.30 stars too few.');
  });
});

describe('on a phone', () => {
  beforeEach(() => measured(false));

  it('opens the account under its film, and closes it', async () => {
    recommender(() => [YOJIMBO, RAN]);
    await drawAt(<Standing />);
    const toggle = await screen.findByRole('button', { name: /^The account ?, Ran$/ });
    await userEvent.click(toggle);
    expect(toggle).toHaveAttribute('aria-expanded', 'true');
    const row = toggle.closest('li') as HTMLElement;
    expect(await within(row).findByText('What would change it?')).toBeVisible();
    await userEvent.click(toggle);
    expect(within(row).queryByText('What would change it?')).toBeNull();
  });

  it('takes a film out at once, gives it back, and leaves the hand in the list', async () => {
    const { told } = recommender((all) => (all.length % 2 === 1 ? [RAN] : [YOJIMBO, RAN]));
    await drawAt(<Standing />);
    await userEvent.click(await screen.findByRole('button', { name: 'Not interested in Yojimbo' }));
    await waitFor(() => expect(screen.queryByRole('link', { name: 'Yojimbo' })).toBeNull());
    expect(screen.getByRole('link', { name: 'Ran' })).toHaveFocus();
    await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(await screen.findByRole('link', { name: 'Yojimbo' })).toBeVisible();
    expect(told.map(({ method }) => method)).toEqual(['PUT', 'DELETE']);
  });
});
