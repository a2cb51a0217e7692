import { useNavigate } from '@tanstack/react-router';
import { RegisterPage } from '@/features/account/components/RegisterPage';

export default function RegisterScreen() {
  const navigate = useNavigate();
  return (
    <RegisterPage onDone={() => void navigate({ to: '/welcome', search: { step: 'ways' } })} />
  );
}
