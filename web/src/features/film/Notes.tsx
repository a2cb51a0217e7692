import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useId, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry, Film } from '@/api/types';
import { Button } from '@/components/Button';
import { Actions } from '@/components/Dialog';
import { TextArea, TextField } from '@/components/Field';
import { Section } from '@/components/Page';
import { useEntryActions } from '@/lib/library/actions';
import { tagsOptions } from '@/lib/queries/library';
import styles from './Notes.module.css';

/** What I wrote of it. */
export function Review({ film, entry }: { film: Film; entry: Entry | null }) {
  const { t } = useTranslation('film');
  const actions = useEntryActions();
  const [draft, setDraft] = useState<string | null>(null);
  const review = entry?.review ?? null;

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    const text = draft?.trim() ?? '';
    if (text !== (review ?? '')) actions.review(film, text || null);
    setDraft(null);
  }

  return (
    <Section
      title={t('review.title')}
      aside={
        draft === null && (
          <Button kind="quiet" onClick={() => setDraft(review ?? '')}>
            {review ? t('common:edit') : t('review.write')}
          </Button>
        )
      }
    >
      {draft !== null ? (
        <form onSubmit={onSubmit}>
          <TextArea
            label={t('review.title')}
            quietLabel
            // The hand has just asked to write.
            // eslint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            rows={8}
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) onSubmit(event);
            }}
          />
          <Actions>
            <Button onClick={() => setDraft(null)}>{t('common:cancel')}</Button>
            <Button kind="main" type="submit">
              {t('common:save')}
            </Button>
          </Actions>
        </form>
      ) : (
        <p className={review ? styles.review : styles.none}>{review ?? t('review.none')}</p>
      )}
    </Section>
  );
}

/** My words for it, to find it again by. */
export function Tags({ film, entry }: { film: Film; entry: Entry | null }) {
  const { t } = useTranslation('film');
  const actions = useEntryActions();
  const known = useId();
  const { data } = useQuery(tagsOptions);
  const [typed, setTyped] = useState('');
  const tags = entry?.tags ?? [];

  function add(event: FormEvent): void {
    event.preventDefault();
    const fresh = typed
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag && !tags.includes(tag));
    if (fresh.length > 0) actions.tags(film, [...tags, ...new Set(fresh)]);
    setTyped('');
  }

  return (
    <Section title={t('tags.title')}>
      {tags.length > 0 && (
        <ul className={styles.tags}>
          {tags.map((tag) => (
            <li key={tag} className={styles.tag}>
              <Link to="/library" search={{ tag }}>
                {tag}
              </Link>
              <button
                type="button"
                aria-label={t('tags.remove', { tag })}
                onClick={() =>
                  actions.tags(
                    film,
                    tags.filter((each) => each !== tag),
                  )
                }
              >
                <X size={14} strokeWidth={2} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <form className={styles.add} onSubmit={add}>
        <TextField
          label={t('tags.add')}
          quietLabel
          placeholder={t('tags.prompt')}
          list={known}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <datalist id={known}>
          {data?.items.map((item) => (
            <option key={item.tag} value={item.tag} />
          ))}
        </datalist>
        <Button type="submit" disabled={!typed.trim()}>
          {t('common:add')}
        </Button>
      </form>
    </Section>
  );
}
