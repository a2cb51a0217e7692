"""Which events make which notification.

A fold over one user's events: how they are batched, or whether some come twice, makes no
difference. A note's identity is `user/kind/key`, so one that was made is never made again.

Friends do not exist yet; a friend's request will be one more kind, with a key of its own.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args

import msgspec
from msgspec.structs import replace

from cinematch.events.core import Event, Image
from cinematch.kit.ids import stable_id
from cinematch.stats.core.milestones import passed

Kind = Literal["first_film", "milestone", "import_finished", "channel_disabled"]
KINDS: tuple[Kind, ...] = get_args(Kind)

IMPORT = "import:"


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Something to tell a user. `data` is plain JSON: what the words need."""

    user_id: str
    kind: Kind
    key: str
    at: str  # ISO 8601, UTC: of the event that made it
    data: dict[str, Any] = {}

    @property
    def notification_id(self) -> str:
        """What stands for `user/kind/key`, the same at each replay."""
        return stable_id(f"{self.user_id}/{self.kind}/{self.key}")


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far one user has come: what has been seen, and which marks have been told.

    `films_told` and `hours_told` only grow: who falls below a mark and comes back has been told.
    """

    user_id: str
    seq: int = 0
    films: int = 0
    minutes: int = 0
    films_told: int = 0
    hours_told: int = 0

    @property
    def hours(self) -> int:
        """Whole hours in front of the screen."""
        return self.minutes // 60


class Advance(msgspec.Struct, frozen=True):
    """What events made of a user's progress."""

    progress: Progress
    notes: tuple[Note, ...] = ()
    imports: frozenset[str] = frozenset()
    """Imports that brought some of the events; their end is told once, when it has come."""


def advance(progress: Progress, events: Iterable[Event]) -> Advance:
    """Take a user's events in, in order; those that were taken in before are passed over.

    What an import brings is counted in silence: `import_finished` tells the marks that it passed.
    """
    notes: list[Note] = []
    imports: set[str] = set()
    for event in events:
        if event.seq <= progress.seq:
            continue
        before, progress = progress, _counted(progress, event)
        cause = event.cause or ""
        if cause.startswith(IMPORT):
            imports.add(cause.removeprefix(IMPORT))
        else:
            # Behind an import a mark may be told by an event that brought nobody to it.
            grown = progress.films > before.films or progress.minutes > before.minutes
            title = event.after.film.title if event.after and grown else None
            progress, told = marks(progress, event.occurred_at, film_id=event.film_id, title=title)
            notes += told
    return Advance(progress, tuple(notes), frozenset(imports))


def marks(
    progress: Progress, at: str, *, film_id: str | None = None, title: str | None = None
) -> tuple[Progress, list[Note]]:
    """Tell the highest marks passed and not told yet; return the progress that knows of it.

    >>> at = "2026-03-01T20:15:00.000000Z"
    >>> now, told = marks(Progress(user_id="u", films=103, films_told=50), at)
    >>> [(note.kind, note.key) for note in told], now.films_told
    ([('milestone', 'films:100')], 100)
    >>> marks(now, at)[1]
    []
    """
    notes: list[Note] = []
    film = {"film_id": film_id, "title": title} if film_id and title else {}
    films = passed(progress.films_told, progress.films)
    if films is not None:
        progress = replace(progress, films_told=films)
        notes.append(_mark(progress.user_id, "films", films, at, film))
    hours = passed(progress.hours_told, progress.hours)
    if hours is not None:
        progress = replace(progress, hours_told=hours)
        if hours > 1:
            notes.append(_mark(progress.user_id, "hours", hours, at, film))
    return progress, notes


def import_finished(
    user_id: str, import_id: str, at: str, *, filename: str, counts: Mapping[str, int]
) -> Note:
    """Tell that an import was applied: one note for each import."""
    return Note(
        user_id=user_id,
        kind="import_finished",
        key=import_id,
        at=at,
        data={"import_id": import_id, "filename": filename, "counts": dict(counts)},
    )


def channel_disabled(
    user_id: str, channel: str, channel_id: str, at: str, *, name: str, reason: str
) -> Note:
    """Tell that a target or webhook was switched off after failing again and again."""
    return Note(
        user_id=user_id,
        kind="channel_disabled",
        key=f"{channel_id}:{at}",
        at=at,
        data={"channel": channel, "channel_id": channel_id, "name": name, "reason": reason},
    )


def _mark(user_id: str, what: str, value: int, at: str, film: dict[str, Any]) -> Note:
    if (what, value) == ("films", 1):
        return Note(user_id=user_id, kind="first_film", key="", at=at, data=film)
    data = {"what": what, "value": value, **film}
    return Note(user_id=user_id, kind="milestone", key=f"{what}:{value}", at=at, data=data)


def _counted(progress: Progress, event: Event) -> Progress:
    films, minutes = _counts(event.after)
    films_before, minutes_before = _counts(event.before)
    return replace(
        progress,
        seq=event.seq,
        films=progress.films + films - films_before,
        minutes=progress.minutes + minutes - minutes_before,
    )


def _counts(image: Image | None) -> tuple[int, int]:
    """Return films seen and minutes watched: a viewing of a film of unknown length is none."""
    if image is None:
        return 0, 0
    return int(image.seen), len(image.watches) * (image.film.runtime or 0)
