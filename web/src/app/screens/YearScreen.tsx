import { getRouteApi, notFound } from '@tanstack/react-router';
import { YearPage } from '@/features/stats/year/YearPage';

const route = getRouteApi('/inside/stats/year/$year');

export default function YearScreen() {
  const { year } = route.useParams();
  if (!/^(18[89]|19\d|20\d|21\d)\d$/.test(year)) throw notFound();
  return <YearPage key={year} year={Number(year)} />;
}
