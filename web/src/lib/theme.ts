import { useSyncExternalStore } from 'react';
import type { Theme } from '@/api/types';

const KEY = 'cm.theme';
const listeners = new Set<() => void>();
const dark = () => window.matchMedia('(prefers-color-scheme: dark)');

function chosen(): Theme {
  const stored = localStorage.getItem(KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

function apply(): void {
  const theme = chosen();
  const shown = theme === 'system' ? (dark().matches ? 'dark' : 'light') : theme;
  document.documentElement.dataset.theme = shown;
  document
    .querySelector('meta[name=theme-color]')
    ?.setAttribute('content', shown === 'dark' ? '#131210' : '#f4efe4');
  for (const listener of listeners) listener();
}

export function setTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  apply();
}

/** Follow the machine when it turns dark in the evening. */
export function followSystemTheme(): void {
  dark().addEventListener('change', apply);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The theme chosen, and the one that shows. */
export function useTheme(): { theme: Theme; shown: 'light' | 'dark' } {
  const theme = useSyncExternalStore(subscribe, chosen);
  const shown = useSyncExternalStore(subscribe, () => document.documentElement.dataset.theme);
  return { theme, shown: shown === 'dark' ? 'dark' : 'light' };
}
