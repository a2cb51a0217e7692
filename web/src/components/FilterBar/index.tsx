import { useTranslation } from 'react-i18next';
import { useFormat } from '@/lib/format';
import type { FilmsSearch } from '@/lib/search/films';
import type { LibrarySearch } from '@/lib/search/library';
import { said, without } from '@/lib/search/words';
import { Button } from '../Button';
import { FilterChip } from '../Chip';
import styles from './FilterBar.module.css';

interface Props<T> {
  search: T;
  onSearch: (search: T) => void;
  /** Filters that the page is about, and so are no chips. */
  hidden?: readonly string[];
}

/** What narrows the list, in human words; each can be taken away, or all. */
export function FilterBar<T extends LibrarySearch | FilmsSearch>({
  search,
  onSearch,
  hidden = [],
}: Props<T>) {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = without(search, ['sort', 'q', ...hidden]) as LibrarySearch;
  const chips = said(shown, t, format);
  if (chips.length === 0) return null;
  return (
    <div className={styles.bar} role="group" aria-label={t('filter.label')}>
      {chips.map((chip) => (
        <FilterChip key={chip.keys.join()} onRemove={() => onSearch(without(search, chip.keys))}>
          {chip.words}
        </FilterChip>
      ))}
      {chips.length > 1 && (
        <Button
          kind="quiet"
          onClick={() =>
            onSearch(
              without(
                search,
                chips.flatMap((chip) => chip.keys),
              ),
            )
          }
        >
          {t('filter.clear')}
        </Button>
      )}
    </div>
  );
}
