import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Button, buttonClass } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { hasStatus } from '@/api/errors';
import { troubleText } from '@/lib/trouble';

/** A page that failed says what happened and offers to try once more. */
export function Trouble({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  const router = useRouter();
  if (hasStatus(error, 404)) return <NotFound />;
  return (
    <Page title={t('trouble.title')} quietTitle>
      <EmptyState
        title={t('trouble.title')}
        action={
          <Button
            kind="main"
            onClick={() => {
              reset();
              void router.invalidate();
            }}
          >
            {t('retry')}
          </Button>
        }
      >
        {troubleText(error)}
      </EmptyState>
    </Page>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t('trouble.notFoundTitle')} quietTitle>
      <EmptyState
        title={t('trouble.notFoundTitle')}
        action={
          <Link to="/" className={buttonClass('main')}>
            {t('trouble.home')}
          </Link>
        }
      >
        {t('trouble.notFound')}
      </EmptyState>
    </Page>
  );
}

/** An address that is nobody's, outside the shell, which would have brought the landmark. */
export function NotFoundOutside() {
  return (
    <main>
      <NotFound />
    </main>
  );
}
