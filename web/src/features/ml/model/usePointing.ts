import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/lib/format';
import { titleOf } from './titles';
import { middle, nearest, type Placed, towards, WHOLE } from './map';
import type { Point } from './types';
import type { useView } from './useView';

const REACH = 16; // px around the pointer
const ZOOMS: Record<string, number> = { '+': 1.6, '=': 1.6, '-': 1 / 1.6, '0': 0 };

interface Pointing {
  kind: 'films' | 'people';
  points: Point[];
  placed: Placed[];
  names: string[];
  chosen: number | null;
  hold: ReturnType<typeof useView>;
  onFilm: (filmId: string) => void;
  onReadout: (text: string | null) => void;
}

/** Which point of a map is meant, by pointer or by keys, and what is said of it. */
export function usePointing(map: Pointing) {
  const { points, placed, chosen, hold } = map;
  const words = useWords(map);
  const [at, setAt] = useState<number | null>(null);
  const [said, setSaid] = useState('');
  const counts = (index: number) => chosen === null || points[index]?.group === chosen;
  const goTo = (index: number | null) => {
    setAt(index);
    map.onReadout(words(index));
  };
  const open = () => {
    const film = at === null ? undefined : points[at]?.film_id;
    if (film) map.onFilm(film);
  };

  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (hold.carry(event) || event.buttons > 0) return;
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const there = { x: event.clientX - left, y: event.clientY - top };
    const found = nearest(placed, there, hold.view, REACH, counts);
    if (found !== at) goTo(found);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = ZOOMS[event.key];
    if (by !== undefined) hold.zoomBy(by);
    else if (event.key === 'Enter') open();
    else if (event.key.startsWith('Arrow')) {
      const from = at === null ? central(placed, counts) : null;
      const next = from ?? towards(placed, at ?? 0, event.key, counts);
      if (next !== null) {
        goTo(next);
        setSaid(words(next) ?? '');
      }
    } else return;
    event.preventDefault();
  };

  const pointing = {
    role: 'application',
    tabIndex: 0,
    onKeyDown,
    onPointerMove,
    onPointerDown: hold.take,
    onPointerUp: () => hold.release() && open(),
    onPointerLeave: () => goTo(null),
  };
  return { at, said, pointing };
}

function useWords({ kind, points, names }: Pointing) {
  const { t } = useTranslation('ml');
  const format = useFormat();
  return (index: number | null): string | null => {
    const point = index === null ? undefined : points[index];
    if (!point) return null;
    const group = names[point.group] ?? t('clusters.noGroup');
    if (kind === 'people') return t('clusters.onePerson', { group });
    const title = titleOf(point, format);
    const name = point.year ? `${title} (${point.year})` : title;
    const count = point.count ?? 0;
    return t('clusters.oneFilm', { name, group, count, shown: format.number(count) });
  };
}

/** Where the keys begin: the point nearest to the middle of those that count. */
function central(placed: Placed[], counts: (index: number) => boolean): number | null {
  const centre = middle(placed.filter((_, index) => counts(index)));
  return nearest(placed, centre, WHOLE, Infinity, counts);
}
