"""Lists on their way in and back out."""

from collections.abc import Mapping

from msgspec.structs import replace

from cinematch.infra.ports import Tx
from cinematch.kit.ids import stable_id
from cinematch.lists.core import LONGEST_DESCRIPTION, MOST_ITEMS, FilmList, Item
from cinematch.lists.ports import ListsRepository
from cinematch.transfer.core.rows import Import, ListUndo, ListWish, Outcome, Row


class Shelf:
    """A user's lists, as an import sees them: one list has one name."""

    def __init__(self, lists: ListsRepository, now: str) -> None:
        self._lists = lists
        self._now = now

    def outcome(
        self, tx: Tx, user_id: str, wish: ListWish, film_of: Mapping[int, str | None]
    ) -> Outcome:
        """Say what bringing the list in would do."""
        known = self._named(tx, user_id, wish.name)
        if known is None:
            return "added"
        held = {item.film_id for item in self._lists.items(tx, known.list_id)}
        wanted = {film_of.get(place.row_id) for place in wish.items}
        return "unchanged" if wanted <= held else "merged"

    def bring(
        self, tx: Tx, item: Import, row: Row, wish: ListWish, film_of: Mapping[int, str | None]
    ) -> Row:
        """Make the list, or put at the end of the one of that name what it does not hold yet."""
        known = self._named(tx, item.user_id, wish.name)
        chosen = known or FilmList(
            list_id=stable_id(f"list:{item.import_id}:{row.row_id}"),
            user_id=item.user_id,
            name=wish.name,
            description=wish.description[:LONGEST_DESCRIPTION],
            created_at=wish.created_at or self._now,
            updated_at=self._now,
            import_id=item.import_id,
        )
        items = self._lists.items(tx, chosen.list_id) if known else []
        new = self._new(items, wish, film_of)
        if known is None or new:
            self._save(tx, chosen, [*items, *new], fresh=known is None)
        outcome: Outcome = "added" if known is None else "merged" if new else "unchanged"
        undo = ListUndo(chosen.list_id, known is None, tuple(place.film_id for place in new))
        return replace(row, applied=1, outcome=outcome, undo=undo)

    def take_back(self, tx: Tx, undo: ListUndo) -> None:
        """Take off what an import brought; a list that it made goes when nothing is left on it."""
        known = self._lists.get(tx, undo.list_id)
        if known is None:
            return
        items = self._lists.items(tx, undo.list_id)
        left = [item for item in items if item.film_id not in undo.added]
        if undo.made and not left:
            self._lists.delete(tx, undo.list_id)
        elif len(left) < len(items):
            self._save(tx, known, left, fresh=False)

    def _named(self, tx: Tx, user_id: str, name: str) -> FilmList | None:
        wanted = name.casefold()
        same = [
            known for known in self._lists.of_user(tx, user_id) if known.name.casefold() == wanted
        ]
        return min(same, key=lambda known: (known.created_at, known.list_id), default=None)

    def _new(
        self, items: list[Item], wish: ListWish, film_of: Mapping[int, str | None]
    ) -> list[Item]:
        held = {item.film_id for item in items}
        new: dict[str, Item] = {}
        for place in wish.items:
            film_id = film_of.get(place.row_id)
            if film_id is not None and film_id not in held:
                new.setdefault(film_id, Item(film_id, place.note))
        return list(new.values())[: MOST_ITEMS - len(items)]

    def _save(self, tx: Tx, chosen: FilmList, items: list[Item], *, fresh: bool) -> None:
        version = chosen.version if fresh else chosen.version + 1
        self._lists.save(tx, replace(chosen, version=version, updated_at=self._now))
        self._lists.save_items(tx, chosen.list_id, items)
