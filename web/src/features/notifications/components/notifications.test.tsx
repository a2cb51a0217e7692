import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { answerWith, json, problem } from '@/testing/http';
import { draw } from '@/testing/render';
import { Bell } from './Bell';
import { NotificationSettings } from './NotificationSettings';

const TOLD = {
  notification_id: 'n1',
  kind: 'milestone',
  at: '2026-03-01T20:15:00Z',
  data: { what: 'films', value: 100, film_id: 'f1', title: 'Ran' },
  read_at: null,
};
const HOOK = {
  webhook_id: 'w1',
  url: 'https://example.org/hook',
  kinds: ['film.added'],
  enabled: false,
  failures: 24,
  last_error: 'answered 500',
};
const SWITCHES = {
  first_film: true,
  milestone: true,
  import_finished: true,
  channel_disabled: true,
};

it('counts what is new, shows it, and has it read once it is closed', async () => {
  let unread = 1;
  const asked = answerWith(({ method, path }) => {
    if (method === 'POST') unread = 0;
    if (path === '/api/notifications?limit=20')
      return json({ items: [TOLD], total: 1, next: null });
    return json({ unread });
  });
  const go = vi.fn();
  await draw(<Bell go={go} />);
  await userEvent.click(await screen.findByRole('button', { name: 'News: one you have not read' }));
  const link = await screen.findByRole('link', { name: 'You have reached 100 films.' });
  expect(link).toHaveAttribute('href', '/films/f1');
  expect(asked.some(({ method }) => method === 'POST')).toBe(false);
  await userEvent.click(link);
  expect(go).toHaveBeenCalledWith('/films/f1');
  await screen.findByRole('button', { name: 'News: nothing new' });
  expect(asked.find(({ method }) => method === 'POST')?.path).toBe('/api/notifications/read');
});

it('says what is wrong with an address beside it, and shows a secret once', async () => {
  const answers = [
    problem(422, { errors: [{ field: 'url', message: 'leads inside', mend: 'give another' }] }),
    json({ ...HOOK, enabled: true, secret: 'whsec_abc' }, 201),
  ];
  const asked = answerWith(({ method, path }) => {
    if (method === 'POST') return answers.shift() ?? json({});
    return path.endsWith('/settings') ? json(SWITCHES) : json({ items: [] });
  });
  await draw(<NotificationSettings />);
  const field = screen.getByRole('textbox', { name: 'Address to call' });
  await userEvent.type(field, 'http://inside/{Enter}');
  expect(await screen.findByText(/This address is not taken\. It begins/)).toBeVisible();
  await userEvent.clear(field);
  await userEvent.type(field, 'https://example.org/hook{Enter}');
  expect(await screen.findByText('whsec_abc')).toBeVisible();
  expect(asked.filter(({ method }) => method === 'POST')[1]?.body).toEqual({
    url: 'https://example.org/hook',
    kinds: ['film.added', 'film.rated'],
  });
  await userEvent.click(screen.getByRole('button', { name: 'I have it' }));
  expect(screen.queryByText('whsec_abc')).toBeNull();
});

it('says in Italian that a service is not taken here, and that a row fails', async () => {
  const failing = { ...HOOK, enabled: true, last_error: 'answered 500' };
  const answers = [
    problem(422, { errors: [{ field: 'url', message: 'mailto:// is not allowed', mend: '' }] }),
    problem(503, { detail: 'Apprise is not installed here.' }),
  ];
  answerWith(({ method, path }) => {
    if (method === 'POST') return answers.shift() ?? json({});
    if (path.endsWith('/settings')) return json(SWITCHES);
    return json({ items: path === '/api/webhooks' ? [failing] : [] });
  });
  await draw(<NotificationSettings />, 'it');
  expect(await screen.findByText('L’ultimo tentativo è fallito: answered 500')).toBeVisible();
  await userEvent.type(screen.getByRole('textbox', { name: 'Come lo chiami' }), 'Posta');
  const field = screen.getByRole('textbox', { name: 'Indirizzo per Apprise' });
  await userEvent.type(field, 'mailto://a{Enter}');
  expect(await screen.findByText(/^Questo indirizzo non va/)).toBeVisible();
  await userEvent.type(field, 'b{Enter}');
  expect(await screen.findByText(/Apprise non è installato/)).toBeVisible();
});

it('says in Italian why a channel is off, and switches it on; kinds are switched', async () => {
  const asked = answerWith(({ method, path, body }) => {
    if (method === 'PATCH') return json({ ...SWITCHES, ...(body as object) });
    if (path.endsWith('/settings')) return json(SWITCHES);
    return json({ items: path === '/api/webhooks' ? [HOOK] : [] });
  });
  await draw(<NotificationSettings />, 'it');
  expect(await screen.findByText('Spento: answered 500')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Riaccendi' }));
  await userEvent.click(await screen.findByRole('checkbox', { name: 'Il mio primo film' }));
  await waitFor(() =>
    expect(asked.filter(({ method }) => method === 'PATCH').map(({ body }) => body)).toEqual([
      { enabled: true },
      { first_film: false },
    ]),
  );
  expect(screen.getByRole('checkbox', { name: 'Il mio primo film' })).not.toBeChecked();
});
