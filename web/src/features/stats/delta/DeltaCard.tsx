import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Move, StatsEvent } from '../model/types';
import { useStatsWords } from '../useStatsWords';
import { parts, plain } from '../words/words';
import styles from './delta.module.css';
import { useHistory } from './history';

const LIFE_MS = 9_000;
const EARLIER = 5;

interface Props {
  event: StatsEvent;
  onDismiss: () => void;
}

/** What the last change moved, in plain words. It stays while it is pointed at or read. */
export default function DeltaCard({ event, onDismiss }: Props) {
  const { t } = useTranslation('stats');
  const { w, names } = useStatsWords();
  const [held, setHeld] = useState(false);
  const [open, setOpen] = useState(false);
  const earlier = useHistory()
    .filter((other) => other.seq < event.seq)
    .slice(0, EARLIER);

  useEffect(() => {
    if (held || open) return;
    const timer = setTimeout(onDismiss, LIFE_MS);
    return () => clearTimeout(timer);
  }, [held, open, onDismiss]);

  const said = event.moves.map((move) => plain(w.move(move, names))).join('. ');
  return (
    <aside
      className={styles.card}
      aria-label={t('delta.label')}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      onKeyDown={(key) => key.key === 'Escape' && onDismiss()}
    >
      <p className="visually-hidden" role="status" aria-live="polite">
        {said}
      </p>
      <Moves moves={event.moves} />
      {open && (
        <ol className={styles.earlier}>
          {earlier.map((other) => (
            <li key={other.seq}>
              <Moves moves={other.moves.slice(0, 3)} small />
            </li>
          ))}
        </ol>
      )}
      <div className={styles.foot}>
        {earlier.length > 0 && (
          <button className={styles.quiet} aria-expanded={open} onClick={() => setOpen(!open)}>
            {t('delta.earlier')}
          </button>
        )}
      </div>
      <button className={styles.close} aria-label={t('delta.close')} onClick={onDismiss}>
        <X size={18} strokeWidth={1.75} aria-hidden="true" />
      </button>
    </aside>
  );
}

export function Moves({ moves, small = false }: { moves: Move[]; small?: boolean }) {
  const { w, names } = useStatsWords();
  return (
    <ul className={small ? styles.small : styles.moves}>
      {moves.map((move, i) => (
        <li key={i} className={styles.move} data-kind={move.kind}>
          {parts(w.move(move, names)).map((part, p) =>
            part.strong ? <strong key={p}>{part.text}</strong> : <span key={p}>{part.text}</span>,
          )}
        </li>
      ))}
    </ul>
  );
}
