import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { beforeEach, expect, it, vi } from 'vitest';

import common from '@/lib/i18n/locales/it/common.json';
import stats from '../locales/it.json';
import type { StatsEvent } from '../model/types';
import DeltaCard from './DeltaCard';
import { forgetAll, remember } from './history';

const event = (seq: number): StatsEvent => ({
  seq,
  as_of: '2026-03-01T20:15:00Z',
  total_watched: 12,
  avg_rating: 3.5,
  viewing_minutes: 1400,
  watch_time_minutes: 1300,
  moves: [
    { kind: 'time', minutes: 100 + seq },
    { kind: 'rank', type: 'director', id: 'nm1', name: 'Akira Kurosawa', from: 9, to: 7 },
  ],
});

beforeEach(async () => {
  forgetAll();
  await i18next.use(initReactI18next).init({
    lng: 'it',
    resources: { it: { common, stats } },
    interpolation: { escapeValue: false },
  });
});

it('says politely what moved', () => {
  render(<DeltaCard event={event(39)} onDismiss={() => undefined} />);
  expect(screen.getByRole('status')).toHaveTextContent(
    '+2 h 19 min di cinema. Akira Kurosawa sale dal 9º al 7º posto tra i registi',
  );
});

it('goes away by its button and by Escape', async () => {
  const dismiss = vi.fn();
  render(<DeltaCard event={event(1)} onDismiss={dismiss} />);
  await userEvent.click(screen.getByRole('button', { name: 'Chiudi' }));
  await userEvent.keyboard('{Escape}');
  expect(dismiss).toHaveBeenCalledTimes(2);
});

it('goes away by itself, but not while it is pointed at', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const dismiss = vi.fn();
  render(<DeltaCard event={event(1)} onDismiss={dismiss} />);
  await userEvent.hover(screen.getByRole('complementary'));
  vi.advanceTimersByTime(20_000);
  expect(dismiss).not.toHaveBeenCalled();
  await userEvent.unhover(screen.getByRole('complementary'));
  vi.advanceTimersByTime(20_000);
  expect(dismiss).toHaveBeenCalledTimes(1);
  vi.useRealTimers();
});

it('keeps the changes before it', async () => {
  remember(event(1));
  remember(event(2));
  render(<DeltaCard event={event(2)} onDismiss={() => undefined} />);
  await userEvent.click(screen.getByRole('button', { name: 'Cambiamenti precedenti' }));
  expect(screen.getByText('+1 h 41 min')).toBeVisible();
});
