import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from '@/components/Button';
import { Section } from '@/components/Page';
import { Poster } from '@/components/Poster';
import { marksOptions, type MarkKind, type SetAside } from '@/lib/queries/recommendations';
import { useMark } from '../api/taste';
import { useWords } from './useWords';
import styles from './foot.module.css';

const KINDS: readonly MarkKind[] = ['muted', 'not interested'];
const WORD: Record<MarkKind, string> = { muted: 'muted', 'not interested': 'dismissed' };

/** Films left out of my taste, and films not to be suggested; each can come back. */
export function SetAsideList() {
  const { t } = useWords();
  const { data } = useQuery(marksOptions);
  if (!data || data.items.length === 0) return null;
  return (
    <Section title={t('aside.title')}>
      <div className={styles.asides}>
        {KINDS.map((kind) => {
          const items = data.items.filter((each) => each.kind === kind);
          if (items.length === 0) return null;
          return (
            <div key={kind}>
              <h3>{t(`aside.${WORD[kind]}.title`)}</h3>
              <p className={styles.text}>{t(`aside.${WORD[kind]}.text`)}</p>
              <ul>
                {items.map((each) => (
                  <Aside key={each.film.film_id} mark={each} />
                ))}
              </ul>
            </div>
          );
        })}
      </div>
    </Section>
  );
}

function Aside({ mark }: { mark: SetAside }) {
  const { t, format } = useWords();
  const change = useMark();
  const { film, kind } = mark;
  const title = format.title(film);
  return (
    <li className={styles.aside}>
      <span className={styles.thumb}>
        <Poster film={film} compact decorative />
      </span>
      <span>
        <Link to="/films/$filmId" params={{ filmId: film.film_id }}>
          {title}
        </Link>{' '}
        <span className={styles.quiet}>
          {[film.year, format.date(mark.at.slice(0, 10))].filter(Boolean).join(' · ')}
        </span>
      </span>
      <Button kind="quiet" onClick={() => change({ film: { ...film, title }, kind, on: false })}>
        {t(`aside.${WORD[kind]}.back`)}
        <span className="visually-hidden">, {title}</span>
      </Button>
    </li>
  );
}
