"""One event as one row: flat columns for questions, the whole event as JSON for replays. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

import msgspec

from cinematch.events.core import Event, Image, encode

LAKE_VERSION = 1
"""Of the columns; one more when one is added. None is ever taken away or given another meaning."""

MERGED_AT_ONCE = 16
"""Files of one size class in a day at which they become one."""

ROWS_AT_MOST = 100_000
"""Rows of a file that was merged; it bounds the memory of merging."""

_CLASS = 16


class Row(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One event. Ratings are half-stars; `viewings` counts those of before and of after.

    The day of a row (UTC, of `occurred_at`) is the folder that it is in.
    """

    user_id: str
    seq: int
    event_id: str
    event_type: str
    occurred_at: datetime
    film_id: str
    title: str
    year: int | None
    runtime: int | None
    rating_before: int | None
    rating_after: int | None
    viewings_before: int
    viewings_after: int
    liked: bool
    cause: str | None
    schema_version: int
    payload: str


def row_of(event: Event) -> Row:
    """Return an event as a row."""
    film = _shown(event).film if event.before or event.after else None
    return Row(
        user_id=event.user_id,
        seq=event.seq,
        event_id=event.event_id,
        event_type=event.event_type,
        occurred_at=_instant(event.occurred_at),
        film_id=film.film_id if film else "",
        title=film.title if film else "",
        year=film.year if film else None,
        runtime=film.runtime if film else None,
        rating_before=event.before.rating if event.before else None,
        rating_after=event.after.rating if event.after else None,
        viewings_before=len(event.before.watches) if event.before else 0,
        viewings_after=len(event.after.watches) if event.after else 0,
        liked=event.after.liked if event.after else False,
        cause=event.cause,
        schema_version=event.schema_version,
        payload=encode(event).decode(),
    )


def by_day(events: Iterable[Event]) -> dict[str, list[Row]]:
    """Return rows by the day (UTC) on which they occurred."""
    found: dict[str, list[Row]] = {}
    for event in events:
        row = row_of(event)
        found.setdefault(row.occurred_at.date().isoformat(), []).append(row)
    return found


@dataclass(frozen=True)
class FileName:
    """What a file's name tells: its day, how many rows were written, and a mark of which.

    The same rows have the same name, so that to write them twice is to write them once.

    >>> FileName("2026-03-01", 12, "ab12").text
    '2026-03-01_12_ab12.parquet'
    >>> FileName.read('2026-03-01_12_ab12.parquet').rows
    12
    """

    day: str
    rows: int
    mark: str

    @property
    def text(self) -> str:
        """The name as it stands in the folder."""
        return f"{self.day}_{self.rows}_{self.mark}.parquet"

    @classmethod
    def read(cls, text: str) -> "FileName":
        """Read a name back.

        Raises:
            ValueError: it is no file of the lake.
        """
        day, rows, mark = text.removesuffix(".parquet").split("_")
        return cls(day, int(rows), mark)


def name_of(day: str, keys: Sequence[tuple[str, int]]) -> FileName:
    """Return the name of a file with the events of these users and numbers, in this order."""
    mark = blake2b(digest_size=12)
    for user_id, seq in keys:
        mark.update(f"{user_id}/{seq}\n".encode())
    return FileName(day, len(keys), mark.hexdigest())


def to_merge(
    files: Iterable[FileName], least: int = MERGED_AT_ONCE, most: int = ROWS_AT_MOST
) -> list[list[FileName]]:
    """Return groups of files of one day that are to become one each.

    Only files of about the same size are merged, so that a row is written again but a few times
    however many files come.

    >>> small = [FileName("2026-03-01", 2, str(n)) for n in range(3)]
    >>> large = FileName("2026-03-01", 90_000, "l")
    >>> [len(group) for group in to_merge([*small, large], least=3)]
    [3]
    >>> to_merge([*small, large], least=4)
    []
    """
    classes: dict[int, list[FileName]] = {}
    for file in files:
        classes.setdefault(_size_class(file.rows), []).append(file)
    return [
        group
        for _, alike in sorted(classes.items())
        if len(alike) >= least
        for group in together(alike, most)
    ]


def together(files: Iterable[FileName], most: int = ROWS_AT_MOST) -> list[list[FileName]]:
    """Return the files in groups of up to `most` rows, without those that would stay alone."""
    groups: list[list[FileName]] = [[]]
    rows = 0
    for file in sorted(files, key=lambda one: (one.rows, one.mark)):
        if groups[-1] and rows + file.rows > most:
            groups.append([])
            rows = 0
        groups[-1].append(file)
        rows += file.rows
    return [group for group in groups if len(group) > 1]


@dataclass(frozen=True)
class LakeStatus:
    """What the lake holds; `waiting` files are written and not yet to be seen."""

    days: int
    files: int
    rows: int
    size: int  # bytes
    first_day: str | None
    last_day: str | None
    waiting: int


def days_before(days: Iterable[str], first: str) -> list[str]:
    """Return the days before this one."""
    return sorted(day for day in days if day < first)


def counted(files: Mapping[str, Sequence[tuple[FileName, int]]], waiting: int) -> LakeStatus:
    """Sum up files by day, each with its size in bytes."""
    flat = [pair for found in files.values() for pair in found]
    return LakeStatus(
        days=len(files),
        files=len(flat),
        rows=sum(name.rows for name, _ in flat),
        size=sum(size for _, size in flat),
        first_day=min(files, default=None),
        last_day=max(files, default=None),
        waiting=waiting,
    )


def _size_class(rows: int) -> int:
    size = 0
    while rows >= _CLASS:
        rows //= _CLASS
        size += 1
    return size


def _shown(event: Event) -> Image:
    image = event.after or event.before
    if image is None:
        raise ValueError("an event without images has no film")
    return image


def _instant(text: str) -> datetime:
    parsed = datetime.fromisoformat(text)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
