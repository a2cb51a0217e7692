"""A wish meets the user's film: what is added, what is the same, where the two disagree."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Literal, Protocol

import msgspec
from msgspec.structs import replace

from cinematch.diary.core import MOST_TAGS, MOST_WATCHES, Entry, ordered
from cinematch.events.core import Watch
from cinematch.kit.ids import stable_id
from cinematch.transfer.core.items import Play
from cinematch.transfer.core.wish import Wish

Resolution = Literal["mine", "theirs"]


class Difference(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One field that changes; viewings are told by their dates."""

    field: str
    before: Any
    after: Any


class Conflict(msgspec.Struct, frozen=True, gc=False):
    """A field in which the user's own word and the file's differ."""

    field: str
    mine: Any
    theirs: Any


class Merged(msgspec.Struct, frozen=True, gc=False):
    """The entry after the merge (the very same when nothing changes) and how it came about."""

    target: Entry
    changes: tuple[Difference, ...]
    conflict: Conflict | None


def merge(
    entry: Entry,
    wish: Wish,
    *,
    import_id: str,
    brought: Mapping[str, Any],
    resolution: Resolution = "mine",
) -> Merged:
    """Return the entry with what the wish brings.

    Args:
        entry: the user's film now; one of version 0 when it is new.
        wish: what the file says of it.
        import_id: noted on the entry when anything changes.
        brought: by field, the last value that an earlier import put there. A field that has
            another value now was changed by the user since, and the user's word is kept.
        resolution: who is right in a conflict.
    """
    conflicts: list[Conflict] = []
    theirs = resolution == "theirs"
    rating = _settled("rating", entry.rating, wish.rating, brought, conflicts, theirs=theirs)
    if _older(entry, wish) and rating != entry.rating and not conflicts:
        conflicts.append(Conflict("rating", entry.rating, wish.rating))
        rating = wish.rating if theirs else entry.rating
    review = _settled("review", entry.review, wish.review, brought, conflicts, theirs=theirs)
    watches = merge_watches(entry.watches, wish)
    watchlist = _watchlist(entry, wish, watches, brought)
    changed = replace(
        entry,
        rating=rating,
        rated_at=_rated_at(entry, wish, rating),
        liked=entry.liked or (wish.liked and brought.get("liked") is not True),
        watchlist=watchlist,
        watchlist_added_at=_watchlist_at(entry, wish, watchlist=watchlist),
        tags=_tags(entry.tags, wish.tags),
        review=review,
        watches=watches,
        added_at=entry.added_at or wish.logged_at or "",
        import_id=import_id,
    )
    changes = differences(entry, changed)
    conflict = conflicts[0] if conflicts else None
    if not changes:
        return Merged(entry, (), conflict)
    return Merged(changed, changes, conflict)


def _settled(
    field: str,
    mine: Any,
    other: Any,
    brought: Mapping[str, Any],
    conflicts: list[Conflict],
    *,
    theirs: bool,
) -> Any:
    if other is None or mine == other:
        return mine
    if field == "review" and mine is not None and _plain(mine) == _plain(other):
        return mine
    if brought.get(field) == mine:  # untouched since an import, or never there
        return other
    conflicts.append(Conflict(field, mine, other))
    return other if theirs else mine


def _plain(text: str) -> str:
    return "".join(text.split())


def _older(entry: Entry, wish: Wish) -> bool:
    """Whether the file's rating was given before the one that stands here."""
    if entry.rating is None or not entry.rated_at or not wish.rated_at:
        return False
    return wish.rated_at[:10] < entry.rated_at[:10]


def _rated_at(entry: Entry, wish: Wish, rating: int | None) -> str | None:
    if rating == entry.rating:
        return entry.rated_at
    return wish.rated_at


def _watchlist(
    entry: Entry, wish: Wish, watches: Sequence[Watch], brought: Mapping[str, Any]
) -> bool:
    if wish.watchlist:
        if entry.watchlist:
            return True
        # Taken off by hand since, or seen here while the file still has it as a wish.
        stale = brought.get("watchlist") is True or (bool(entry.watches) and not wish.seen)
        return not stale
    if not entry.watchlist or len(watches) <= len(entry.watches):
        return entry.watchlist
    since = (entry.watchlist_added_at or "")[:10]
    known = {watch.watch_id for watch in entry.watches}
    seen_since = any(w.date > since for w in watches if w.watch_id not in known)
    return bool(entry.watches) and not seen_since


