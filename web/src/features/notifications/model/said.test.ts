import { expect, it } from 'vitest';
import type { Notification } from '../api/notifications';
import { leadsTo, said } from './said';

const told = (kind: Notification['kind'], data: Notification['data']): Notification => ({
  notification_id: 'n1',
  kind,
  at: '2026-03-01T20:15:00Z',
  data,
  read_at: null,
});

it('says films and hours apart, and leads to the film that reached them', () => {
  const films = told('milestone', { what: 'films', value: 100, film_id: 'f1' });
  expect(said(films)).toEqual({ key: 'films', values: { count: 100 } });
  expect(leadsTo(films)).toBe('/films/f1');
  expect(said(told('milestone', { what: 'hours', value: 50 })).key).toBe('hours');
});

it('counts what an import added, none where the server says none', () => {
  const done = told('import_finished', { import_id: 'i1', filename: 'a.zip' });
  expect(said(done).values).toEqual({ filename: 'a.zip', count: 0 });
  expect(leadsTo(done)).toBe('/import/i1');
});

it('leads nowhere without a film, and to the settings for what was switched off', () => {
  expect(leadsTo(told('first_film', {}))).toBeNull();
  expect(leadsTo(told('channel_disabled', { name: 'x', reason: 'y' }))).toBe('/settings');
});
