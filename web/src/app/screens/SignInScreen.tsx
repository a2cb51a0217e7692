import { getRouteApi, useRouter } from '@tanstack/react-router';
import { SignInPage } from '@/features/account/components/SignInPage';

const route = getRouteApi('/sign-in');

export default function SignInScreen() {
  const router = useRouter();
  const { then } = route.useSearch();
  return <SignInPage then={then} onDone={() => router.history.push(then ?? '/')} />;
}
