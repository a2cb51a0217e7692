import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { filmOptions } from '@/lib/queries/films';
import { suggestionsOptions } from '@/lib/queries/recommendations';
import { useWords } from './useWords';

/** From a film's page to its account; what is foretold, where the list has just said it. */
export function WhyHere({ filmId }: { filmId: string }) {
  const { t, stars, interval } = useWords();
  const { data: film } = useQuery(filmOptions(filmId));
  // Not asked for here: an account of one film costs the server as much as a whole list.
  const { data: list } = useQuery({ ...suggestionsOptions, enabled: false });
  const seen = film?.mine?.seen ?? false;
  const item = seen ? undefined : list?.items.find((each) => each.film_id === filmId);
  return (
    <>
      {item && (
        <>
          {t('whyHere.predicted', {
            stars: stars(item.predicted_rating),
            interval: interval(item),
          })}{' '}
        </>
      )}
      <Link to="/for-you" search={{ film: filmId }}>
        {t(item ? 'whyHere.why' : seen ? 'whyHere.seen' : 'whyHere.unseen')}
      </Link>
    </>
  );
}
