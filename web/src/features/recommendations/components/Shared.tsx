import { Link } from '@tanstack/react-router';
import { EmptyState } from '@/components/EmptyState';
import { Poster } from '@/components/Poster';
import type { Companion, Seat, SharedFilm, Together } from '@/lib/queries/recommendations';
import { compromise } from '../model/seats';
import { useWords } from './useWords';
import styles from './together.module.css';

interface Props {
  found: Together;
  stale: boolean;
  /** The reader's own id. */
  mine: string;
  names: readonly Companion[];
}

/** Films for all of them, each with everybody's prediction and what they give up. */
export function Shared({ found, stale, mine, names }: Props) {
  const { t } = useWords();
  if (found.items.length === 0) {
    return <EmptyState title={t('nothing.title')}>{t('together.nothing')}</EmptyState>;
  }
  return (
    <ol className={styles.films} data-stale={stale || undefined}>
      {found.items.map((item, at) => (
        <Item key={item.film.film_id} {...{ item, at, mine, names }} />
      ))}
    </ol>
  );
}

function Item({
  item,
  at,
  mine,
  names,
}: {
  item: SharedFilm;
  at: number;
  mine: string;
  names: readonly Companion[];
}) {
  const { t, format, figure } = useWords();
  const { film, seats } = item;
  const title = format.title(film);
  const name = (id: string, username: string) => (id === mine ? t('together.you') : username);
  const turn = names.find((person) => person.username === item.chosen_by);
  const most = compromise(seats);
  return (
    <li className={styles.film}>
      <span className={styles.place} aria-hidden>
        {at + 1}
      </span>
      <Link
        to="/films/$filmId"
        params={{ filmId: film.film_id }}
        className={styles.poster}
        tabIndex={-1}
        aria-hidden
      >
        <Poster film={film} compact decorative eager={at < 3} />
      </Link>
      <div className={styles.words}>
        <h2 className={styles.title} data-place={at + 1}>
          <Link to="/films/$filmId" params={{ filmId: film.film_id }}>
            {title}
          </Link>
        </h2>
        <p className={styles.facts}>
          {[film.year, film.directors[0]?.name, film.runtime && format.duration(film.runtime)]
            .filter(Boolean)
            .join(' · ')}
        </p>
        <p className={styles.sentence}>
          {turn &&
            `${
              turn.user_id === mine
                ? t('together.turnYours')
                : t('together.turn', { name: turn.username })
            } `}
          {most
            ? t(most.user_id === mine ? 'together.mostYours' : 'together.most', {
                name: most.username,
                stars: figure(most.gives_up, 1),
              })
            : t('together.agreed')}
        </p>
      </div>
      <table className={styles.seats}>
        <caption className="visually-hidden">{t('together.seats', { title })}</caption>
        <colgroup>
          <col className={styles.who} />
          <col />
          <col className={styles.stars} />
          <col className={styles.loss} />
        </colgroup>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{t('together.person')}</th>
            <th scope="col">{t('together.scale')}</th>
            <th scope="col">{t('together.predicted')}</th>
            <th scope="col">{t('together.givesUp')}</th>
          </tr>
        </thead>
        <tbody>
          {seats.map((seat) => (
            <SeatRow key={seat.user_id} seat={seat} name={name(seat.user_id, seat.username)} />
          ))}
        </tbody>
      </table>
    </li>
  );
}

const FROM = 0.5;
const TO = 5;
const share = (stars: number) => `${((stars - FROM) / (TO - FROM)) * 100}%`;

/** A person: the dot is the prediction, the line where four of five ratings would fall. */
function SeatRow({ seat, name }: { seat: Seat; name: string }) {
  const { t, figure } = useWords();
  const [low, high] = [Math.max(FROM, seat.low), Math.min(TO, seat.high)];
  return (
    <tr>
      <th scope="row">
        {name}
        {seat.seen && <span className={styles.seen}>, {t('together.seen')}</span>}
      </th>
      <td className={styles.scale}>
        <span className="visually-hidden">
          {t('interval.from', { low: figure(low, 1), high: figure(high, 1) })}
        </span>
        <span className={styles.track} aria-hidden>
          <span
            className={styles.span}
            style={{ insetInlineStart: share(low), width: `calc(${share(high)} - ${share(low)})` }}
          />
          <span
            className={styles.dot}
            style={{ insetInlineStart: share(Math.min(TO, Math.max(FROM, seat.predicted))) }}
          />
        </span>
      </td>
      <td className={styles.number}>{figure(seat.predicted, 1)}</td>
      <td className={styles.number}>
        {seat.gives_up >= 0.05 ? t('together.less', { stars: figure(seat.gives_up, 1) }) : '–'}
      </td>
    </tr>
  );
}
