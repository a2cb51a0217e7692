import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page, Section } from '@/components/Page';
import { useUpload } from '../api/upload';
import { DropZone } from './DropZone';
import { Exports } from './Exports';
import { History } from './History';
import styles from './import.module.css';
import { Sources } from './Sources';

/** Where a history comes in, and goes out. */
export function ImportPage() {
  const { t } = useTranslation('transfer');
  const navigate = useNavigate();
  const upload = useUpload((found) => {
    void navigate({ to: '/import/$importId', params: { importId: found.id } });
  });
  return (
    <Page title={t('title')} lead={t('lead')}>
      <div className={styles.start}>
        <DropZone
          busy={upload.isPending}
          part={upload.part}
          error={upload.error}
          onFile={(file) => upload.mutate(file)}
        />
        <Sources />
      </div>
      <History />
      <Section title={t('export.title')}>
        <Exports heading="h3" />
      </Section>
    </Page>
  );
}
