import { useQuery, useQueryClient } from '@tanstack/react-query';
import { History, Sparkles } from 'lucide-react';
import { useState, memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { SelectField } from '@/components/Field';
import { useMe } from '@/lib/queries/session';
import { troubleText } from '@/lib/trouble';
import { historyOptions, peopleOptions, suggestedOptions } from '../api/ml';
import type { LogType } from '../model/state';
import styles from './ml.module.css';
import { Past } from './Past';
import { Suggested } from './Suggested';

type Shown = 'suggested' | 'history';

interface Props {
  /** Of the model that serves: with another, what is shown is asked for anew. */
  version: string | null;
  log: (type: LogType, text: string) => void;
}

/** What the model says to one person, and what it knows of them. */
export const Recommendations = memo(function Recommendations({ version, log }: Props) {
  const { t } = useTranslation('ml');
  const { data: me } = useMe();
  const client = useQueryClient();
  const { data: people } = useQuery(peopleOptions);
  const [chosen, setChosen] = useState<string | null>(null);
  const [shown, setShown] = useState<Shown>('suggested');
  const userId = chosen ?? me?.user_id ?? '';
  const suggested = useQuery({
    ...suggestedOptions(userId, version),
    enabled: shown === 'suggested' && userId !== '',
  });
  const history = useQuery({
    ...historyOptions(userId),
    enabled: shown === 'history' && userId !== '',
  });
  const name = people?.items.find((one) => one.user_id === userId)?.username ?? userId;

  const ask = (what: 'suggested' | 'history') => {
    log('info', t(`log.${what}`, { name }));
    setShown(what);
    const key = what === 'suggested' ? suggestedOptions(userId, version) : historyOptions(userId);
    void client.invalidateQueries({ queryKey: key.queryKey });
  };
  const asked = shown === 'suggested' ? suggested : history;
  return (
    <div className={styles.stack}>
      <div className={styles.row}>
        <SelectField
          label={t('recommendations.who')}
          value={userId}
          options={(people?.items ?? (me ? [me] : [])).map((one) => ({
            value: one.user_id,
            label:
              one.user_id === me?.user_id
                ? t('recommendations.me', { name: one.username })
                : one.username,
          }))}
          onChange={setChosen}
        />
        <Button
          icon={Sparkles}
          busy={shown === 'suggested' && suggested.isFetching}
          onClick={() => ask('suggested')}
        >
          {t('recommendations.generate')}
        </Button>
        <Button
          icon={History}
          busy={shown === 'history' && history.isFetching}
          onClick={() => ask('history')}
        >
          {t('recommendations.history')}
        </Button>
      </div>
      <p className={styles.small}>{t('recommendations.begin')}</p>
      {asked.error && (
        <p role="alert" className={styles.note}>
          {troubleText(asked.error)}
        </p>
      )}
      {shown === 'suggested' && suggested.data && (
        <Suggested found={suggested.data} version={version} />
      )}
      {shown === 'history' && history.data && <Past ratings={history.data.items} />}
    </div>
  );
});
