import { useTranslation } from 'react-i18next';
import { useFormat } from '@/lib/format';
import { bytesIn } from '@/lib/format/bytes';
import type { Status } from '../model/types';
import styles from './admin.module.css';

/** The size of things, in one line of figures. */
export function Figures({ status }: { status: Status }) {
  const { t } = useTranslation('admin');
  const format = useFormat();
  const figures: [string, string][] = [
    ['users', format.number(status.users)],
    ['films', format.number(status.films)],
    ['entries', format.number(status.entries)],
    ['events', format.number(status.events)],
    ['lag', format.number(status.follower.lag)],
    ['used', bytesIn(format.locale, status.disk.used_bytes)],
    ['free', bytesIn(format.locale, status.disk.free_bytes)],
    ['schema', String(status.schema_version)],
    ['version', status.version],
  ];
  return (
    <dl className={styles.figures}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{t(`figure.${name}`)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
