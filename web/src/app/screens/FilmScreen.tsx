import { useParams } from '@tanstack/react-router';
import { FilmPage } from '@/features/film/FilmPage';
import { AddToList } from '@/features/lists/components/AddToList';
import { WhyHere } from '@/features/recommendations/components/WhyHere';

export default function FilmScreen() {
  const { filmId } = useParams({ from: '/inside/films/$filmId' });
  return (
    <FilmPage
      key={filmId}
      filmId={filmId}
      more={<AddToList filmId={filmId} />}
      aside={<WhyHere filmId={filmId} />}
    />
  );
}
