import { useParams } from '@tanstack/react-router';
import { PersonPage } from '@/features/people/PersonPage';

export default function PersonScreen() {
  const { personId } = useParams({ from: '/inside/people/$personId' });
  return <PersonPage key={personId} personId={personId} />;
}
