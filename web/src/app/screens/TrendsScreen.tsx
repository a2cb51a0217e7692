import { getRouteApi } from '@tanstack/react-router';
import { TrendsPage } from '@/features/stats/trends/Trends';

const route = getRouteApi('/inside/trends');

export default function TrendsScreen() {
  const navigate = route.useNavigate();
  return (
    <TrendsPage
      window={route.useSearch().window ?? '7d'}
      onWindow={(window) =>
        void navigate({ search: { window }, replace: true, resetScroll: false })
      }
    />
  );
}
