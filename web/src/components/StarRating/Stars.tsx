import { useTranslation } from 'react-i18next';
import { useFormat } from '@/lib/format';
import styles from './StarRating.module.css';

const STAR =
  'M10 1.6l2.47 5.32 5.83.7-4.3 3.99 1.13 5.76L10 14.5l-5.13 2.87L6 11.61 1.7 7.62l5.83-.7z';

/** Five stars, filled to a half. */
export function Stars({ value }: { value: number | null }) {
  const filled = value ?? 0;
  return (
    <svg className={styles.stars} viewBox="0 0 100 20" aria-hidden focusable="false">
      {[0, 1, 2, 3, 4].map((at) => {
        const share = Math.min(Math.max(filled - at, 0), 1);
        return (
          <g key={at} transform={`translate(${at * 20} 0)`}>
            <path d={STAR} className={styles.empty} />
            {share > 0 && (
              <path
                d={STAR}
                className={styles.full}
                style={share < 1 ? { clipPath: 'inset(0 50% 0 0)' } : undefined}
              />
            )}
          </g>
        );
      })}
    </svg>
  );
}

/** A rating to be read: stars for the eye, words for the ear. */
export function Rated({ value }: { value: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (value === null) return null;
  return (
    <span className={styles.rated}>
      <Stars value={value} />
      <span className="visually-hidden">{t('rating.value', { stars: format.stars(value) })}</span>
    </span>
  );
}
