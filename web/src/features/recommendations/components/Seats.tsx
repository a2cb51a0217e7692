import type { Seat } from '@/lib/queries/recommendations';
import styles from './seats.module.css';
import { useWords } from './useWords';

const FROM = 0.5;
const TO = 5;
const TICKS = [1, 2, 3, 4, 5];
const share = (stars: number) => `${((stars - FROM) / (TO - FROM)) * 100}%`;

interface Props {
  /** Of which film. */
  title: string;
  seats: readonly Seat[];
  nameOf: (seat: Seat) => string;
  /** The columns are named for the eye, too: once for all tables under each other. */
  headed: boolean;
}

/** What each would give a film, how sure that is, and what they give up. */
export function Seats({ title, seats, nameOf, headed }: Props) {
  const { t } = useWords();
  return (
    <table className={styles.seats}>
      <caption className="visually-hidden">{t('together.seats', { title })}</caption>
      <colgroup>
        <col className={styles.who} />
        <col />
        <col className={styles.stars} />
        <col className={styles.loss} />
      </colgroup>
      <thead className={headed ? styles.head : 'visually-hidden'}>
        <tr>
          <th scope="col">
            <span className="visually-hidden">{t('together.person')}</span>
          </th>
          <th scope="col">
            <span className="visually-hidden">{t('together.scale')}</span>
            <span className={styles.ticks} aria-hidden>
              {TICKS.map((stars) => (
                <span key={stars} style={{ insetInlineStart: share(stars) }}>
                  {stars}
                </span>
              ))}
            </span>
          </th>
          <th scope="col" className={styles.number}>
            {t('together.predicted')}
          </th>
          <th scope="col" className={styles.number}>
            {t('together.givesUp')}
          </th>
        </tr>
      </thead>
      <tbody>
        {seats.map((seat) => (
          <SeatRow key={seat.user_id} seat={seat} name={nameOf(seat)} />
        ))}
      </tbody>
    </table>
  );
}

/** A person: the dot is the prediction, the line where four of five ratings would fall. */
function SeatRow({ seat, name }: { seat: Seat; name: string }) {
  const { t, figure } = useWords();
  const [low, high] = [Math.max(FROM, seat.low), Math.min(TO, seat.high)];
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
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
      <td className={styles.number}>{seat.gives_up >= 0.05 ? figure(seat.gives_up, 1) : '–'}</td>
    </tr>
  );
}
