import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { act } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keys } from '@/lib/queries/keys';
import { ADA, draw } from '@/testing/render';
import { answerWith, type Asked, json, problem } from '@/testing/http';
import {
  CLUSTERING,
  EVALUATION,
  job,
  LIVE,
  model,
  STATUS,
  stubSource,
  SUGGESTED,
} from '../testing/builders';
import { MlDashboardPage } from './MlDashboardPage';

type Answers = Record<string, (asked: Asked) => Response>;

const CALM: Answers = {
  'GET /api/recommendations/status': () => json(STATUS),
  'GET /api/recommendations/user/': () => json(SUGGESTED),
  'GET /api/recommendations/evaluation': () => json(EVALUATION),
  'GET /api/recommendations/clustering': () => json(CLUSTERING),
  'GET /api/admin/ml/live-monitor': () => json(LIVE),
  'GET /api/admin/ml/models': () =>
    json({ items: [model(), model({ version: 'm1', status: 'retired' })] }),
  'GET /api/admin/ml/jobs': () => json({ items: [] }),
  'GET /api/admin/users': () => json({ items: [ADA] }),
  'GET /api/setup': () => json({ version: '1.2.3' }),
};

/** Open the page; the longest address that a question begins with answers it. */
async function open(
  more: Answers = {},
  role: 'user' | 'administrator' = 'administrator',
  language: 'en' | 'it' = 'en',
) {
  const answers = { ...CALM, ...more };
  const byLength = Object.keys(answers).sort((a, b) => b.length - a.length);
  const asked = answerWith((question) => {
    const key = byLength.find((each) => `${question.method} ${question.path}`.startsWith(each));
    return key ? (answers[key]?.(question) ?? problem(404)) : problem(404);
  });
  const onFilm = vi.fn();
  const drawn = await draw(null, language);
  drawn.client.setQueryData(keys.me, { ...ADA, role });
  const router = createRouter({
    routeTree: createRootRoute({ component: () => <MlDashboardPage onFilm={onFilm} /> }),
    history: createMemoryHistory(),
  });
  await router.load();
  drawn.again(<RouterProvider router={router as never} />);
  return { ...drawn, asked, onFilm, user: userEvent.setup() };
}

let sources: ReturnType<typeof stubSource>;
beforeEach(() => {
  sources = stubSource();
  vi.stubGlobal('scrollTo', vi.fn());
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  );
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(800);
});

afterEach(() => vi.useRealTimers());

const log = () => screen.getByRole('log', { name: 'Console' });
const count = (asked: Asked[], path: string) => asked.filter((one) => one.path === path).length;

it('is for administrators', async () => {
  const { asked } = await open({}, 'user');
  expect(await screen.findByText(/Only administrators/)).toBeInTheDocument();
  expect(asked).toEqual([]);
});

it('says what serves, how good it is, and what it was made of', async () => {
  await open();
  expect(await screen.findByText('Active')).toBeInTheDocument();
  expect(await screen.findByText(/CineMatch 1.2.3/)).toBeInTheDocument();
  expect(screen.getByText('23.4%')).toBeInTheDocument();
  expect(
    await screen.findByText('Error in stars (RMSE): 5.6% better than the means of film and person'),
  ).toBeInTheDocument();
  expect(screen.getByText(/There are no groups|2 groups of films/)).toBeInTheDocument();
  expect(screen.getByText('Habits have moved a little')).toBeInTheDocument();
});

it('begins a search, shows each row as it comes, and marks the best', async () => {
  const { user, asked } = await open({
    'POST /api/admin/ml/jobs': () => json(job({ status: 'waiting' }), 202),
    'GET /api/admin/ml/jobs/j1': () => json(job()),
  });
  await user.click(await screen.findByRole('button', { name: 'Optimise K' }));
  await waitFor(() => expect(sources.all).toHaveLength(1));
  const posted = asked.find((one) => one.method === 'POST');
  expect(posted?.body).toEqual({ kind: 'optimise-k', options: { source: 'auto', seed: 42 } });
  const stream = sources.all[0];
  const row = { explained_variance: 0.2, efficiency: 0.02, composite_score: 0.3 };
  const svd = { type: 'k_svd_result', standard_error: 0.01, train_rmse: 0.7, ...row };
  act(() => stream?.say(1, { type: 'phase', phase: 'k_svd', message: '', candidates: [5, 10] }));
  act(() => stream?.say(2, { ...svd, k: 5, held_out_rmse: 0.9, is_best: true, progress: 45.5 }));
  const table = within(screen.getByRole('table', { name: 'Candidates for K-SVD' }));
  expect(table.getAllByRole('row')).toHaveLength(2);
  expect(screen.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '45.5');
  expect(screen.getByText('45.5%')).toBeInTheDocument();
  act(() => stream?.say(3, { ...svd, k: 10, held_out_rmse: 0.8, is_best: true, progress: 50 }));
  expect(table.getAllByRole('row')).toHaveLength(3);
  expect(table.getByText('best: fewest that suffice').closest('tr')).toHaveTextContent('0.800');
  act(() => stream?.say(4, { type: 'ended', status: 'cancelled' }));
  expect(screen.getByText(/^Cancelled\. What was tried/)).toBeInTheDocument();
  expect(screen.queryByRole('progressbar')).toBeNull();
  expect(log()).toHaveTextContent('WARNINGSearch for K: cancelled');
});

