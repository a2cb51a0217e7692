import { Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Deltas } from '@/features/stats/delta/Deltas';
import { useEnded } from '@/lib/ended';
import { closeOverlay, useOverlay } from '@/lib/shell';
import { BottomBar } from './BottomBar';
import { Offline } from './Offline';
import { Rail } from './Rail';
import styles from './Shell.module.css';
import { useLiveFigures } from './useLiveFigures';
import { useShortcuts } from './useShortcuts';

const Palette = lazy(() => import('./Palette'));
const Help = lazy(() => import('./Help'));
const SignInAgain = lazy(() => import('@/features/account/components/SignInAgain'));
const LogDialog = lazy(() => import('@/features/log/LogDialog'));

/** The house: rail or bar, the page, and what lies over it. */
export function Shell() {
  const { t } = useTranslation('shell');
  const overlay = useOverlay();
  const ended = useEnded();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useShortcuts();
  useLiveFigures();

  useEffect(() => {
    closeOverlay();
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [path]);

  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#page">
        {t('skip')}
      </a>
      <Rail />
      <main id="page" ref={main} tabIndex={-1} className={styles.main}>
        <Offline />
        <Outlet />
      </main>
      <BottomBar />
      <Deltas />
      <Suspense>
        {overlay?.kind === 'palette' && <Palette />}
        {overlay?.kind === 'help' && <Help />}
        {overlay?.kind === 'log' && <LogDialog film={overlay.film} onClose={closeOverlay} />}
        {ended && <SignInAgain />}
      </Suspense>
    </div>
  );
}
