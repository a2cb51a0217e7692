import { hashKey } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { whenSignedOut } from '@/api/client';
import type { User } from '@/api/types';
import { setEnded } from '@/lib/ended';
import { forgetRead } from '@/lib/forget';
import { changeLanguage, currentLanguage, startI18n } from '@/lib/i18n';
import { keys } from '@/lib/queries/keys';
import { followSystemTheme, setTheme } from '@/lib/theme';
import { App } from './app/App';
import { queryClient } from './app/queryClient';
import './styles/index.css';

whenSignedOut(() => {
  if (queryClient.getQueryData(keys.me)) setEnded(true);
});

/** What the account says of language and theme holds on every machine of the person. */
function follow(user: User | null | undefined): void {
  if (!user) return;
  const { language, theme } = user.settings;
  if (language && language !== currentLanguage()) void changeLanguage(language);
  setTheme(theme);
}

let seen: User | null | undefined;
queryClient.getQueryCache().subscribe(({ query }) => {
  if (query.queryHash !== hashKey(keys.me)) return;
  const user = query.state.data as User | null | undefined;
  if (user?.user_id !== seen?.user_id) {
    if (seen) void forgetRead();
    follow(user);
  }
  seen = user;
});

followSystemTheme();
await startI18n();
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
if (import.meta.env.PROD) void import('./app/offline').then(({ register }) => register());
