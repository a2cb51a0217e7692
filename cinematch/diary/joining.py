"""A film of somebody's own turns out to be one of the catalogue: the two become one."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from cinematch.diary.core import MOST_TAGS, MOST_WATCHES, Entry, clean_tags, ordered
from cinematch.diary.ports import EntriesRepository
from cinematch.diary.service import Change, DiaryService
from cinematch.films.ports import FilmsRepository
from cinematch.infra.ports import Store, Tx
from cinematch.infra.signals import Signals
from cinematch.kit.errors import Conflict, NotFound

JoinHook = Callable[[Tx, str, str, str], None]
"""`(tx, user_id, film_id, into)`: let what a room above knows of the one film be of the other."""


class JoiningService:
    """Joins films of somebody's own to films of the catalogue."""

    def __init__(
        self,
        store: Store,
        entries: EntriesRepository,
        films: FilmsRepository,
        diary: DiaryService,
        signals: Signals,
        on_join: Sequence[JoinHook] = (),
    ) -> None:
        self._store = store
        self._entries = entries
        self._films = films
        self._diary = diary
        self._signals = signals
        self._on_join = on_join

    def join(self, user_id: str, film_id: str, into: str) -> Change:
        """Move the entry of a film of one's own to `into`, and remove that film.

        What the user has said about both is kept once: viewings together, the rating and review
        of the catalogue's film first. Lists that held the film hold the other from now on.

        Raises:
            NotFound: one of the two is no film of this user's or of the catalogue.
            Conflict: the first is no film of one's own, or both are the same.
        """

        def work(tx: Tx) -> Change:
            films = self._films.get_many(tx, [film_id, into])
            own, other = films.get(film_id), films.get(into)
            if own is None or own.owner_user_id != user_id:
                raise NotFound("There is no such film of your own.")
            if other is None or other.owner_user_id not in (None, user_id):
                raise NotFound("There is no such film to join it to.")
            if own.film_id == other.film_id:
                raise Conflict("A film cannot be joined to itself.")
            cause = f"join:{film_id}"
            moved = self._entries.get(tx, user_id, film_id)
            kept = self._entries.get(tx, user_id, into)
            target = joined(kept, moved, into) if moved else kept
            if target is not None:
                target = replace(target, facts=other.facts)
            self._diary.put(tx, user_id, film_id, None, cause=cause)
            change = self._diary.put(tx, user_id, into, target, cause=cause)
            for tell in self._on_join:
                tell(tx, user_id, film_id, into)
            self._films.replace_by(tx, film_id, into)
            return change

        change = self._store.transact(work)
        self._signals.written()
        return change


def joined(kept: Entry | None, moved: Entry, into: str) -> Entry:
    """Return what the entry of `into` becomes when `moved` is joined to it.

    >>> from cinematch.events.core import FilmFacts, Watch
    >>> kept = Entry(user_id="u", film_id="b", facts=FilmFacts("b", "B"), rating=9)
    >>> moved = Entry(user_id="u", film_id="a", facts=FilmFacts("a", "A"), watches=(Watch("w"),))
    >>> both = joined(kept, moved, "b")
    >>> both.rating, len(both.watches)
    (9, 1)
    """
    if kept is None:
        return replace(moved, film_id=into, version=0)
    known = {watch.watch_id for watch in kept.watches}
    dated = {watch.date for watch in kept.watches if watch.date}
    # A viewing of the very same day is the same one, told by two sources; one of unknown date
    # says no more than "seen", which the other film's viewings say already.
    added = [
        watch
        for watch in moved.watches
        if watch.watch_id not in known and watch.date not in dated and (watch.date or not known)
    ]
    return replace(
        kept,
        rating=kept.rating if kept.rating is not None else moved.rating,
        rated_at=kept.rated_at if kept.rating is not None else moved.rated_at,
        liked=kept.liked or moved.liked,
        watchlist=kept.watchlist or moved.watchlist,
        watchlist_added_at=kept.watchlist_added_at or moved.watchlist_added_at,
        tags=clean_tags((*kept.tags, *moved.tags)[:MOST_TAGS]),
        review=kept.review or moved.review,
        watches=ordered([*kept.watches, *added])[-MOST_WATCHES:],
        added_at=min(kept.added_at, moved.added_at),
    )
