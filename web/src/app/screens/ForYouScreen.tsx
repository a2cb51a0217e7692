import { getRouteApi } from '@tanstack/react-router';
import { ForYouPage } from '@/features/recommendations/components/ForYouPage';

const route = getRouteApi('/inside/for-you');

export default function ForYouScreen() {
  const navigate = route.useNavigate();
  return (
    <ForYouPage
      film={route.useSearch().film}
      onFilm={(film) =>
        void navigate({ search: film ? { film } : {}, replace: true, resetScroll: false })
      }
    />
  );
}
