"""Taking back what an import brought, and only that."""

from operator import attrgetter
from typing import Any

import msgspec
from msgspec.structs import replace

from cinematch.diary.core import Entry, ordered
from cinematch.events.core import FilmFacts, Watch


class Kept(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An entry's content, without the film's facts and the store's own counting."""

    rating: int | None = None
    liked: bool = False
    watchlist: bool = False
    watchlist_added_at: str | None = None
    tags: tuple[str, ...] = ()
    review: str | None = None
    watches: tuple[Watch, ...] = ()
    added_at: str = ""
    rated_at: str | None = None
    import_id: str | None = None


_FIELDS = Kept.__struct_fields__
_content = attrgetter(*_FIELDS)


def keep(entry: Entry | None) -> Kept | None:
    """Return what must be remembered of an entry to bring it back."""
    if entry is None:
        return None
    return Kept(*_content(entry))


def restored(kept: Kept, user_id: str, film_id: str, facts: FilmFacts) -> Entry:
    """Make the entry again."""
    values: dict[str, Any] = {field: getattr(kept, field) for field in _FIELDS}
    return Entry(user_id=user_id, film_id=film_id, facts=facts, **values)


def take_back(
    before: Kept | None, after: Kept, now: Kept | None
) -> tuple[Kept | None, tuple[str, ...]]:
    """Return the content without what the import brought, and the fields in which the user's own
    later change was kept.

    Args:
        before: what stood there until the import; None when the film was new.
        after: what the import left.
        now: what stands there today; None when the user removed the film since.
    """
    if now is None:
        return None, ("film",) if before is not None else ()
    if now == after:
        return before, ()
    base = before or Kept()
    kept: list[str] = []
    changes: dict[str, Any] = {}
    for field in ("rating", "liked", "watchlist", "review"):
        was, brought, is_now = (getattr(image, field) for image in (base, after, now))
        if is_now == brought:
            changes[field] = was
        else:
            kept.append(field)
    if "rating" not in kept:
        changes["rated_at"] = base.rated_at
    if "watchlist" not in kept:
        changes["watchlist_added_at"] = base.watchlist_added_at
    changes["tags"] = _without(base.tags, after.tags, now.tags)
    watches, changed = _watches(base, after, now)
    if changed:
        kept.append("watches")
    result = replace(now, **changes, watches=watches, import_id=base.import_id)
    if before is not None:
        result = replace(result, added_at=before.added_at)
    if result.rating is not None and not result.watches:
        result = replace(result, watches=now.watches[:1])
    return result, tuple(kept)


def _without(
    before: tuple[str, ...], after: tuple[str, ...], now: tuple[str, ...]
) -> tuple[str, ...]:
    brought = set(after) - set(before)
    return tuple(tag for tag in now if tag not in brought)


def _watches(before: Kept, after: Kept, now: Kept) -> tuple[tuple[Watch, ...], bool]:
    was = {watch.watch_id: watch for watch in before.watches}
    left = {watch.watch_id: watch for watch in after.watches}
    result: list[Watch] = []
    changed = False
    for watch in now.watches:
        if left.get(watch.watch_id) != watch:
            result.append(watch)  # logged or corrected by the user since
            changed = True
        elif watch.watch_id in was:
            result.append(was[watch.watch_id])
    changed = changed or any(w not in {x.watch_id for x in now.watches} for w in left)
    return ordered(result), changed
