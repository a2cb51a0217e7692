import { useSearch } from '@tanstack/react-router';
import { NewFilm } from '@/features/film/NewFilm';

export default function NewFilmScreen() {
  const { title } = useSearch({ from: '/inside/films/new' });
  return <NewFilm title={title} />;
}