it('says in the reader’s language what a search says, and why it failed', async () => {
  const jobs = { 'GET /api/admin/ml/jobs': () => json({ items: [job()] }) };
  await open(jobs, 'administrator', 'it');
  await waitFor(() => expect(sources.all).toHaveLength(1));
  const stream = sources.all[0];
  const italian = screen.getByRole('log');
  const said = { type: 'status', message: 'K = 25 is tried.', what: 'tried', k: 25 };
  const failure = { kind: 'too_few_films', values: { films: 3 } };
  act(() => stream?.say(1, { type: 'status', message: 'Ratings…', phase: 'gathering' }));
  act(() => stream?.say(2, said));
  act(() => stream?.say(3, { type: 'ended', status: 'failed', error: '3 films…', failure }));
  expect(italian).toHaveTextContent('raccoglie i voti');
  expect(italian).toHaveTextContent('Si prova K = 25');
  const why = 'Con 3 film non si può inventare una comunità: prima caricane altri nel catalogo.';
  expect(italian).toHaveTextContent(`Ricerca di K: non riuscita. ${why}`);
  expect(screen.getByText(`La ricerca non è riuscita: ${why}`)).toBeInTheDocument();
});

it('says how to learn what is not known of newcomers and old hands', async () => {
  const evaluation = { ...EVALUATION, segments: {} };
  await open({ 'GET /api/recommendations/evaluation': () => json(evaluation) });
  expect(await screen.findByText(/“Evaluate”, above, finds it out/)).toBeInTheDocument();
});

it('finds a job that runs, follows it, and asks it to leave off', async () => {
  const { user, asked } = await open({
    'GET /api/admin/ml/jobs': () => json({ items: [job({ kind: 'train', progress: 12 })] }),
    'GET /api/admin/ml/jobs/j1': () => json(job({ kind: 'train', progress: 12 })),
    'POST /api/admin/ml/jobs/j1/cancel': () => json(job({ kind: 'train' })),
  });
  expect(await screen.findByRole('progressbar', { name: 'Training' })).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Training…' })).toBeDisabled();
  expect(screen.getByRole('button', { name: 'Optimise K' })).toBeDisabled();
  await user.click(screen.getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(count(asked, '/api/admin/ml/jobs/j1/cancel')).toBe(1));
  expect(asked.filter((one) => one.method === 'POST')).toHaveLength(1);
});

it('shows the rows of the last search again, and begins nothing by it', async () => {
  const done = job({ status: 'done' });
  const { asked } = await open({ 'GET /api/admin/ml/jobs': () => json({ items: [done] }) });
  await waitFor(() => expect(sources.all).toHaveLength(1));
  act(() => sources.all[0]?.say(1, { type: 'matrix_info', shape: [12, 40], density: 0.041 }));
  expect(screen.getByText('12 people × 40 films, 4.1% of the table is rated.')).toBeInTheDocument();
  expect(screen.queryByRole('progressbar')).toBeNull();
  expect(asked.some((one) => one.method === 'POST')).toBe(false);
});

it.each([
  [409, {}, /One job at a time/],
  [429, { 'retry-after': '52' }, /Again in 52 seconds/],
  [429, { 'retry-after': '1100' }, /Again in 19 minutes/],
])('says in words why a training is refused (%i)', async (status, headers, words) => {
  const { user } = await open({
    'POST /api/admin/ml/jobs': () =>
      new Response(JSON.stringify({ title: 'Refused', status }), {
        status,
        headers: { 'Content-Type': 'application/problem+json', ...headers },
      }),
  });
  await user.click(await screen.findByRole('button', { name: 'Train' }));
  expect(await screen.findByRole('alert')).toHaveTextContent(words);
  expect(log()).toHaveTextContent(words);
  expect(screen.getByRole('button', { name: 'Train' })).toBeEnabled();
});

it('refreshes the status alone while it is asked to, and stops with the page', async () => {
  const { user, asked, unmount } = await open();
  await screen.findByText('Active');
  vi.useFakeTimers({ shouldAdvanceTime: true });
  await user.click(screen.getByRole('checkbox', { name: /Auto-refresh/ }));
  const before = asked.length;
  await act(() => vi.advanceTimersByTimeAsync(6_500));
  const later = asked.slice(before).map((one) => one.path);
  expect(later).toEqual(['/api/recommendations/status', '/api/recommendations/status']);
  unmount();
  await vi.advanceTimersByTimeAsync(9_000);
  expect(asked.length).toBe(before + 2);
});

it('lets another model serve after a word, and not without', async () => {
  const { user, asked } = await open({
    'POST /api/admin/ml/models/m1/promote': () => json(model({ version: 'm1' })),
  });
  await user.click(await screen.findByRole('button', { name: 'Promote m1' }));
  const dialog = within(screen.getByRole('dialog'));
  expect(dialog.getByText(/everybody’s suggestions come from m1/)).toBeInTheDocument();
  expect(asked.some((one) => one.method === 'POST')).toBe(false);
  await user.click(dialog.getByRole('button', { name: 'Promote' }));
  await waitFor(() => expect(log()).toHaveTextContent('m1 serves now'));
});

it('reads the map by keys and opens the film', async () => {
  const { user, onFilm } = await open();
  const map = await screen.findByRole('application', { name: /groups of films/ });
  map.focus();
  await user.keyboard('{ArrowRight}{ArrowUp}');
  expect(within(map).getByText(/Alien \(1979\) · Horror · seen by 7/)).toBeInTheDocument();
  await user.keyboard('{Enter}');
  expect(onFilm).toHaveBeenCalledWith('f3');
});

it('empties the console', async () => {
  const { user } = await open();
  await user.click(await screen.findByRole('checkbox', { name: /Auto-refresh/ }));
  expect(log()).toHaveTextContent('Auto-refresh on');
  await user.click(screen.getByRole('button', { name: 'Clear log' }));
  expect(log()).toHaveTextContent('Nothing yet');
});
