import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { logFilm } from '@/lib/shell';
import styles from './BottomBar.module.css';
import { PLACES_TO_GO, type PlaceToGo } from './places';

/** Under the thumb of a phone: four places, and the one thing people come for in the middle. */
export function BottomBar() {
  const { t } = useTranslation('shell');
  const [home, diary, forYou, statistics] = PLACES_TO_GO.filter((place) => place.thumb);
  const tab = (place: PlaceToGo | undefined) =>
    place && (
      <Link
        key={place.to}
        to={place.to}
        className={styles.tab}
        activeOptions={{ exact: place.to === '/', includeSearch: false }}
      >
        <place.icon size={20} strokeWidth={1.75} aria-hidden />
        {t(`short.${place.word}`)}
      </Link>
    );
  return (
    <nav className={styles.bar} aria-label={t('navigation')}>
      {tab(home)}
      {tab(diary)}
      <button type="button" className={styles.log} aria-label={t('log')} onClick={() => logFilm()}>
        <Plus size={26} strokeWidth={1.75} aria-hidden />
      </button>
      {tab(forYou)}
      {tab(statistics)}
    </nav>
  );
}
