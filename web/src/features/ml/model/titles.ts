import type { Formats } from '@/lib/format';
import type { Point } from './types';

/** A point's film by the title that the reader asked for; people have none. */
export function titleOf({ title, title_en, title_it }: Point, format: Formats): string {
  return format.title({
    title: title ?? '',
    title_en: title_en ?? null,
    title_it: title_it ?? null,
  });
}
