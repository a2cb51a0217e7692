import { NotificationSettings } from '@/features/notifications/components/NotificationSettings';
import { SettingsPage } from '@/features/settings/components/SettingsPage';

export default function SettingsScreen() {
  return (
    <SettingsPage>
      <NotificationSettings />
    </SettingsPage>
  );
}
