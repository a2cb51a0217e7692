import { Link, useNavigate } from '@tanstack/react-router';
import { Plus, Search } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Bell } from '@/features/notifications/components/Bell';
import { logFilm, openSearch } from '@/lib/shell';
import { Account } from './Account';
import { Mark } from './Mark';
import { PLACES_TO_GO } from './places';
import styles from './Rail.module.css';

/** The left rail of a desk. */
export function Rail() {
  const { t } = useTranslation('shell');
  const navigate = useNavigate();
  return (
    <header className={styles.rail}>
      <Link to="/" className={styles.brand} aria-label={t('brand')}>
        <Mark />
        <span aria-hidden>CineMatch</span>
      </Link>
      <button type="button" className={styles.log} onClick={() => logFilm()}>
        <Plus size={18} strokeWidth={2} aria-hidden />
        <span>{t('log')}</span>
        <kbd aria-hidden>n</kbd>
      </button>
      <button type="button" className={styles.search} onClick={openSearch}>
        <Search size={18} strokeWidth={1.75} aria-hidden />
        <span>{t('search')}</span>
        <kbd aria-hidden>/</kbd>
      </button>
      <nav aria-label={t('navigation')}>
        <ul>
          {PLACES_TO_GO.map(({ to, word, icon: Icon }) => (
            <li key={to}>
              <Link
                to={to}
                className={styles.place}
                activeOptions={{ exact: to === '/', includeSearch: false }}
              >
                <Icon size={18} strokeWidth={1.75} aria-hidden />
                <span>{t(`place.${word}`)}</span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Bell go={(path) => void navigate({ to: path })} />
      <Account />
    </header>
  );
}
