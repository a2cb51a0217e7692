import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { closeOverlay, logFilm, openOverlay, openSearch } from '@/lib/shell';
import { PLACES_TO_GO } from './places';

const SECOND_KEY_MS = 1_200;

function writing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** `/` search, `n` log, `?` help, and `g` with a second key to go somewhere. */
export function useShortcuts(): void {
  const navigate = useNavigate();
  useEffect(() => {
    let going = 0;
    function onKey(event: KeyboardEvent): void {
      if (event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey)) {
        event.preventDefault();
        return openSearch();
      }
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
      if (writing(event.target) || document.querySelector('[role=dialog]')) return;
      const place =
        Date.now() < going && PLACES_TO_GO.find((each) => each.key === event.key.toLowerCase());
      going = 0;
      if (place) void navigate({ to: place.to });
      else if (event.key === '/') openSearch();
      else if (event.key === 'n') logFilm();
      else if (event.key === '?') openOverlay({ kind: 'help' });
      else if (event.key === 'g') {
        going = Date.now() + SECOND_KEY_MS;
        return;
      } else return;
      event.preventDefault();
    }
    window.addEventListener('keydown', onKey);
    return () => {
      window.removeEventListener('keydown', onKey);
      closeOverlay();
    };
  }, [navigate]);
}
