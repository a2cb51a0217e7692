import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { CheckField } from '@/components/Field';
import { Part } from '@/components/Part';
import { sayTrouble } from '@/lib/trouble';
import { KINDS, switchesOptions, useSwitch } from '../api/notifications';
import { Targets } from './Targets';
import { Webhooks } from './Webhooks';

/** What one is told of, where else, and which programs are called. */
export function NotificationSettings() {
  const { t } = useTranslation('notifications');
  return (
    <>
      <Part title={t('kinds.title')} text={t('kinds.text')}>
        <Kinds />
      </Part>
      <Part title={t('targets.title')} text={t('targets.text')}>
        <Targets />
      </Part>
      <Part title={t('webhooks.title')} text={t('webhooks.text')}>
        <Webhooks />
      </Part>
    </>
  );
}

function Kinds() {
  const { t } = useTranslation('notifications');
  const { data } = useQuery(switchesOptions);
  const change = useSwitch();
  if (!data) return null;
  return (
    <div>
      {KINDS.map((kind) => (
        <CheckField
          key={kind}
          label={t(`kinds.${kind}`)}
          checked={data[kind]}
          disabled={change.isPending}
          onChange={(on) => change.mutate({ [kind]: on }, { onError: sayTrouble })}
        />
      ))}
    </div>
  );
}
