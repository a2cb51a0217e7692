import { getRouteApi } from '@tanstack/react-router';
import { ImportDetailPage } from '@/features/transfer/components/ImportDetailPage';

const route = getRouteApi('/inside/import/$importId');

export default function ImportDetailScreen() {
  const navigate = route.useNavigate();
  const { importId } = route.useParams();
  const { show } = route.useSearch();
  return (
    <ImportDetailPage
      importId={importId}
      show={show}
      onShow={(next) =>
        void navigate({ search: { show: next }, replace: true, resetScroll: false })
      }
    />
  );
}
