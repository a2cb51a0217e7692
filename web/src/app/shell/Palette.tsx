import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { Plus, Search } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/Dialog';
import { Poster } from '@/components/Poster';
import { useFormat } from '@/lib/format';
import { suggestOptions } from '@/lib/queries/films';
import { closeOverlay, logFilm } from '@/lib/shell';
import styles from './Palette.module.css';
import { PLACES_TO_GO } from './places';

/** Search and go: films as one types, and every place of the house. */
export default function Palette() {
  const { t } = useTranslation('shell');
  const format = useFormat();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const { data } = useQuery({ ...suggestOptions(q), enabled: q.length > 0 });
  const films = q ? (data?.items ?? []) : [];
  const places = PLACES_TO_GO.map((place) => ({ ...place, name: t(`place.${place.word}`) })).filter(
    (place) => place.name.toLowerCase().includes(q.toLowerCase()),
  );

  function go(to: string, search: object = {}): void {
    closeOverlay();
    void navigate({ to, search });
  }

  return (
    <Dialog open onOpenChange={closeOverlay} title={t('search')} quietTitle>
      <Command shouldFilter={false} className={styles.palette} label={t('search')}>
        <div className={styles.box}>
          <Search size={20} strokeWidth={1.75} aria-hidden />
          <Command.Input value={typed} onValueChange={setTyped} placeholder={t('searchPrompt')} />
        </div>
        <Command.List className={styles.list}>
          {q && (
            <Command.Item value="all" onSelect={() => go('/films', { q })} className={styles.item}>
              <Search size={18} strokeWidth={1.75} aria-hidden />
              {t('searchAll', { q })}
            </Command.Item>
          )}
          {films.map((film) => (
            <Command.Item
              key={film.film_id}
              value={film.film_id}
              className={styles.item}
              onSelect={() => go(`/films/${film.film_id}`)}
            >
              <span className={styles.thumb}>
                <Poster film={film} compact decorative />
              </span>
              <span className={styles.name}>
                <strong>{format.title(film)}</strong>
                <span>
                  {[format.otherTitle(film), film.year, film.directors[0]?.name]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </span>
            </Command.Item>
          ))}
          {!q && (
            <Command.Item value="log" className={styles.item} onSelect={() => logFilm()}>
              <Plus size={18} strokeWidth={1.75} aria-hidden />
              {t('log')}
              <kbd>n</kbd>
            </Command.Item>
          )}
          {places.map((place) => (
            <Command.Item
              key={place.to}
              value={place.to}
              className={styles.item}
              onSelect={() => go(place.to)}
            >
              <place.icon size={18} strokeWidth={1.75} aria-hidden />
              {place.name}
              <kbd>g {place.key}</kbd>
            </Command.Item>
          ))}
        </Command.List>
      </Command>
    </Dialog>
  );
}
