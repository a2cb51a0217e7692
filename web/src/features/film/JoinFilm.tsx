import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { Entry, Film } from '@/api/types';
import { Button } from '@/components/Button';
import { Actions, Dialog } from '@/components/Dialog';
import { FilmBox } from '@/components/FilmBox';
import { useFormat } from '@/lib/format';
import { settle } from '@/lib/library/cache';
import { keys } from '@/lib/queries/keys';
import { say, sayTrouble } from '@/lib/trouble';

/** A film of my own turns out to stand in the catalogue: both become one, nothing said is lost. */
export default function JoinFilm({ film, onClose }: { film: Film; onClose: () => void }) {
  const { t } = useTranslation('film');
  const format = useFormat();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [into, setInto] = useState<Film | null>(null);
  const join = useMutation({
    mutationFn: (other: Film) =>
      api.post<Entry>(`/library/${film.film_id}/join`, {
        body: { into: other.film_id },
        idempotencyKey: crypto.randomUUID(),
      }),
    onSuccess: (entry, other) => {
      settle(client, other.film_id, entry);
      void client.invalidateQueries({ queryKey: keys.allFilms });
      void client.invalidateQueries({ queryKey: keys.lists });
      say(t('join.done'));
      void navigate({ to: '/films/$filmId', params: { filmId: other.film_id }, replace: true });
    },
    onError: sayTrouble,
  });
  return (
    <Dialog open onOpenChange={onClose} title={t('join.title')} description={t('join.lead')}>
      {into ? (
        <>
          <p>
            {t('join.sure', {
              own: format.title(film),
              other: [format.title(into), into.year].filter(Boolean).join(', '),
            })}
          </p>
          <Actions>
            <Button onClick={() => setInto(null)}>{t('join.other')}</Button>
            <Button kind="main" busy={join.isPending} onClick={() => join.mutate(into)}>
              {t('join.submit')}
            </Button>
          </Actions>
        </>
      ) : (
        <FilmBox onChoose={(chosen) => chosen.film_id !== film.film_id && setInto(chosen)} />
      )}
    </Dialog>
  );
}
