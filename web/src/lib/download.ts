import type { MouseEvent } from 'react';
import { api } from '@/api/client';
import { sayTrouble } from './trouble';

/** For a link to a file of the API: the session is renewed first, which a plain link could not. */
export function downloads(href: string) {
  return {
    href,
    download: true,
    onClick: (event: MouseEvent<HTMLAnchorElement>) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      api.get('/me').then(() => window.location.assign(href), sayTrouble);
    },
  };
}
