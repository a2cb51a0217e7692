import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { say } from '@/lib/trouble';
import { useFormat } from '@/lib/format';
import { useChangeList, type FilmList, type ListItem } from '../api/lists';
import { moved } from '../model/order';
import { Item } from './Item';
import styles from './lists.module.css';

/** The films in order: dragged by the hand, moved by the arrows on its handle. */
export function Items({ list }: { list: FilmList }) {
  const { t } = useTranslation('lists');
  const format = useFormat();
  const change = useChangeList(list.list_id);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const [said, setSaid] = useState('');
  // While one drags, only the looks are reordered: an element that moves in the page loses the hand.
  const shown = drag ? moved(list.items, drag.from, drag.to) : list.items;

  const arrange = (from: number, to: number) => {
    const last = list.items.length - 1;
    const place = Math.min(Math.max(to, 0), last);
    const item = list.items[from];
    if (!item || place === from) return;
    change.mutate({ do: 'arrange', items: moved(list.items, from, place) });
    setSaid(t('moved', { title: format.title(item.film), place: place + 1, of: last + 1 }));
  };
  const take = (item: ListItem, at: number) => {
    const before = list.items;
    change.mutate({ do: 'take', filmId: item.film.film_id });
    say(t('taken', { title: format.title(item.film) }), () => {
      change.mutate({ do: 'put', film: item.film, note: item.note });
      if (at < before.length - 1) change.mutate({ do: 'arrange', items: before });
    });
  };

  return (
    <>
      <p className={styles.how}>{t('how')}</p>
      <ol className={styles.items}>
        {list.items.map((item, at) => (
          <Item
            key={item.film.film_id}
            item={item}
            at={shown.indexOf(item)}
            dragged={drag?.from === at}
            onDragStart={() => setDrag({ from: at, to: at })}
            onDragTo={(to) => setDrag((now) => now && { ...now, to })}
            onDragEnd={() => {
              if (drag) arrange(drag.from, drag.to);
              setDrag(null);
            }}
            onMove={(to) => arrange(at, to)}
            onNote={(note) => change.mutate({ do: 'put', film: item.film, note })}
            onTake={() => take(item, at)}
          />
        ))}
      </ol>
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </>
  );
}
