import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DiaryRow, Entry } from '@/api/types';
import { Page, Section } from '@/components/Page';
import { PosterGridSkeleton } from '@/components/PosterGrid/PosterCell';
import { Skeleton } from '@/components/Skeleton';
import { diaryOptions, libraryOptions } from '@/lib/queries/library';
import { useMe } from '@/lib/queries/session';
import { userStatsOptions } from '@/lib/queries/stats';
import { usePaged } from '@/lib/queries/usePaged';
import { FirstSteps } from './FirstSteps';
import styles from './Home.module.css';
import { Latest } from './Latest';
import { Month } from './Month';
import { Tonight } from './Tonight';

/** What changed, what next; `community` is what everybody does, from another room. */
export function HomePage({ community }: { community: ReactNode }) {
  const { t } = useTranslation('home');
  const { data: me } = useMe();
  const { data: stats, error } = useQuery(userStatsOptions);
  const diary = usePaged<DiaryRow>(diaryOptions({ sort: '-date', limit: 12 }));
  const watchlist = usePaged<Entry>(libraryOptions({ watchlist: true, sort: '-added', limit: 30 }));
  if (error) throw error;
  const empty = stats?.total_watched === 0 && !diary.pending && diary.total === 0;
  if (empty) {
    return (
      <Page title={t('title')} bare>
        <FirstSteps name={me?.username ?? ''} />
      </Page>
    );
  }
  return (
    <Page title={t('title')} quietTitle>
      <div className={styles.top}>
        {stats ? <Month stats={stats} /> : <Skeleton height="18rem" />}
        <Tonight entries={watchlist.items} pending={watchlist.pending} />
      </div>
      <Section title={t('latest')} aside={<Link to="/diary">{t('toDiary')}</Link>}>
        {diary.pending ? <PosterGridSkeleton count={6} /> : <Latest rows={diary.items} />}
      </Section>
      {community}
    </Page>
  );
}
