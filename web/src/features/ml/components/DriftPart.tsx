import { memo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Skeleton } from '@/components/Skeleton';
import { useFormat } from '@/lib/format';
import { troubleText } from '@/lib/trouble';
import { liveOptions } from '../api/ml';
import { Histograms } from '../charts/Histograms';
import { binsOf } from '../model/drift';
import type { Drift } from '../model/types';
import { useFigures } from '../model/useFigures';
import drift from './drift.module.css';
import styles from './ml.module.css';

const SMALL = 0.1;
const LARGE = 0.25;

/** Has what people do moved away from what the model learnt? */
export const DriftPart = memo(function DriftPart() {
  const { t } = useTranslation('ml');
  const { data, error } = useQuery(liveOptions);
  if (error) return <p className={styles.note}>{troubleText(error)}</p>;
  if (!data) return <Skeleton height="14rem" />;
  if (!data.drift) return <p className={styles.text}>{t('drift.none')}</p>;
  return <Judged found={data.drift} />;
});

function Judged({ found }: { found: Drift }) {
  const { t } = useTranslation('ml');
  const format = useFormat();
  const { three, percent } = useFigures();
  const verdict = found.verdict.replace(' ', '_');
  const bins = binsOf(found);
  const few = found.verdict === 'too few';
  return (
    <div className={styles.stack}>
      <div role="status">
        <p className={drift.verdict} data-verdict={verdict}>
          {t(`drift.verdict.${verdict}`)}
        </p>
        <p className={styles.text}>
          {t(`drift.text.${verdict}`, {
            count: found.ratings,
            shown: format.number(found.ratings),
          })}
        </p>
      </div>
      <div className={styles.two}>
        {bins.length > 0 && (
          <Histograms
            title={t(few ? 'drift.histogram.few' : `drift.histogram.${verdict}`)}
            sub={t('drift.sub')}
            labels={{ before: t('drift.before'), now: t('drift.now') }}
            percent={format.percent}
            bins={bins.map((bin) => ({
              ...bin,
              label: format.stars(bin.stars).replace(/[.,]0$/, ''),
              readout: t('drift.readout', {
                stars: format.stars(bin.stars),
                before: percent(bin.before),
                now: percent(bin.now),
              }),
            }))}
            columns={[
              { key: 'stars', label: t('drift.stars'), numeric: true },
              { key: 'before', label: t('drift.before'), numeric: true },
              { key: 'now', label: t('drift.now'), numeric: true },
            ]}
            rows={bins.map(({ stars, before, now }) => ({ stars, before, now }))}
          />
        )}
        <div className={`${styles.stack} ${drift.indexes}`}>
          <Index name={t('drift.starsIndex')} value={found.stars} few={few} />
          <Index name={t('drift.genresIndex')} value={found.genres} few={few} />
          <p className={styles.small}>{t('drift.index')}</p>
          {found.error !== null && <p>{t('drift.error', { ratio: three(found.error) })}</p>}
        </div>
      </div>
    </div>
  );
}

/** A stability index on its scale, with the two lines that decide. */
function Index({ name, value, few }: { name: string; value: number; few: boolean }) {
  const { t } = useTranslation('ml');
  const format = useFormat();
  const { three } = useFigures();
  const end = Math.max(LARGE * 1.6, value * 1.1);
  const at = (index: number) => `${(index / end) * 100}%`;
  const judged = value >= LARGE ? 'large' : value >= SMALL ? 'some' : 'none';
  return (
    <div className={drift.index}>
      <p>
        <b>{name}</b> <span data-figures="">{three(value)}</span>{' '}
        <span className={styles.small}>{t(`drift.means.${few ? 'few' : judged}`)}</span>
      </p>
      <div className={drift.scale} aria-hidden="true">
        <span className={drift.reached} style={{ width: at(value) }} />
        {[SMALL, LARGE].map((line) => (
          <span key={line} className={drift.line} style={{ insetInlineStart: at(line) }}>
            <i>{format.number(line)}</i>
          </span>
        ))}
      </div>
    </div>
  );
}
