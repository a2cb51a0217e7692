import type { Why } from '@/lib/queries/recommendations';
import { useWords } from './useWords';
import styles from './account.module.css';

/** Where the film stands; and, when it is not in the list, what keeps it out. */
export function Standing({ why }: { why: Why }) {
  const { t, place, format, figure } = useWords();
  const { listed, reasons, needed, item } = why;
  const kept = reasons.filter((reason) => reason !== 'place');
  const short = needed === null ? null : needed - item.score;
  return (
    <div className={styles.standing}>
      {why.place !== null && (
        <p>{t('standing.place', { place: place(why.place), of: format.number(why.of) })}</p>
      )}
      {!listed && (
        <>
          {kept.length > 0 && (
            <ul className={styles.reasons}>
              {kept.map((reason) => (
                <li key={reason}>
                  {t(`keptOut.${reason.replaceAll(' ', '-')}`, { defaultValue: reason })}
                </li>
              ))}
            </ul>
          )}
          {kept.length === 0 && short !== null && short > 0 && (
            <p className={styles.strong}>
              {t('standing.needed', {
                short: figure(short, 2),
                needed: figure(needed ?? 0, 2),
                score: figure(item.score, 2),
              })}
            </p>
          )}
        </>
      )}
    </div>
  );
}
