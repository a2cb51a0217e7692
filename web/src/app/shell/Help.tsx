import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/Dialog';
import { closeOverlay } from '@/lib/shell';
import styles from './Help.module.css';
import { PLACES_TO_GO } from './places';

/** What the keys do. */
export default function Help() {
  const { t } = useTranslation('shell');
  const rows: [string[], string][] = [
    [['n'], t('log')],
    [['/'], t('search')],
    ...PLACES_TO_GO.map((place): [string[], string] => [
      ['g', place.key],
      t(`place.${place.word}`),
    ]),
    [['←', '→'], t('help.stars')],
    [['1', '…', '5'], t('help.wholeStars')],
    [['?'], t('help.title')],
    [['Esc'], t('help.escape')],
  ];
  return (
    <Dialog open onOpenChange={closeOverlay} title={t('help.title')}>
      <dl className={styles.keys}>
        {rows.map(([keys, meaning]) => (
          <div key={meaning}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