def _watchlist_at(entry: Entry, wish: Wish, *, watchlist: bool) -> str | None:
    if not watchlist:
        return None
    return entry.watchlist_added_at if entry.watchlist else wish.watchlist_at


def _tags(mine: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    if not theirs:
        return mine
    known = {tag.casefold() for tag in mine}
    return (*mine, *(tag for tag in theirs if tag.casefold() not in known))[:MOST_TAGS]


def merge_watches(known: tuple[Watch, ...], wish: Wish) -> tuple[Watch, ...]:
    """Return the viewings with those that the file brings, each once.

    A viewing is known by its identity at the source, then by its day: a person who logged by hand
    what the file tells of has seen the film once. An instant in UTC may be the next or the last
    day where the viewer was. The one undated viewing that a rating implied is given its date.
    """
    left = [play for play in wish.plays if not _named(play, known)]
    taken = {w.watch_id for play in wish.plays for w in known if _is(play, w)}
    fresh: list[Play] = []
    for play in left:
        same = next((w for w in known if w.watch_id not in taken and _same_day(w, play)), None)
        if same is None:
            fresh.append(play)
        else:
            taken.add(same.watch_id)
    watches = list(known)
    implied = _implied(known, taken)
    first = min((p for p in fresh if p.date and not p.rewatch), key=lambda p: p.date, default=None)
    if implied is not None and first is not None:
        watches = [replace(implied, date=first.date, source=first.source)]
        fresh.remove(first)
    for play in fresh:
        watches.append(_watch(play, {watch.watch_id for watch in watches}))
    if not watches and (wish.seen or wish.rating is not None):
        watches = [Watch(stable_id(f"seen:{wish.ref.key}"))]
    if len(watches) == len(known) and tuple(watches) == known:
        return known
    return ordered(watches)[:MOST_WATCHES]


def _is(play: Play, watch: Watch) -> bool:
    if play.watch_id is not None and play.watch_id == watch.watch_id:
        return True
    return play.source is not None and play.source == watch.source


def _named(play: Play, known: Sequence[Watch]) -> bool:
    return any(_is(play, watch) for watch in known)


def _same_day(watch: Watch, play: Play) -> bool:
    if _exact(watch.source) and _exact(play.source):
        return False  # two ids of one service are two plays
    if watch.date == play.date:
        return True
    if not play.utc or len(watch.date) != 10:
        return False
    return (
        abs(date.fromisoformat(watch.date).toordinal() - date.fromisoformat(play.date).toordinal())
        == 1
    )


def _exact(source: str | None) -> bool:
    return source is not None and source.startswith("trakt:")


def _implied(known: Sequence[Watch], taken: set[str]) -> Watch | None:
    """The one viewing of which nothing is known, which a rating or a "watched" implied."""
    if len(known) != 1 or known[0].watch_id in taken:
        return None
    watch = known[0]
    plain = not (watch.date or watch.rewatch or watch.context) and watch.source is None
    return watch if plain else None


def _watch(play: Play, taken: Collection[str]) -> Watch:
    # What follows the source's name is unique there; a film has few sources.
    name = play.source or f"undated:{play.date}"
    watch_id = play.watch_id or name.rpartition(":")[2]
    if not watch_id or watch_id in taken:
        watch_id = stable_id(f"{name}|{play.date}|{len(taken)}")
    return Watch(watch_id, play.date, play.rewatch, play.context, play.source)


class _Content(Protocol):
    """What an entry and what is kept of one have in common."""

    @property
    def tags(self) -> tuple[str, ...]: ...

    @property
    def watches(self) -> tuple[Watch, ...]: ...


def differences(before: _Content, after: _Content) -> tuple[Difference, ...]:
    """Return what a person would see change."""
    found = [
        Difference(field, getattr(before, field), getattr(after, field))
        for field in ("rating", "liked", "watchlist", "review")
        if getattr(before, field) != getattr(after, field)
    ]
    if before.tags != after.tags:
        found.append(Difference("tags", list(before.tags), list(after.tags)))
    if before.watches != after.watches:
        dates = [watch.date for watch in before.watches], [watch.date for watch in after.watches]
        found.append(Difference("watches", *dates))
    return tuple(found)
