import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Film } from '@/api/types';
import { Button, buttonClass } from '@/components/Button';
import { HrefLink } from '@/components/charts/HrefLink';
import { Dialog } from '@/components/Dialog';
import { FilmBox } from '@/components/FilmBox';
import { Page, Section } from '@/components/Page';
import { RowSkeletons } from '@/components/Skeleton';
import { useMe } from '@/lib/queries/session';
import { statusOptions } from '../api/admin';
import { Accounts } from './Accounts';
import styles from './admin.module.css';
import { Backups } from './Backups';
import { Check } from './Check';
import { Figures } from './Figures';
import { Jobs } from './Jobs';
import { Rest } from './Rest';

/** May I sleep? First the answer, then everything behind it. */
export function AdministrationPage({ onFilm }: { onFilm: (film: Film) => void }) {
  const { t } = useTranslation('admin');
  const { data: me } = useMe();
  const [choosing, setChoosing] = useState(false);
  const { data: status } = useQuery({ ...statusOptions, enabled: me?.role === 'administrator' });
  if (me && me.role !== 'administrator') {
    return <Page title={t('title')} lead={t('others')} children={null} />;
  }
  return (
    <Page title={t('title')}>
      {status ? (
        <>
          <Rest status={status} />
          <Figures status={status} />
        </>
      ) : (
        <RowSkeletons count={3} height="5rem" />
      )}
      <Section title={t('check.title')}>
        <Check status={status} />
      </Section>
      <Section title={t('backups.title')}>
        <Backups />
      </Section>
      <Section title={t('jobs.title')}>
        <Jobs jobs={status?.jobs ?? []} />
      </Section>
      <Section title={t('users.title')}>
        <Accounts />
      </Section>
      <Section title={t('recommender.title')}>
        <p className={styles.text}>{t('recommender.text')}</p>
        <HrefLink href="/ml-dashboard" className={`${buttonClass()} ${styles.films}`}>
          {t('recommender.open')}
        </HrefLink>
      </Section>
      <Section title={t('films.title')}>
        <p className={styles.text}>{t('films.text')}</p>
        <Button className={styles.films} onClick={() => setChoosing(true)}>
          {t('films.choose')}
        </Button>
        <Dialog open={choosing} onOpenChange={setChoosing} title={t('films.choose')} quietTitle>
          <FilmBox onChoose={onFilm} />
        </Dialog>
      </Section>
    </Page>
  );
}
