import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Actions, Dialog } from '@/components/Dialog';
import { say } from '@/lib/trouble';
import { usePromote, useRollBack } from '../api/ml';
import type { LogType } from '../model/state';
import type { Model } from '../model/types';

export interface Wish {
  what: 'promote' | 'rollBack';
  /** The one that will serve. */
  model: Model;
}

interface Props {
  wish: Wish;
  log: (type: LogType, text: string) => void;
  onClose: () => void;
}

/** Everybody's lists change with it: said before, and taken back by a word after. */
export function Serve({ wish, log, onClose }: Props) {
  const { t } = useTranslation('ml');
  const promote = usePromote();
  const back = useRollBack();
  const { version } = wish.model;
  const done = (model: Model) => {
    const text = t('models.serves', { version: model.version });
    log('success', text);
    say(text, wish.what === 'promote' ? () => back.mutate(undefined) : undefined);
    onClose();
  };
  const failed = () => {
    log('error', t('models.failed', { version }));
    onClose();
  };
  const run = () => {
    if (wish.what === 'promote') promote.mutate(version, { onSuccess: done, onError: failed });
    else back.mutate(undefined, { onSuccess: done, onError: failed });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t(`models.${wish.what}.title`, { version })}
      description={t(`models.${wish.what}.text`, { version })}
    >
      <Actions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button kind="main" busy={promote.isPending || back.isPending} onClick={run}>
          {t(`models.${wish.what}.button`)}
        </Button>
      </Actions>
    </Dialog>
  );
}
