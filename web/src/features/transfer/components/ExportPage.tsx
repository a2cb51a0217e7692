import { useTranslation } from 'react-i18next';
import { Page } from '@/components/Page';
import { Exports } from './Exports';

/** The way out. */
export function ExportPage() {
  const { t } = useTranslation('transfer');
  return (
    <Page title={t('export.title')} lead={t('export.lead')}>
      <Exports heading="h2" />
    </Page>
  );
}
