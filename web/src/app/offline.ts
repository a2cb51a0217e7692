import i18next from 'i18next';
import { registerSW } from 'virtual:pwa-register';
import { toast } from '@/lib/toast';

/** The shell works without the network; a newer page is offered, never forced. */
export function register(): void {
  const update = registerSW({
    onNeedRefresh: () =>
      toast(i18next.t('shell:update.ready'), {
        action: { label: i18next.t('shell:update.now'), run: () => void update(true) },
      }),
  });
}
