"""The rules of a user's film. Pure: every change takes an entry and returns the next one."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Literal, get_args

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from cinematch.events.core import FilmFacts, Image, Watch
from cinematch.kit.errors import Invalid, NotFound

Context = Literal["cinema", "home", "streaming", "tv", "festival", "travel", "friends", "other"]
CONTEXTS: tuple[str, ...] = get_args(Context)

FIRST_SCREENING = 1888  # the oldest film that survives
MOST_TAGS, LONGEST_TAG, LONGEST_REVIEW, MOST_WATCHES = 50, 60, 20_000, 2_000

_PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One user's film. `version` counts its changes; `seq` is its last event's."""

    user_id: str
    film_id: str
    facts: FilmFacts
    rating: int | None = None  # half-stars, 1..10
    liked: bool = False
    watchlist: bool = False
    watchlist_added_at: str | None = None
    tags: tuple[str, ...] = ()
    review: str | None = None
    watches: tuple[Watch, ...] = ()
    added_at: str = ""
    rated_at: str | None = None
    updated_at: str = ""
    version: int = 0
    seq: int = 0
    import_id: str | None = None

    @property
    def seen(self) -> bool:
        """Whether the film counts as watched."""
        return bool(self.watches)

    @property
    def last_watched(self) -> str | None:
        """The latest known date of viewing; "" when no date is known, None when not seen."""
        return max((watch.date for watch in self.watches), default=None)

    @property
    def image(self) -> Image:
        """What of this entry an event carries and the figures count."""
        return Image(
            film=self.facts,
            rating=self.rating,
            watches=self.watches,
            liked=self.liked,
            watchlist=self.watchlist,
            has_review=bool(self.review),
            tags=self.tags,
        )

    @property
    def empty(self) -> bool:
        """Whether nothing is left that a person would want kept."""
        return not (self.watches or self.liked or self.watchlist or self.tags or self.review)


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """What a person changes in one gesture; what is UNSET stays."""

    rating: int | UnsetType | None = UNSET  # half-stars
    liked: bool | UnsetType = UNSET
    watchlist: bool | UnsetType = UNSET
    tags: Sequence[str] | UnsetType = UNSET
    review: str | UnsetType | None = UNSET
    seen: bool | UnsetType = UNSET


def apply_edit(entry: Entry, edit: Edit, *, now: str, watch_id: str) -> Entry:
    """Return the entry with the edit made. `watch_id` is for a viewing that the edit implies.

    A rating implies that the film was seen: a film rated before any viewing gets one of unknown
    date. Saying "not seen" takes the viewings and the rating away.

    Raises:
        Invalid: a value is out of its range.
    """
    changes: dict[str, object] = {}
    if edit.liked is not UNSET:
        changes["liked"] = edit.liked
    if edit.watchlist is not UNSET and edit.watchlist != entry.watchlist:
        changes["watchlist"] = edit.watchlist
        changes["watchlist_added_at"] = now if edit.watchlist else None
    if edit.tags is not UNSET:
        changes["tags"] = clean_tags(edit.tags)
    if edit.review is not UNSET:
        changes["review"] = clean_review(edit.review)
    if edit.seen is False:
        if edit.rating not in (UNSET, None):
            raise Invalid.field("seen", "a rated film counts as seen", "leave `seen` or the rating")
        changes |= {"watches": (), "rating": None, "rated_at": None}
    elif edit.seen is True and not entry.watches:
        changes["watches"] = (Watch(watch_id),)
    if edit.rating is not UNSET and edit.rating != entry.rating:
        changes["rating"] = check_rating(edit.rating)
        changes["rated_at"] = now if edit.rating is not None else None
    changed = replace(entry, **changes)
    if changed.rating is not None and not changed.watches:
        changed = replace(changed, watches=(Watch(watch_id),))
    return changed


def log_watch(entry: Entry, watch: Watch, *, today: date) -> Entry:
    """Return the entry with one more viewing; a film seen leaves the watchlist.

    The one undated viewing that a rating alone implied is given the date, not doubled.

    Raises:
        Invalid: the date or the place cannot be.
    """
    check_watch(watch, today)
    if len(entry.watches) >= MOST_WATCHES:
        raise Invalid.field(
            "date", f"a film has at most {MOST_WATCHES} viewings", "remove one first"
        )
    watches = (*entry.watches, watch)
    if entry.rating is not None and not watch.rewatch and _only_implied(entry.watches):
        watches = (replace(watch, watch_id=entry.watches[0].watch_id),)
    return replace(entry, watches=ordered(watches), watchlist=False, watchlist_added_at=None)


