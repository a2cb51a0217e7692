import { Bookmark, ChevronDown, CircleSlash } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, IconButton } from '@/components/Button';
import { Stars, StarRating } from '@/components/StarRating';
import type { Suggestion } from '@/lib/queries/recommendations';
import { useMark, useSuggestedActions } from '../api/taste';
import { Ranked } from './Ranked';
import ranked from './ranked.module.css';
import { Reason } from './Reason';
import { useWords } from './useWords';
import styles from './list.module.css';

interface Props {
  item: Suggestion;
  /** From 0. */
  at: number;
  open: boolean;
  onOpen: () => void;
  /** It was rated or dismissed, and leaves the list. */
  onGone: () => void;
  /** The account, where it opens under the film. */
  children?: ReactNode;
}

/** One film and why; what one may do with it. */
export function SuggestionRow({ item, at, open, onOpen, onGone, children }: Props) {
  const { format } = useWords();
  const title = format.title(item.film);
  const { film } = item;
  return (
    <li className={`${ranked.row} ${styles.item}`} data-open={open || undefined} data-at={at}>
      <Ranked film={film} at={at} heading="h3">
        <Predicted item={item} />
        <p className={styles.reason}>
          <Reason item={item} />
        </p>
      </Ranked>
      <Hands item={item} title={title} open={open} onOpen={onOpen} onGone={onGone} />
      {children && <div className={styles.under}>{children}</div>}
    </li>
  );
}

function Predicted({ item }: { item: Suggestion }) {
  const { t, stars, interval } = useWords();
  return (
    <p className={styles.predicted}>
      <span className={styles.glyphs}>
        <Stars value={item.predicted_rating} />
      </span>
      <span>
        <span className="visually-hidden">
          {t('predicted', { stars: stars(item.predicted_rating) })}{' '}
        </span>
        {interval(item)}
      </span>
    </p>
  );
}

function Hands({
  item,
  title,
  open,
  onOpen,
  onGone,
}: Pick<Props, 'item' | 'open' | 'onOpen' | 'onGone'> & { title: string }) {
  const { t } = useWords();
  const actions = useSuggestedActions();
  const mark = useMark();
  const { film } = item;
  const listed = film.mine?.watchlist ?? false;
  return (
    <div className={styles.hands}>
      <StarRating
        label={t('rate', { title })}
        value={film.mine?.rating ?? null}
        onRate={(stars) => {
          onGone();
          actions.rate(film, stars);
        }}
      />
      <span className={styles.icons}>
        <IconButton
          icon={Bookmark}
          label={t('watchlist', { title })}
          pressed={listed}
          filled={listed}
          onClick={() => actions.watchlist(film, !listed)}
        />
        <IconButton
          icon={CircleSlash}
          label={t('dismiss', { title })}
          onClick={() => {
            onGone();
            mark({ film: { ...film, title }, kind: 'not interested', on: true });
          }}
        />
      </span>
      <Button
        kind="quiet"
        icon={ChevronDown}
        className={styles.toggle}
        aria-expanded={open}
        onClick={onOpen}
      >
        {t('account.open')}
        <span className="visually-hidden">, {title}</span>
      </Button>
    </div>
  );
}
