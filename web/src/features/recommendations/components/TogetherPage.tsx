import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyState } from '@/components/EmptyState';
import { CheckField } from '@/components/Field';
import { Page } from '@/components/Page';
import { RowSkeletons } from '@/components/Skeleton';
import {
  companionsOptions,
  togetherOptions,
  type TogetherAsked,
} from '@/lib/queries/recommendations';
import { useMe } from '@/lib/queries/session';
import { troubleText } from '@/lib/trouble';
import { useKnobs } from '../api/knobs';
import { Company } from './Company';
import { Shared } from './Shared';
import { useWords } from './useWords';
import styles from './together.module.css';

/** Agree in a minute: who, by which rule, how long; and films with everybody's part in them. */
export function TogetherPage() {
  const { t } = useWords();
  const { data: me } = useMe();
  const { data: companions, error } = useQuery(companionsOptions);
  const [asked, setAsked] = useState<TogetherAsked>({
    with_users: [],
    rule: 'mean',
    n: 10,
    max_minutes: null,
    genres: [],
    rewatch: false,
  });
  const chosen = asked.with_users.length > 0;
  const found = useQuery({ ...togetherOptions(asked), enabled: chosen });
  if (error) throw error;
  return (
    <Page title={t('together.title')} lead={t('together.lead')}>
      {!companions && <RowSkeletons count={3} />}
      {companions?.items.length === 0 && (
        <EmptyState title={t('together.nobody.title')}>{t('together.nobody.text')}</EmptyState>
      )}
      {companions && companions.items.length > 0 && (
        <Company
          companions={companions.items}
          asked={asked}
          onAsk={(change) => setAsked({ ...asked, ...change })}
        />
      )}
      <section className={styles.found} aria-label={t('together.found')} aria-live="polite">
        {chosen && found.error && <p>{troubleText(found.error)}</p>}
        {chosen && found.isPending && <RowSkeletons count={4} height="10rem" />}
        {chosen && found.data && !found.error && (
          <Shared found={found.data} stale={found.isFetching} mine={me?.user_id ?? ''} />
        )}
        {!chosen && companions && companions.items.length > 0 && (
          <p className={styles.hint}>{t('together.first')}</p>
        )}
      </section>
      <Open />
    </Page>
  );
}

/** Whether others may choose with me. */
function Open() {
  const { t } = useWords();
  const { knobs, turn } = useKnobs();
  return (
    <div className={styles.open}>
      <CheckField
        label={t('together.open')}
        checked={knobs?.together ?? false}
        disabled={!knobs}
        onChange={(together) => turn({ together })}
      />
      <p className={styles.hint}>{t('together.openText')}</p>
    </div>
  );
}
