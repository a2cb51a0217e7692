import { getRouteApi } from '@tanstack/react-router';
import { StatsPage } from '@/features/stats/components/StatsPage';

const route = getRouteApi('/inside/stats');

export default function StatsScreen() {
  const navigate = route.useNavigate();
  return (
    <StatsPage
      range={route.useSearch()}
      onRange={(range) => void navigate({ search: range, replace: true, resetScroll: false })}
    />
  );
}
