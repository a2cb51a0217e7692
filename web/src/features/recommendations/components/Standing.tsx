import type { Why } from '@/lib/queries/recommendations';
import { useWords } from './useWords';
import styles from './account.module.css';

/** Points that show as none. */
const LEAST = 0.005;

/** Where the film stands; and, when it is not in the list, what keeps it out. */
export function Standing({ why }: { why: Why }) {
  const { t, place, format } = useWords();
  const { listed } = why;
  return (
    <div className={styles.standing}>
      {why.place !== null && (
        <p>{t('standing.place', { place: place(why.place), of: format.number(why.of) })}</p>
      )}
      {!listed && <Reasons {...why} />}
    </div>
  );
}

/** Others alone keep it out, or something of the person's own does: there is always a reason. */
function Reasons({ reasons, needed, item }: Why) {
  const { t, figure } = useWords();
  if (needed !== null && reasons.every((reason) => reason === 'place')) {
    const short = needed - item.score;
    return (
      <p className={styles.strong}>
        {t(short < LEAST ? 'standing.equal' : 'standing.needed', {
          short: figure(short, 2),
          needed: figure(needed, 2),
          score: figure(item.score, 2),
        })}
      </p>
    );
  }
  return (
    <ul className={styles.reasons}>
      {reasons.map((reason) => (
        <li key={reason}>
          {t(`keptOut.${reason.replaceAll(' ', '-')}`, { defaultValue: reason })}
        </li>
      ))}
    </ul>
  );
}
