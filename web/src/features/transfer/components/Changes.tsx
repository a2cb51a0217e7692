import type { TFunction } from 'i18next';
import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Rated } from '@/components/StarRating';
import { useFormat, type Formats } from '@/lib/format';
import { excerpt, isEmpty, ordered, viewingsChange } from '../model/changes';
import type { Change } from '../model/types';
import styles from './rows.module.css';

interface Props {
  changes: Change[];
  /** Nothing of the film was there before: what comes is all there is to say. */
  fresh: boolean;
  skipped?: boolean;
}

/** What one row does, field by field: before → after. */
export function Changes({ changes, fresh, skipped }: Props) {
  const { t } = useTranslation('transfer');
  if (skipped) return <p className={styles.same}>{t('change.skipped')}</p>;
  if (changes.length === 0) return <p className={styles.same}>{t('change.none')}</p>;
  return (
    <dl className={styles.changes}>
      {ordered(changes).map((change) => (
        <div key={change.field}>
          <dt>{t(`field.${change.field}`, { defaultValue: change.field })}</dt>
          <dd>
            <Difference change={change} fresh={fresh} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Difference({ change, fresh }: { change: Change; fresh: boolean }) {
  const { t } = useTranslation('transfer');
  const format = useFormat();
  if (change.field === 'watches') return <Viewings change={change} />;
  const to = <Value field={change.field} value={change.to} t={t} format={format} />;
  if (fresh || (isEmpty(change.from) && change.field !== 'rating')) return to;
  return (
    <>
      <s className={styles.before}>
        <Value field={change.field} value={change.from} t={t} format={format} />
      </s>
      <ArrowRight size={14} strokeWidth={1.75} aria-label={t('change.becomes')} role="img" />
      {to}
    </>
  );
}

interface ValueProps {
  field: string;
  value: unknown;
  t: TFunction<'transfer'>;
  format: Formats;
}

export function Value({ field, value, t }: ValueProps): ReactNode {
  if (field === 'rating') {
    return typeof value === 'number' ? <Rated value={value} /> : t('change.unrated');
  }
  if (typeof value === 'boolean' || (value === null && field !== 'review')) {
    return value ? t('change.yes') : t('change.no');
  }
  if (Array.isArray(value)) return value.length > 0 ? value.join(', ') : t('change.no');
  return typeof value === 'string' && value ? <q>{excerpt(value)}</q> : t('change.no');
}

function Viewings({ change }: { change: Change }) {
  const { t } = useTranslation('transfer');
  const format = useFormat();
  const { added, removed } = viewingsChange(change.from, change.to);
  const say = (date: string) => (date === '' ? t('change.undated') : format.date(date));
  return (
    <ul className={styles.dates}>
      {removed.map((date, at) => (
        <li key={`-${at}`}>
          <s className={styles.before}>{say(date)}</s>
        </li>
      ))}
      {added.slice(0, 4).map((date, at) => (
        <li key={`+${at}`}>{say(date)}</li>
      ))}
      {added.length > 4 && <li>{t('change.more', { count: added.length - 4 })}</li>}
    </ul>
  );
}