def change_watch(entry: Entry, watch: Watch, *, today: date) -> Entry:
    """Return the entry with the viewing of the same `watch_id` replaced.

    Raises:
        NotFound: the entry has no such viewing.
        Invalid: the date or the place cannot be.
    """
    check_watch(watch, today)
    if all(known.watch_id != watch.watch_id for known in entry.watches):
        raise NotFound("There is no such viewing; it may have been removed in another window.")
    return replace(
        entry,
        watches=ordered(watch if w.watch_id == watch.watch_id else w for w in entry.watches),
    )


def remove_watch(entry: Entry, watch_id: str) -> Entry:
    """Return the entry without one viewing; a rated film keeps an undated one.

    Raises:
        NotFound: the entry has no such viewing.
    """
    left = tuple(watch for watch in entry.watches if watch.watch_id != watch_id)
    if len(left) == len(entry.watches):
        raise NotFound("There is no such viewing; it may have been removed in another window.")
    if not left and entry.rating is not None:
        left = (Watch(watch_id),)
    return replace(entry, watches=left)


def ordered(watches: Iterable[Watch]) -> tuple[Watch, ...]:
    """Return viewings by date, unknown dates first, otherwise as they were given."""
    return tuple(sorted(watches, key=lambda watch: watch.date))


def check_rating(rating: int | None) -> int | None:
    """Return a rating of 1..10 half-stars, or None.

    Raises:
        Invalid: any other number.
    """
    if rating is not None and not 1 <= rating <= 10:
        raise Invalid.field("rating", "is out of range", "give half a star to five stars, or none")
    return rating


def check_watch(watch: Watch, today: date) -> None:
    """Refuse a viewing whose date or place cannot be.

    Raises:
        Invalid: it names the field and the mend.
    """
    check_date(watch.date, today)
    if watch.context is not None and watch.context not in CONTEXTS:
        raise Invalid.field("context", "is not a known place", f"one of: {', '.join(CONTEXTS)}")


def check_date(text: str, today: date) -> str:
    """Return a viewing date: "", "2024", "2024-05" or "2024-05-17".

    Tomorrow is allowed, since the viewer's calendar may be ahead of UTC.

    Raises:
        Invalid: not a date, in the future, or before there were films.
    """
    if not text:
        return ""
    if not text.isascii() or not _PARTIAL_DATE.fullmatch(text):
        raise Invalid.field(
            "date", f"“{text[:40]}” is not a date", "write 2024, 2024-05 or 2024-05-17"
        )
    try:
        first_day = date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
    except ValueError as error:
        raise Invalid.field(
            "date", f"“{text}” is not in the calendar", "check month and day"
        ) from error
    if first_day > today + timedelta(days=1):
        raise Invalid.field("date", f"“{text}” is in the future", "give a day that has come")
    if first_day.year < FIRST_SCREENING:
        raise Invalid.field("date", f"“{text}” is before the first film", "check the year")
    return text


def clean_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Return tags trimmed, in order, each once (whatever its case).

    Raises:
        Invalid: too many, or one too long.
    """
    kept: dict[str, str] = {}
    for tag in (" ".join(tag.split()) for tag in tags):
        if len(tag) > LONGEST_TAG:
            raise Invalid.field(
                "tags", f"“{tag[:20]}…” is too long", f"up to {LONGEST_TAG} characters"
            )
        if tag:
            kept.setdefault(tag.casefold(), tag)
    if len(kept) > MOST_TAGS:
        raise Invalid.field("tags", "are too many", f"up to {MOST_TAGS} a film")
    return tuple(kept.values())


def clean_review(review: str | None) -> str | None:
    """Return a review as written, None for one without words.

    Raises:
        Invalid: it is too long.
    """
    if review is None or not review.strip():
        return None
    if len(review) > LONGEST_REVIEW:
        raise Invalid.field("review", "is too long", f"up to {LONGEST_REVIEW} characters")
    return review


def _only_implied(watches: tuple[Watch, ...]) -> bool:
    return len(watches) == 1 and watches[0] == Watch(watches[0].watch_id)
