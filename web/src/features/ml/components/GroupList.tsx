import { useTranslation } from 'react-i18next';
import { HrefLink } from '@/components/charts/HrefLink';
import { useFormat } from '@/lib/format';
import type { Group, Groups } from '../model/types';
import { useFigures } from '../model/useFigures';
import styles from './clusters.module.css';
import { featureWords } from './useGroupName';

const MOST_FEATURES = 4;
const MOST_FILMS = 4;
/** What is no more common than among all says nothing. */
const TELLING = 1.05;

interface Props {
  groups: Groups;
  names: string[];
  chosen: number | null;
  onChoose: (group: number | null) => void;
}

/** The groups by name; pressing one leaves only its points lit. */
export function GroupList({ groups, names, chosen, onChoose }: Props) {
  const { t } = useTranslation('ml');
  const format = useFormat();
  const most = Math.max(1, ...groups.groups.map((group) => group.size));
  return (
    <div>
      <ul className={styles.groups} aria-label={t('clusters.groups')}>
        {groups.groups.map((group, i) => (
          <li key={i}>
            <button
              type="button"
              className={styles.group}
              aria-pressed={chosen === i}
              onClick={() => onChoose(chosen === i ? null : i)}
            >
              <b>{names[i]}</b>
              <span className={styles.size}>{format.number(group.size)}</span>
              <span className={styles.bar} style={{ width: `${(group.size / most) * 100}%` }} />
            </button>
            <Details group={group} />
          </li>
        ))}
      </ul>
      <p className={styles.times}>{t('clusters.times')}</p>
    </div>
  );
}

function Details({ group }: { group: Group }) {
  const { t } = useTranslation('ml');
  const format = useFormat();
  const { one } = useFigures();
  const telling = group.features.filter(([, , times]) => times >= TELLING);
  return (
    <>
      <p className={styles.features}>
        {telling.slice(0, MOST_FEATURES).map((feature) => (
          <span key={feature.join()}>
            {featureWords(feature, t, format)} <b>×{one(feature[2])}</b>
          </span>
        ))}
      </p>
      <p className={styles.examples}>
        {group.films.slice(0, MOST_FILMS).map((film) => (
          <HrefLink key={film.film_id} href={`/films/${film.film_id}`}>
            {format.title(film)}
          </HrefLink>
        ))}
      </p>
    </>
  );
}
