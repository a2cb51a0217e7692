import { EmptyState } from '@/components/EmptyState';
import type { Companion, SharedFilm, Together } from '@/lib/queries/recommendations';
import { compromise } from '../model/seats';
import { Ranked } from './Ranked';
import ranked from './ranked.module.css';
import { Seats } from './Seats';
import { useWords } from './useWords';
import styles from './together.module.css';

interface Props {
  found: Together;
  stale: boolean;
  /** The reader's own id. */
  mine: string;
}

/** Films for all of them, each with everybody's prediction and what they give up. */
export function Shared({ found, stale, mine }: Props) {
  const { t } = useWords();
  if (found.items.length === 0) {
    return <EmptyState title={t('nothing.title')}>{t('together.nothing')}</EmptyState>;
  }
  return (
    <ol className={styles.films} data-stale={stale || undefined}>
      {found.items.map((item, at) => (
        <Item key={item.film.film_id} {...{ item, at, mine }} people={found.people} />
      ))}
    </ol>
  );
}

interface ItemProps {
  item: SharedFilm;
  at: number;
  mine: string;
  people: readonly Companion[];
}

function Item({ item, at, mine, people }: ItemProps) {
  const { t, format, figure } = useWords();
  const { film, seats } = item;
  const turn = people.find((person) => person.username === item.chosen_by);
  const most = compromise(seats);
  const said = (key: string, person: Companion, more?: object) =>
    t(person.user_id === mine ? `together.${key}Yours` : `together.${key}`, {
      name: person.username,
      ...more,
    });
  return (
    <li className={`${ranked.row} ${styles.film}`}>
      <Ranked film={film} at={at} heading="h2">
        <p className={styles.sentence}>
          {turn && `${said('turn', turn)} `}
          {most ? said('most', most, { stars: figure(most.gives_up, 1) }) : t('together.agreed')}
        </p>
      </Ranked>
      <div className={styles.seats}>
        <Seats
          title={format.title(film)}
          seats={seats}
          nameOf={(seat) => (seat.user_id === mine ? t('together.you') : seat.username)}
          headed={at === 0}
        />
      </div>
    </li>
  );
}
