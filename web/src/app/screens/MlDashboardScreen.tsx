import { useNavigate } from '@tanstack/react-router';
import { MlDashboardPage } from '@/features/ml/components/MlDashboardPage';

export default function MlDashboardScreen() {
  const navigate = useNavigate();
  return (
    <MlDashboardPage
      onFilm={(filmId) => void navigate({ to: '/films/$filmId', params: { filmId } })}
    />
  );
}
