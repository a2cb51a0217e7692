import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { buttonClass } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { RowSkeletons } from '@/components/Skeleton';
import { isWorking, useImport } from '../api/imports';
import type { Import, RowFilter } from '../model/types';
import { Done } from './Done';
import { Failed } from './Failed';
import { MappingForm } from './MappingForm';
import { Preview } from './Preview';
import { Working } from './Working';

interface Props {
  importId: string;
  /** Which rows are looked at, as the address says. */
  show?: RowFilter;
  onShow: (show?: RowFilter) => void;
}

/** One import, from its file to its end, each stage in its own shape. */
export function ImportDetailPage({ importId, show, onShow }: Props) {
  const { t } = useTranslation('transfer');
  const { data, isPending } = useImport(importId);
  if (isPending) {
    return (
      <Page title={t('detail.loading')}>
        <RowSkeletons count={8} height="4.5rem" />
      </Page>
    );
  }
  if (!data || data.status === 'discarded') return <Gone />;
  return (
    <Page title={titleOf(data, t)} lead={leadOf(data, t)} quietTitle={isTold(data)}>
      <Stage found={data} show={show} onShow={onShow} />
    </Page>
  );
}

function Stage({ found, show, onShow }: { found: Import } & Omit<Props, 'importId'>) {
  if (found.needs_mapping) {
    return <MappingForm key={found.id} id={found.id} question={found.needs_mapping} />;
  }
  if (isWorking(found)) return <Working found={found} />;
  if (found.status === 'failed') return <Failed found={found} />;
  if (found.status === 'preview') return <Preview found={found} show={show} onShow={onShow} />;
  return <Done found={found} show={show} onShow={onShow} />;
}

/** Told in a sentence that is set as a title itself. */
function isTold(found: Import): boolean {
  return !found.needs_mapping && (found.status === 'preview' || found.status === 'applied');
}

function titleOf(found: Import, t: (key: string) => string): string {
  return found.needs_mapping ? t('detail.title.mapping') : t(`detail.title.${found.status}`);
}

function leadOf(found: Import, t: (key: string) => string): string {
  const source = found.source === 'auto' ? '' : ` · ${t(`source.${found.source}`)}`;
  return `${found.filename}${source}`;
}

function Gone() {
  const { t } = useTranslation('transfer');
  return (
    <Page title={t('gone.title')} quietTitle>
      <EmptyState
        title={t('gone.title')}
        action={
          <Link to="/import" className={buttonClass('main')}>
            {t('another')}
          </Link>
        }
      >
        {t('gone.text')}
      </EmptyState>
    </Page>
  );
}
