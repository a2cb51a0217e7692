import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { type LogEntry, MOST_LOGS } from '../model/state';
import { useFigures } from '../model/useFigures';
import styles from './console.module.css';

const NEAR_THE_END = 40; // px

/** The last fifty things that happened, newest last. */
export function Console({ logs, onClear }: { logs: LogEntry[]; onClear: () => void }) {
  const { t } = useTranslation('ml');
  const { time } = useFigures();
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    const node = box.current;
    if (node && atEnd.current) node.scrollTop = node.scrollHeight;
  }, [logs]);
  return (
    <div className={styles.console}>
      <div
        className={styles.lines}
        ref={box}
        role="region"
        aria-label={t('console.lines')}
        tabIndex={0}
        onScroll={(event) => {
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
          atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_THE_END;
        }}
      >
        <div role="log" aria-live="polite" aria-label={t('console.title')}>
          {logs.length === 0 && <p className={styles.none}>{t('console.none')}</p>}
          {logs.map((entry) => (
            <p key={entry.id} className={styles.line} data-type={entry.type}>
              <time dateTime={new Date(entry.at).toISOString()}>[{time(entry.at)}]</time>
              <span className={styles.type}>{t(`console.type.${entry.type}`)}</span>
              <span>{entry.text}</span>
            </p>
          ))}
        </div>
      </div>
      <div className={styles.foot}>
        <p>{t('console.kept', { count: logs.length, most: MOST_LOGS })}</p>
        <Button kind="quiet" disabled={logs.length === 0} onClick={onClear}>
          {t('console.clear')}
        </Button>
      </div>
    </div>
  );
}
