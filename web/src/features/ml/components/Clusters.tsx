import { useQuery } from '@tanstack/react-query';
import { useState, memo } from 'react';
import { useTranslation } from 'react-i18next';
import { ToggleChip } from '@/components/Chip';
import { Skeleton } from '@/components/Skeleton';
import { troubleText } from '@/lib/trouble';
import { clusteringOptions } from '../api/ml';
import type { Groups } from '../model/types';
import { useFigures } from '../model/useFigures';
import { ClusterMap } from './ClusterMap';
import styles from './clusters.module.css';
import { GroupList } from './GroupList';
import ml from './ml.module.css';
import { useGroupName } from './useGroupName';

type Kind = 'films' | 'people';
const KINDS: Kind[] = ['films', 'people'];

/** Who is like whom, and which films go together: a map of each. */
export const Clusters = memo(function Clusters({ onFilm }: { onFilm: (filmId: string) => void }) {
  const { t } = useTranslation('ml');
  const { data, error } = useQuery(clusteringOptions);
  const [kind, setKind] = useState<Kind>('films');
  if (error) return <p className={ml.note}>{troubleText(error)}</p>;
  if (!data) return <Skeleton height="24rem" />;
  const groups = data[kind];
  return (
    <div className={ml.stack}>
      <div className={ml.row} role="group" aria-label={t('clusters.kind')}>
        {KINDS.map((each) => (
          <ToggleChip key={each} pressed={kind === each} onToggle={() => setKind(each)}>
            {t(`clusters.${each}`)}
          </ToggleChip>
        ))}
      </div>
      {groups ? (
        <Found key={kind} kind={kind} groups={groups} onFilm={onFilm} />
      ) : (
        <p className={ml.note}>
          {t(`clusters.none.${data.films || data.people ? kind : 'model'}`)}
        </p>
      )}
    </div>
  );
});

interface FoundProps {
  kind: Kind;
  groups: Groups;
  onFilm: (filmId: string) => void;
}

function Found({ kind, groups, onFilm }: FoundProps) {
  const { t } = useTranslation('ml');
  const { three, percent } = useFigures();
  const nameOf = useGroupName();
  const [chosen, setChosen] = useState<number | null>(null);
  const names = groups.groups.map(nameOf);
  const all = groups.groups.reduce((sum, group) => sum + group.size, 0);
  const largest = groups.groups.reduce(
    (best, group, i) => (group.size > (groups.groups[best]?.size ?? 0) ? i : best),
    0,
  );
  const title = !groups.clear
    ? t('clusters.unclear')
    : t(`clusters.finding.${kind}`, {
        count: names.length,
        // A point that parts two words does not begin a line.
        name: names[largest]?.replaceAll(' · ', '\u00a0· '),
        share: percent((groups.groups[largest]?.size ?? 0) / (all || 1)),
      });
  return (
    <>
      <dl className={styles.judged}>
        <div>
          <dt>{t('clusters.silhouette')}</dt>
          <dd>{three(groups.silhouette)}</dd>
        </div>
        <div>
          <dt>{t('clusters.stability')}</dt>
          <dd>{three(groups.stability)}</dd>
        </div>
        <div>
          <dt>{t('clusters.balance')}</dt>
          <dd>{three(groups.balance)}</dd>
        </div>
      </dl>
      {!groups.clear && <p className={ml.note}>{t('clusters.unclearText')}</p>}
      <div className={styles.map}>
        <ClusterMap
          title={title}
          sub={t(`clusters.sub.${kind}`, { count: groups.points.length })}
          {...{ kind, groups, names, chosen, onFilm }}
        />
        <GroupList {...{ groups, names, chosen, onChoose: setChosen }} />
      </div>
      {kind === 'people' && <p className={ml.small}>{t('clusters.nameless')}</p>}
    </>
  );
}
