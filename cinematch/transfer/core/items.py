"""What a file says, in one vocabulary for all formats."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

import msgspec

Source = Literal["letterboxd", "imdb", "trakt", "movielens", "cinematch", "csv"]
Kind = Literal["play", "review", "seen", "rating", "watchlist", "like", "list", "tag", "entry"]

LONGEST_TITLE = 500


class Mend(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What is wrong with one value and how to mend it."""

    field: str
    message: str
    mend: str


class FilmRef(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A film as the file names it. `key` is the same wherever the source means the same film."""

    key: str
    title: str
    year: int | None = None
    imdb_id: str | None = None
    tmdb_id: int | None = None
    directors: tuple[str, ...] = ()
    film_id: str | None = None  # our own export
    own: dict[str, Any] | None = None  # our own export: the facts of a film of one's own

    @property
    def known_ids(self) -> int:
        """How well the film is named, for choosing among several wordings."""
        outside = (self.imdb_id is not None) + (self.tmdb_id is not None)
        return outside + 2 * (self.film_id is not None)


class Play(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One viewing. `source` is its identity there; without one the merging gives it one."""

    date: str = ""  # "", YYYY, YYYY-MM or YYYY-MM-DD
    rewatch: bool = False
    context: str | None = None
    source: str | None = None
    watch_id: str | None = None  # our own export
    utc: bool = False  # the day is that of an instant in UTC: the viewer's may be one off


class Mention(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, gc=False):
    """One line about one film."""

    ref: FilmRef
    kind: Kind
    file: str
    line: int
    plays: tuple[Play, ...] = ()
    identity: str | None = None  # of the line: a second line with the same one is the same fact
    rating: int | None = None  # half-stars
    rated_at: str | None = None  # an instant, or a day
    logged_at: str | None = None  # when it was written down there
    liked: bool = False
    watchlist: bool = False
    watchlist_at: str | None = None
    tags: tuple[str, ...] = ()
    review: str | None = None
    problem: Mend | None = None  # a value that was left out, the line is kept
    list_no: int | None = None
    position: int = 0
    note: str = ""


class Rejection(msgspec.Struct, frozen=True, omit_defaults=True, tag="refused", gc=False):
    """A line that brings nothing, and why."""

    file: str
    line: int
    title: str
    year: int | None
    mend: Mend


class ListHeader(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A list; the mentions of kind `list` with its number are on it."""

    list_no: int
    file: str
    name: str
    description: str = ""
    created_at: str | None = None


class Notice(msgspec.Struct, frozen=True, gc=False):
    """Something about a whole file that a person should know: passed over, read in another way."""

    file: str
    message: str


class Settings(msgspec.Struct, frozen=True, gc=False):
    """Preferences of our own export."""

    values: dict[str, Any]


Found = Mention | Rejection | ListHeader | Notice | Settings


class Documents(Protocol):
    """The files of one upload, as text; a plain file is the only member of its upload."""

    @property
    def names(self) -> Sequence[str]:
        """The members' names, as in the archive, in its order."""
        ...

    def lines(self, name: str) -> Iterator[str]:
        """Yield the lines of a member with their ends, none longer than a bound."""
        ...

    def chunks(self, name: str) -> Iterator[str]:
        """Yield the text of a member in pieces."""
        ...


@dataclass(frozen=True)
class Reading:
    """What a reader needs besides the files: the day, and a person's answers."""

    today: date
    mapping: Mapping[str, str] = field(default_factory=dict)


class NeedsMapping(Exception):
    """The file can be read once somebody says what its columns mean."""

    def __init__(
        self, columns: Sequence[str], sample: Sequence[Sequence[str]], suggested: Mapping[str, str]
    ) -> None:
        super().__init__("the columns must be named")
        self.columns = list(columns)
        self.sample = [list(row) for row in sample]
        self.suggested = dict(suggested)


class BadValue(Exception):
    """One value cannot be; carries what a person is told."""

    def __init__(self, field_name: str, message: str, mend: str) -> None:
        super().__init__(message)
        self.mend = Mend(field_name, message, mend)


class BadFile(Exception):
    """The file as a whole cannot be read."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend
