import { useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Film, FilmFacts } from '@/api/types';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { FilmBox } from '@/components/FilmBox';
import { LogForm } from './LogForm';

interface Props {
  film?: Film | FilmFacts;
  onClose: () => void;
}

/** Log one film in five seconds: a few letters, Enter, stars, Enter. */
export default function LogDialog({ film: given, onClose }: Props) {
  const { t } = useTranslation('log');
  const navigate = useNavigate();
  const [film, setFilm] = useState(given);
  return (
    <Dialog open onOpenChange={onClose} title={film ? t('titleOf') : t('title')}>
      {film ? (
        <LogForm
          film={film}
          onOther={given ? undefined : () => setFilm(undefined)}
          onDone={onClose}
        />
      ) : (
        <FilmBox
          onChoose={setFilm}
          otherwise={(typed) => (
            <Button
              icon={Plus}
              onClick={() => {
                onClose();
                void navigate({ to: '/films/new', search: { title: typed } });
              }}
            >
              {t('addOwn', { title: typed })}
            </Button>
          )}
        />
      )}
    </Dialog>
  );
}
