import { useQuery } from '@tanstack/react-query';
import { useState, memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Skeleton } from '@/components/Skeleton';
import { troubleText } from '@/lib/trouble';
import { modelsOptions } from '../api/ml';
import type { LogType } from '../model/state';
import type { Model } from '../model/types';
import { CompareModels } from './CompareModels';
import { ModelLine } from './ModelLine';
import ml from './ml.module.css';
import styles from './models.module.css';
import { Serve, type Wish } from './Serve';

const SHOWN = 6;

/** Every model on record: which serves, what each was made of, and how good it was. */
export const Models = memo(function Models({
  log,
}: {
  log: (type: LogType, text: string) => void;
}) {
  const { t } = useTranslation('ml');
  const { data, error } = useQuery(modelsOptions);
  const [wish, setWish] = useState<Wish | null>(null);
  const [all, setAll] = useState(false);
  if (error) return <p className={ml.note}>{troubleText(error)}</p>;
  if (!data) return <Skeleton height="12rem" />;
  const models = data.items;
  if (models.length === 0) return <p className={ml.text}>{t('models.none')}</p>;
  const before = lastServed(models);
  return (
    <div className={ml.stack}>
      <p className={ml.text}>{t('models.text')}</p>
      <ul className={styles.models}>
        {models.slice(0, all ? undefined : SHOWN).map((model) => (
          <ModelLine key={model.version} model={model} before={before} onWish={setWish} />
        ))}
      </ul>
      {models.length > SHOWN && !all && (
        <Button kind="quiet" onClick={() => setAll(true)}>
          {t('models.all', { count: models.length })}
        </Button>
      )}
      {models.length > 1 && <CompareModels models={models} />}
      {wish && <Serve wish={wish} log={log} onClose={() => setWish(null)} />}
    </div>
  );
});

/** The one that served before the champion, which rolling back brings back. */
function lastServed(models: Model[]): Model | null {
  const retired = models.filter((model) => model.status === 'retired' && model.promoted_at);
  return (
    retired.sort((a, b) => (b.promoted_at ?? '').localeCompare(a.promoted_at ?? ''))[0] ?? null
  );
}
