import { getRouteApi } from '@tanstack/react-router';
import { ListPage } from '@/features/lists/components/ListPage';

const route = getRouteApi('/inside/lists/$listId');

export default function ListScreen() {
  const { listId } = route.useParams();
  return <ListPage key={listId} listId={listId} />;
}
