import { useRef, type RefObject } from 'react';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { EmptyState } from '@/components/EmptyState';
import { useFormat } from '@/lib/format';
import type { Suggestions } from '@/lib/queries/recommendations';
import { AccountPanel } from './AccountPanel';
import { ModelLine } from './ModelLine';
import { SuggestionRow } from './SuggestionRow';
import { useKeptFocus } from './useKeptFocus';
import { useWide } from './useWide';
import { useWords } from './useWords';
import { AccountTitle, WhyNot } from './WhyNot';
import styles from './list.module.css';

interface Props {
  list: Suggestions;
  /** A newer one is on its way. */
  stale: boolean;
  film: string | undefined;
  onFilm: (film: string | undefined) => void;
  /** What takes the focus from what stood above and is gone. */
  heading?: RefObject<HTMLHeadingElement | null>;
  /** Offers to ask for a few ratings. */
  onAsk?: () => void;
}

/** The films, and beside them or under one of them its account. */
export function SuggestionList({ list, stale, film, onFilm, heading, onAsk }: Props) {
  const { t } = useWords();
  const format = useFormat();
  const wide = useWide();
  const rows = useRef<HTMLOListElement>(null);
  const asking = useRef<HTMLButtonElement>(null);
  useKeptFocus(rows, list, 'h3 a');
  const shown = film ?? (wide ? list.items[0]?.film_id : undefined);
  const item = list.items.find((each) => each.film_id === shown);
  return (
    <div className={styles.columns}>
      <div>
        <h2 ref={heading} tabIndex={-1} className="visually-hidden">
          {t('list')}
        </h2>
        {list.items.length === 0 ? (
          <Nothing />
        ) : (
          <ol ref={rows} className={styles.list} data-stale={stale || undefined}>
            {list.items.map((each, at) => (
              <SuggestionRow
                key={each.film_id}
                item={each}
                at={at}
                open={each.film_id === shown}
                onOpen={() => onFilm(!wide && each.film_id === film ? undefined : each.film_id)}
                onGone={() => each.film_id === film && onFilm(undefined)}
              >
                {!wide && each.film_id === film && <AccountPanel filmId={film} item={each} />}
              </SuggestionRow>
            ))}
          </ol>
        )}
        <WhyNot ref={asking} onFilm={onFilm} />
        <ModelLine list={list} />
        {onAsk && <Button onClick={onAsk}>{t('ask.again')}</Button>}
      </div>
      {wide && shown && (
        // What scrolls must be reachable by keys.
        <div className={styles.side} role="region" aria-label={t('account.region')} tabIndex={0}>
          <AccountTitle filmId={shown} film={item?.film} />
          <AccountPanel key={shown} filmId={shown} item={item} />
        </div>
      )}
      {!wide && film && !item && (
        <Dialog
          open
          wide
          onOpenChange={() => onFilm(undefined)}
          title={t('account.region')}
          quietTitle
          // Whence it was opened has gone with its own dialog, or was another page.
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            asking.current?.focus();
          }}
        >
          <div className={styles.sheet}>
            <AccountTitle filmId={film} />
            <AccountPanel filmId={film} />
          </div>
          <p className={styles.note}>
            <Button onClick={() => onFilm(undefined)}>{t('common:close')}</Button>
          </p>
        </Dialog>
      )}
      <p className="visually-hidden" role="status">
        {list.items[0] &&
          t('announce', {
            title: format.title(list.items[0].film),
            count: list.items.length,
          })}
      </p>
    </div>
  );
}

function Nothing() {
  const { t } = useWords();
  return <EmptyState title={t('nothing.title')}>{t('nothing.text')}</EmptyState>;
}
