import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SelectField } from '@/components/Field';
import { Skeleton } from '@/components/Skeleton';
import { useFormat } from '@/lib/format';
import { type Beside, besides, segmentsOf, skill } from '../model/measures';
import type { Evaluation } from '../model/types';
import { useFigures } from '../model/useFigures';
import { Whiskers } from '../charts/Whiskers';
import { MeasureTable } from './MeasureTable';
import styles from './ml.module.css';
import performance from './performance.module.css';

const HEADLINES = ['rmse', 'mae', 'ndcg@10'];
const COMPARED = ['rmse', 'ndcg@10'];

interface Props {
  evaluation?: Evaluation;
  /** Whether the model learnt from invented ratings, by which nothing can be judged. */
  invented: boolean;
}

/** How good the model is on ratings that were kept back from it, and how sure that is. */
export const Performance = memo(function Performance({ evaluation, invented }: Props) {
  const { t } = useTranslation('ml');
  const format = useFormat();
  const { three } = useFigures();
  if (!evaluation) return <Skeleton height="16rem" />;
  const { measures, evaluated_at: at } = evaluation;
  const judged = Object.keys(measures).length > 0;
  return (
    <div className={styles.stack}>
      {invented && <p className={styles.note}>{t('performance.synthetic')}</p>}
      {!judged && !invented && <p className={styles.text}>{t('performance.none')}</p>}
      {judged && (
        <>
          <dl className={performance.headlines}>
            {HEADLINES.map((name) => {
              const measure = measures[name];
              return (
                measure && (
                  <div key={name}>
                    <dt>{t(`measure.${name}`)}</dt>
                    <dd>
                      {three(measure.value)}
                      <small>
                        {t('performance.interval', {
                          low: three(measure.low),
                          high: three(measure.high),
                        })}
                      </small>
                    </dd>
                  </div>
                )
              );
            })}
          </dl>
          <p className={styles.small}>
            {t('performance.heldOut')} {at && t('performance.when', { when: format.instant(at) })}
          </p>
          {COMPARED.map((name) => (
            <Compared key={name} evaluation={evaluation} name={name} />
          ))}
          <Segments evaluation={evaluation} />
          <details className={performance.all}>
            <summary>{t('performance.all')}</summary>
            <MeasureTable measures={measures} />
          </details>
        </>
      )}
    </div>
  );
});

function Compared({ evaluation, name }: { evaluation: Evaluation; name: string }) {
  const { t } = useTranslation('ml');
  const { percent } = useFigures();
  const all = besides(evaluation, name);
  const found = skill(evaluation, name);
  if (all.length === 0) return null;
  const against = found && t(`baseline.${found.against}`, { defaultValue: found.against });
  const measure = t(`measure.${name}`);
  const title = !found
    ? measure
    : t(
        found.sure
          ? `performance.skill.${found.share > 0 ? 'better' : 'worse'}`
          : 'performance.skill.same',
        {
          measure,
          against,
          share: percent(Math.abs(found.share)),
        },
      );
  return <Dots title={title} name={name} all={all} label={labelOf} />;
  function labelOf(one: string): string {
    return one === 'model' ? t('performance.model') : t(`baseline.${one}`, { defaultValue: one });
  }
}

/** The same figure for people of whom little and of whom much is known. */
function Segments({ evaluation }: { evaluation: Evaluation }) {
  const { t } = useTranslation('ml');
  const { three } = useFigures();
  const names = [...new Set(Object.values(evaluation.segments).flatMap((one) => Object.keys(one)))];
  const [chosen, setChosen] = useState<string | null>(null);
  const name = chosen ?? (names.includes('ndcg@10') ? 'ndcg@10' : names[0]);
  if (!name) return <p className={styles.small}>{t('performance.noSegments')}</p>;
  const all = segmentsOf(evaluation, name);
  const label = (one: string) => t(`segment.${one}`, { defaultValue: one });
  const [first, last] = [all[0], all.at(-1)];
  const title =
    first && last && first !== last
      ? t('performance.segments', {
          measure: t(`measure.${name}`, { defaultValue: name }),
          few: three(first.measure.value),
          first: label(first.name).toLowerCase(),
          many: three(last.measure.value),
          last: label(last.name).toLowerCase(),
        })
      : t('performance.segment');
  return (
    <div className={styles.stack}>
      <Dots title={title} name={name} all={all} label={label} />
      {names.length > 1 && (
        <SelectField
          label={t('performance.which')}
          value={name}
          options={names.map((one) => ({
            value: one,
            label: t(`measure.${one}`, { defaultValue: one }),
          }))}
          onChange={setChosen}
        />
      )}
    </div>
  );
}

interface DotsProps {
  title: string;
  name: string;
  all: Beside[];
  label: (name: string) => string;
}

function Dots({ title, name, all, label }: DotsProps) {
  const { t } = useTranslation('ml');
  const { three } = useFigures();
  const format = useFormat();
  return (
    <Whiskers
      title={title}
      sub={t('performance.sub', { measure: t(`measure.${name}`, { defaultValue: name }) })}
      format={three}
      data={all.map(({ name: one, measure }) => ({
        key: one,
        label: label(one),
        measure,
        peak: one === 'model',
        readout: t('performance.readout', {
          name: label(one),
          value: three(measure.value),
          low: three(measure.low),
          high: three(measure.high),
          n: format.number(measure.n),
        }),
      }))}
      columns={[
        { key: 'name', label: t('performance.who') },
        { key: 'value', label: t('performance.value'), numeric: true },
        { key: 'low', label: t('performance.low'), numeric: true },
        { key: 'high', label: t('performance.high'), numeric: true },
        { key: 'n', label: 'n', numeric: true },
      ]}
      rows={all.map(({ name: one, measure: { value, low, high, n } }) => ({
        name: label(one),
        value,
        low,
        high,
        n,
      }))}
    />
  );
}
