"""Reading a user's films and diary, one page at a time: a handful of queries for each page."""

from collections.abc import Sequence
from dataclasses import dataclass

from cinematch.diary.core import Entry
from cinematch.diary.ports import DiaryFilter, EntriesRepository, LibraryFilter, LibraryRepository
from cinematch.events.core import Watch
from cinematch.films.core.catalogue import FilmCard
from cinematch.films.ports import FilmsRepository
from cinematch.infra.ports import Store, Tx
from cinematch.kit.errors import NotFound
from cinematch.kit.paging import Page


@dataclass(frozen=True)
class Shown:
    """An entry with its film as the catalogue has it now."""

    entry: Entry
    card: FilmCard


@dataclass(frozen=True)
class ShownWatch:
    """One viewing, with the entry that it belongs to."""

    watch: Watch
    shown: Shown


class LibraryQueries:
    """What the page and programs read of a user's films."""

    def __init__(
        self,
        store: Store,
        library: LibraryRepository,
        entries: EntriesRepository,
        films: FilmsRepository,
    ) -> None:
        self._store = store
        self._library = library
        self._entries = entries
        self._films = films

    def page(self, user_id: str, asked: LibraryFilter) -> Page[Shown]:
        """Return one page of a user's films.

        Raises:
            Invalid: the cursor is not one of this listing.
        """

        def work(tx: Tx) -> Page[Shown]:
            found = self._library.film_ids(tx, user_id, asked)
            shown = self._shown(tx, user_id, found.items)
            return Page([shown[film_id] for film_id in found.items], found.total, found.next)

        return self._store.snapshot(work)

    def diary(self, user_id: str, asked: DiaryFilter) -> Page[ShownWatch]:
        """Return one page of a user's viewings.

        Raises:
            Invalid: the cursor is not one of this listing.
        """

        def work(tx: Tx) -> Page[ShownWatch]:
            found = self._library.watch_ids(tx, user_id, asked)
            shown = self._shown(tx, user_id, [film_id for film_id, _ in found.items])
            items = []
            for film_id, watch_id in found.items:
                watches = shown[film_id].entry.watches
                watch = next(watch for watch in watches if watch.watch_id == watch_id)
                items.append(ShownWatch(watch, shown[film_id]))
            return Page(items, found.total, found.next)

        return self._store.snapshot(work)

    def entry(self, user_id: str, film_id: str) -> Shown:
        """Return one of a user's films.

        Raises:
            NotFound: it is not among them.
        """
        shown = self._store.snapshot(lambda tx: self._shown(tx, user_id, [film_id]))
        if film_id not in shown:
            raise NotFound("This film is not among yours.")
        return shown[film_id]

    def show(self, entry: Entry) -> Shown:
        """Return an entry, which need not be saved (any more), with its film.

        Raises:
            NotFound: the film is gone.
        """
        cards = self._store.snapshot(
            lambda tx: self._films.cards(tx, [entry.film_id], entry.user_id)
        )
        if entry.film_id not in cards:
            raise NotFound("There is no such film.")
        return Shown(entry, cards[entry.film_id])

    def tags(self, user_id: str) -> list[tuple[str, int]]:
        """Return a user's tags, the most used first, with how many films have them."""
        return self._store.snapshot(lambda tx: self._library.tags(tx, user_id))

    def _shown(self, tx: Tx, user_id: str, film_ids: Sequence[str]) -> dict[str, Shown]:
        entries = self._entries.get_many(tx, user_id, list(dict.fromkeys(film_ids)))
        cards = self._films.cards(tx, list(entries), user_id)
        return {film_id: Shown(entry, cards[film_id]) for film_id, entry in entries.items()}
