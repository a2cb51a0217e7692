import { useNavigate } from '@tanstack/react-router';
import { AdministrationPage } from '@/features/admin/components/AdministrationPage';

export default function AdministrationScreen() {
  const navigate = useNavigate();
  return (
    <AdministrationPage
      onFilm={(film) => void navigate({ to: '/films/$filmId', params: { filmId: film.film_id } })}
    />
  );
}
