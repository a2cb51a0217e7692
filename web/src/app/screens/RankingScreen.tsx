import { getRouteApi, notFound } from '@tanstack/react-router';
import { RANKED_TYPES, RankingPage } from '@/features/stats/components/RankingPage';

const route = getRouteApi('/inside/stats/ranking/$type');

export default function RankingScreen() {
  const navigate = route.useNavigate();
  const params = route.useParams();
  const search = route.useSearch();
  const type = RANKED_TYPES.find((each) => each === params.type);
  if (!type) throw notFound();
  return (
    <RankingPage
      type={type}
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true, resetScroll: false })}
    />
  );
}
