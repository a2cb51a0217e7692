"""What people do with their lists. Lists count in no figure, so no events tell of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from cinematch.films.core.catalogue import FilmCard
from cinematch.films.ports import FilmsRepository
from cinematch.infra.ports import Store, Tx
from cinematch.kit.clock import Clock, to_iso
from cinematch.kit.errors import Conflict, NotFound, VersionMismatch
from cinematch.kit.ids import new_id
from cinematch.lists.core import FilmList, Item, added, arranged
from cinematch.lists.ports import ListsRepository

MOST_LISTS = 1_000
_PREVIEW = 5

Rearranged = Callable[[Sequence[Item]], list[Item]]


@dataclass(frozen=True)
class Summary:
    """A list with the first films on it."""

    film_list: FilmList
    preview: Sequence[FilmCard]


@dataclass(frozen=True)
class Contents:
    """A list with everything on it."""

    film_list: FilmList
    items: Sequence[tuple[Item, FilmCard]]


class ListsService:
    """Use cases of lists."""

    def __init__(
        self, store: Store, lists: ListsRepository, films: FilmsRepository, clock: Clock
    ) -> None:
        self._store = store
        self._lists = lists
        self._films = films
        self._clock = clock

    def all(self, user_id: str) -> list[Summary]:
        """Return a user's lists, the latest changed first, each with its first films."""

        def work(tx: Tx) -> list[Summary]:
            lists = self._lists.of_user(tx, user_id)
            first = self._lists.first_films(tx, [one.list_id for one in lists], _PREVIEW)
            wanted = [film_id for film_ids in first.values() for film_id in film_ids]
            cards = self._films.cards(tx, wanted, user_id)
            return [
                Summary(one, [cards[f] for f in first.get(one.list_id, ()) if f in cards])
                for one in lists
            ]

        return self._store.snapshot(work)

    def contents(self, user_id: str, list_id: str) -> Contents:
        """Return one list.

        Raises:
            NotFound: the user has no such list.
        """
        return self._store.snapshot(lambda tx: self._contents(tx, user_id, list_id))

    def create(self, user_id: str, name: str, description: str = "") -> Contents:
        """Make a list.

        Raises:
            Conflict: the user has too many already.
        """
        now, list_id = to_iso(self._clock()), new_id()

        def work(tx: Tx) -> Contents:
            if len(self._lists.of_user(tx, user_id)) >= MOST_LISTS:
                raise Conflict(f"You have {MOST_LISTS} lists; remove one first.")
            one = FilmList(
                list_id=list_id,
                user_id=user_id,
                name=name,
                description=description,
                created_at=now,
                updated_at=now,
            )
            self._lists.save(tx, one)
            return Contents(one, ())

        return self._store.transact(work)

    def change(
        self,
        user_id: str,
        list_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        expected_version: int | None = None,
    ) -> Contents:
        """Rename or describe a list; None leaves as it is.

        Raises:
            NotFound: the user has no such list.
            VersionMismatch: it is no longer at `expected_version`.
        """

        def work(tx: Tx) -> Contents:
            one = self._mine(tx, user_id, list_id, expected_version)
            self._touch(
                tx,
                replace(
                    one,
                    name=one.name if name is None else name,
                    description=one.description if description is None else description,
                ),
            )
            return self._contents(tx, user_id, list_id)

        return self._store.transact(work)

    def arrange(
        self,
        user_id: str,
        list_id: str,
        film_ids: Sequence[str],
        *,
        expected_version: int | None = None,
    ) -> Contents:
        """Put exactly these films on the list, in this order; notes stay with their films.

        Raises:
            NotFound: the user has no such list, or a film is none.
            Invalid: a film twice, or too many.
            VersionMismatch: as for `change`.
        """
        return self._rearrange(
            user_id, list_id, lambda items: arranged(items, film_ids), expected_version
        )

    def add(
        self, user_id: str, list_id: str, item: Item, *, expected_version: int | None = None
    ) -> Contents:
        """Put a film at the end of the list.

        Raises:
            NotFound: the user has no such list, or there is no such film.
            Conflict: the list is full.
            VersionMismatch: as for `change`.
        """
        return self._rearrange(user_id, list_id, lambda items: added(items, item), expected_version)

    def take(
        self, user_id: str, list_id: str, film_id: str, *, expected_version: int | None = None
    ) -> Contents:
        """Take a film off the list.

        Raises:
            NotFound: the user has no such list, or the film is not on it.
            VersionMismatch: as for `change`.
        """

        def without(items: Sequence[Item]) -> list[Item]:
            left = [item for item in items if item.film_id != film_id]
            if len(left) == len(items):
                raise NotFound("This film is not on the list.")
            return left

        return self._rearrange(user_id, list_id, without, expected_version)

    def remove(self, user_id: str, list_id: str, *, expected_version: int | None = None) -> None:
        """Remove a list.

        Raises:
            NotFound: the user has no such list.
            VersionMismatch: as for `change`.
        """

        def work(tx: Tx) -> None:
            self._mine(tx, user_id, list_id, expected_version)
            self._lists.delete(tx, list_id)

        self._store.transact(work)

    def _rearrange(
        self, user_id: str, list_id: str, change: Rearranged, expected_version: int | None
    ) -> Contents:
        def work(tx: Tx) -> Contents:
            one = self._mine(tx, user_id, list_id, expected_version)
            before = self._lists.items(tx, list_id)
            after = change(before)
            new = {item.film_id for item in after} - {item.film_id for item in before}
            if new - self._films.cards(tx, sorted(new), user_id).keys():
                raise NotFound("One of the films is not in the catalogue.")
            self._lists.save_items(tx, list_id, after)
            self._touch(tx, one)
            return self._contents(tx, user_id, list_id)

        return self._store.transact(work)

    def _touch(self, tx: Tx, one: FilmList) -> None:
        now = to_iso(self._clock())
        self._lists.save(tx, replace(one, version=one.version + 1, updated_at=now))

    def _contents(self, tx: Tx, user_id: str, list_id: str) -> Contents:
        one = self._mine(tx, user_id, list_id, None)
        items = self._lists.items(tx, list_id)
        cards = self._films.cards(tx, [item.film_id for item in items], user_id)
        return Contents(one, [(i, cards[i.film_id]) for i in items if i.film_id in cards])

    def _mine(self, tx: Tx, user_id: str, list_id: str, expected_version: int | None) -> FilmList:
        one = self._lists.get(tx, list_id)
        if one is None or one.user_id != user_id:
            raise NotFound("You have no such list.")
        if expected_version is not None and expected_version != one.version:
            raise VersionMismatch(
                "This list was changed in the meantime, perhaps in another window. "
                "Nothing was overwritten: load it again and repeat your change.",
                version=one.version,
            )
        return one
