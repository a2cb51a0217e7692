import { useTranslation } from 'react-i18next';

import type { DateRange } from '../model/filters';
import type { Affinity, AffinityType, UserStats } from '../model/types';
import { RankedList } from '@/components/charts';
import { Explorer } from './Explorer';
import styles from './ranking.module.css';
import { Pair, Section } from './Section';
import { useRanked } from './useRanked';

/** Directors and actors; in a range those of its viewings, by films. */
export function Who({ stats, range }: { stats: UserStats; range: DateRange }) {
  const { t } = useTranslation('stats');
  const all = !range.from && !range.to;
  return (
    <Section title={t('section.who')} note={t('whoNote')}>
      <Pair>
        {all ? <Explorer type="director" /> : <Ranked type="director" rows={stats.directors} />}
        {all ? <Explorer type="actor" /> : <Ranked type="actor" rows={stats.actors} />}
      </Pair>
    </Section>
  );
}

function Ranked({ type, rows }: { type: AffinityType; rows: Affinity[] }) {
  const { ranked, title } = useRanked(type, 'count', rows.slice(0, 10));
  return (
    <section className={styles.explorer} aria-label={title}>
      <h3 className={styles.title}>{title}</h3>
      <RankedList label={title} data={ranked} />
    </section>
  );
}
