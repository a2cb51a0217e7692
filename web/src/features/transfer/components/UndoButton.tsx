import { Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { useAct } from '../api/imports';
import type { Import } from '../model/types';

/** Takes a whole import back. Nobody is asked twice: the file can be imported again. */
export function UndoButton({
  found,
  kind = 'plain',
  className,
}: {
  found: Import;
  kind?: 'plain' | 'main';
  className?: string;
}) {
  const { t } = useTranslation('transfer');
  const act = useAct(found.id);
  return (
    <Button
      kind={kind}
      icon={Undo2}
      busy={act.isPending}
      onClick={() => act.mutate('undo')}
      className={className}
      aria-label={t('undo.label', { file: found.filename })}
    >
      {t('undo.button')}
    </Button>
  );
}
