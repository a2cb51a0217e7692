"""The catalogue's index outside the store: asked while it answers, and kept current."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cinematch.films.core.catalogue import FilmCard, FilmQuery
from cinematch.films.core.film import Film
from cinematch.films.ports import FilmFeed, FilmIndex, FilmsRepository
from cinematch.infra.ports import Store, Tx
from cinematch.kit.clock import Clock
from cinematch.kit.errors import Unavailable
from cinematch.kit.paging import Page

_BATCH = 500
_REST = timedelta(seconds=5)  # for which a silent index is not asked again
_SEEN_AT_MOST = 50_000  # films in one question; an engine takes 65,536 of its own accord
_LOOK_EVERY = 1.0
_CHECK_EVERY = timedelta(seconds=30)
_LONGEST_PAUSE = 30.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class IndexParts:
    """What the index is kept by.

    Attributes:
        followed: whether every change since the index was built has been noted.
        follow: notes that this is so from now on.
    """

    store: Store
    films: FilmsRepository
    feed: FilmFeed
    index: FilmIndex
    clock: Clock
    followed: Callable[[Tx], bool]
    follow: Callable[[Tx], None]


class FilmSearch:
    """Searches in the index, and in the store while the index does not answer or is not built."""

    def __init__(self, parts: IndexParts) -> None:
        self._parts = parts
        self._silent_until: datetime | None = None
        self._error: str | None = None

    def search(self, query: FilmQuery, user_id: str | None) -> Page[FilmCard]:
        """Return one page of films; what is shown of them is always the store's.

        Raises:
            Invalid: the cursor is not one of this listing.
        """
        parts = self._parts
        found = self._find(query, user_id)
        if found is None:
            return parts.store.snapshot(lambda tx: parts.films.search(tx, query, user_id))
        cards = parts.store.snapshot(lambda tx: parts.films.cards(tx, found.items, user_id))
        # A film may have gone, or have become somebody's own, since it was indexed.
        items = [cards[film_id] for film_id in found.items if film_id in cards]
        return Page(items, found.total, found.next)

    def health(self) -> dict[str, Any]:
        """Return whether the index answers, and how many changed films it does not hold yet."""
        parts = self._parts
        waiting = parts.store.snapshot(parts.feed.waiting)
        if not self._resting():
            try:
                built = parts.index.size() is not None
                self._error = None if built else "the index is not built yet"
            except Unavailable as error:
                self._fell_silent(error)
        state: dict[str, Any] = {"status": "ok", "waiting": waiting}
        if self._error is not None:
            state |= {"status": "degraded", "detail": "the store searches in the index's place"}
        return state

    def _find(self, query: FilmQuery, user_id: str | None) -> Page[str] | None:
        parts = self._parts
        if self._resting():
            return None
        seen: list[str] = []
        if query.seen is not None:
            seen = parts.store.snapshot(lambda tx: parts.feed.seen(tx, user_id))
            if len(seen) > _SEEN_AT_MOST:
                return None
        try:
            found = parts.index.find(query, user_id, seen)
        except Unavailable as error:
            self._fell_silent(error)
            return None
        self._error = None
        return found

    def _resting(self) -> bool:
        return self._silent_until is not None and self._parts.clock() < self._silent_until

    def _fell_silent(self, error: Unavailable) -> None:
        if self._error is None:
            _log.warning("The store searches in the index's place: %s", error.detail)
        self._error = error.detail
        self._silent_until = self._parts.clock() + _REST


class Indexer:
    """One thread, or `step()` without one, that takes changed films into the index.

    It builds the index where there is none, or where changes went by without a note. Several at
    once do no harm.
    """

    def __init__(self, parts: IndexParts) -> None:
        self._parts = parts
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._checked_at: datetime | None = None

    def start(self) -> None:
        """Keep the index in a thread of its own until `stop`."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name="indexer", daemon=True)
            self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """End after the batch at hand; an index that is being built is left off."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stopping.set()
            thread.join(timeout)

    def catch_up(self) -> int:
        """Take in all that waits, and return how many films that was."""
        total = 0
        while taken := self.step():
            total += taken
        return total

    def step(self) -> int:
        """Take in one batch and return its size, 0 when nothing waits.

        Raises:
            Unavailable: the index or the store does not answer; the notes stay.
        """
        parts = self._parts
        changes = parts.store.snapshot(lambda tx: parts.feed.changes(tx, _BATCH))
        if not changes.notes:
            return 0
        parts.index.put(changes.films.values())
        parts.index.remove(changes.notes.keys() - changes.films.keys())
        parts.store.transact(lambda tx: parts.feed.settle(tx, changes.notes))
        return len(changes.notes)

    def ensure(self) -> bool:
        """Build the index if it is missing, empty or out of date; return whether it was."""
        parts = self._parts
        size = parts.index.size()
        films = parts.store.snapshot(lambda tx: parts.feed.following(tx, "", 1))
        followed = parts.store.snapshot(parts.followed)
        if followed and size is not None and (size or not films):
            return False
        _log.info("The search index is built, with %d films.", self.rebuild())
        return True

    def rebuild(self) -> int:
        """Build the whole index anew, while the old one is searched; return how many films.

        Raises:
            Unavailable: the index does not answer, or another rebuild has overtaken this one.
        """
        parts = self._parts
        films = parts.index.rebuild(self._batches())
        parts.store.transact(parts.follow)
        return films

    def _batches(self) -> Iterator[list[Film]]:
        parts, last = self._parts, ""
        while films := parts.store.snapshot(
            lambda tx, past=last: parts.feed.following(tx, past, _BATCH)  # type: ignore[misc]
        ):
            yield films
            last = films[-1].film_id
            if self._stopping.is_set():
                raise Unavailable("The search index is built another time.")

    def _run(self) -> None:
        pause = _LOOK_EVERY
        while not self._stopping.is_set():
            try:
                self._check()
                if not self.step():
                    self._stopping.wait(_LOOK_EVERY)
                pause = _LOOK_EVERY
            except Exception as error:  # noqa: BLE001 - nothing else would ever start it again
                told = f"{type(error).__name__}: {error}"
                _log.warning("The indexer tries again in %.0f s: %s", pause, told)
                self._stopping.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    def _check(self) -> None:
        now = self._parts.clock()
        if self._checked_at is None or now - self._checked_at >= _CHECK_EVERY:
            self.ensure()
            self._checked_at = now
