"""Lists in SQLite."""

import sqlite3
from collections.abc import Sequence

from cinematch.lists.core import FilmList, Item

_SELECT = (
    "SELECT l.list_id, l.user_id, l.name, l.description,"
    " (SELECT count(*) FROM list_items i WHERE i.list_id = l.list_id) AS count,"
    " l.version, l.created_at, l.updated_at, l.import_id FROM lists l"
)


class SqliteLists:
    """Implements `lists.ports.ListsRepository`."""

    def of_user(self, tx: sqlite3.Connection, user_id: str) -> list[FilmList]:
        rows = tx.execute(
            f"{_SELECT} WHERE l.user_id = ? ORDER BY l.updated_at DESC, l.list_id", (user_id,)
        )
        return [FilmList(**dict(row)) for row in rows]

    def get(self, tx: sqlite3.Connection, list_id: str) -> FilmList | None:
        row = tx.execute(f"{_SELECT} WHERE l.list_id = ?", (list_id,)).fetchone()
        return FilmList(**dict(row)) if row else None

    def items(self, tx: sqlite3.Connection, list_id: str) -> list[Item]:
        rows = tx.execute(
            "SELECT film_id, note FROM list_items WHERE list_id = ? ORDER BY position, film_id",
            (list_id,),
        )
        return [Item(*row) for row in rows]

    def first_films(
        self, tx: sqlite3.Connection, list_ids: Sequence[str], each: int
    ) -> dict[str, list[str]]:
        rows = tx.execute(
            "SELECT list_id, film_id FROM (SELECT list_id, film_id, row_number() OVER"
            " (PARTITION BY list_id ORDER BY position, film_id) AS place FROM list_items"
            f" WHERE list_id IN ({', '.join('?' * len(list_ids))})) WHERE place <= ?"
            " ORDER BY list_id, place",
            (*list_ids, each),
        )
        found: dict[str, list[str]] = {}
        for list_id, film_id in rows:
            found.setdefault(list_id, []).append(film_id)
        return found

    def save(self, tx: sqlite3.Connection, film_list: FilmList) -> None:
        tx.execute(
            "INSERT INTO lists (list_id, user_id, name, description, version, created_at,"
            " updated_at, import_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (list_id) DO UPDATE SET name = excluded.name,"
            " description = excluded.description, version = excluded.version,"
            " updated_at = excluded.updated_at",
            (
                film_list.list_id,
                film_list.user_id,
                film_list.name,
                film_list.description,
                film_list.version,
                film_list.created_at,
                film_list.updated_at,
                film_list.import_id,
            ),
        )

    def save_items(self, tx: sqlite3.Connection, list_id: str, items: Sequence[Item]) -> None:
        tx.execute("DELETE FROM list_items WHERE list_id = ?", (list_id,))
        tx.executemany(
            "INSERT INTO list_items (list_id, film_id, position, note) VALUES (?, ?, ?, ?)",
            [(list_id, item.film_id, n, item.note) for n, item in enumerate(items)],
        )

    def delete(self, tx: sqlite3.Connection, list_id: str) -> None:
        tx.execute("DELETE FROM lists WHERE list_id = ?", (list_id,))
