import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

/** From a film's page to its account. */
export function WhyHere({ filmId }: { filmId: string }) {
  const { t } = useTranslation('recommendations');
  return (
    <Link to="/for-you" search={{ film: filmId }}>
      {t('whyHere')}
    </Link>
  );
}
