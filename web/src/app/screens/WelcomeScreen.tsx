import { getRouteApi } from '@tanstack/react-router';
import { WelcomePage } from '@/features/setup/components/WelcomePage';

const route = getRouteApi('/welcome');

export default function WelcomeScreen() {
  const navigate = route.useNavigate();
  const { step } = route.useSearch();
  return <WelcomePage step={step} onStep={(next) => void navigate({ search: { step: next } })} />;
}
