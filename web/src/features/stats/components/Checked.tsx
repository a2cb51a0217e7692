import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { useFormat } from '@/lib/format';

import { checkNow, checkOptions } from '../api/queries';
import styles from './extremes.module.css';

/** When the streamed figures were last compared with a recount, and what was found. */
export function Checked() {
  const { t } = useTranslation('stats');
  const { instant } = useFormat();
  const client = useQueryClient();
  const { data } = useQuery(checkOptions);
  const check = useMutation({
    mutationFn: checkNow,
    onSuccess: (found) => client.setQueryData(checkOptions.queryKey, found),
  });
  const differences = Array.isArray(data?.differences) ? data.differences.map(String) : [];
  return (
    <footer className={styles.checked}>
      <div role="status">
        <p>
          {check.isPending
            ? t('checked.now')
            : check.isError
              ? t('checked.failed')
              : data?.verified_at
                ? t(differences.length === 0 ? 'checked.right' : 'checked.wrong', {
                    at: instant(data.verified_at),
                    count: differences.length,
                  })
                : t('checked.never')}
        </p>
        {differences.length > 0 && (
          <ul>
            {differences.slice(0, 5).map((difference) => (
              <li key={difference}>{difference}</li>
            ))}
          </ul>
        )}
      </div>
      <button className={styles.button} disabled={check.isPending} onClick={() => check.mutate()}>
        {t('checked.button')}
      </button>
    </footer>
  );
}
