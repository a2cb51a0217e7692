"""What the diary needs of a store: entries one by one inside a transaction, and all of a user's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from cinematch.diary.core import Entry
from cinematch.events.core import Image
from cinematch.infra.ports import Tx
from cinematch.kit.paging import Page

LibrarySort = Literal[
    "-watched",
    "watched",
    "-added",
    "added",
    "-rating",
    "rating",
    "title",
    "-title",
    "year",
    "-year",
    "runtime",
    "-runtime",
]
LIBRARY_SORTS: tuple[str, ...] = get_args(LibrarySort)


@dataclass(frozen=True, kw_only=True)
class WatchFilter:
    """Which viewings; several conditions are about one and the same viewing."""

    year: str | None = None
    """Four digits, or "unknown" for viewings without a date."""
    month: int | None = None
    date_from: str | None = None
    """A day; with it, only viewings whose very day is known are meant."""
    date_to: str | None = None
    weekday: int | None = None
    """1 Monday .. 7 Sunday."""
    context: str | None = None

    @property
    def narrows(self) -> bool:
        """Whether any condition is set."""
        return self != WatchFilter()


@dataclass(frozen=True, kw_only=True)
class LibraryFilter:
    """Which of a user's films; what is None does not narrow. Ratings in half-stars."""

    q: str = ""
    seen: bool | None = None
    rated: bool | None = None
    watchlist: bool | None = None
    liked: bool | None = None
    rewatched: bool | None = None
    has_review: bool | None = None
    tag: str | None = None
    rating: int | None = None
    rating_min: int | None = None
    rating_max: int | None = None
    genre: str | None = None
    director: str | None = None
    """The id of one of the first two directors: those who count in the figures."""
    actor: str | None = None
    """The id of one of the first five of the cast."""
    country: str | None = None
    language: str | None = None
    decade: int | None = None
    year: int | None = None
    import_id: str | None = None
    watches: WatchFilter = WatchFilter()
    sort: LibrarySort = "-watched"
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, kw_only=True)
class DiaryFilter:
    """Which viewings of a user's diary; undated ones come last."""

    year: str | None = None
    month: int | None = None
    film_id: str | None = None
    sort: Literal["-date", "date"] = "-date"
    limit: int = 50
    cursor: str | None = None


class EntriesRepository(Protocol):
    """The truth about users' films (`movies` with their `watches`)."""

    def get(self, tx: Tx, user_id: str, film_id: str) -> Entry | None:
        """Return one entry, or None."""
        ...

    def get_many(self, tx: Tx, user_id: str, film_ids: Sequence[str]) -> dict[str, Entry]:
        """Return those of the entries that exist, by film id."""
        ...

    def save(self, tx: Tx, *entries: Entry) -> None:
        """Insert the entries or replace them whole, their viewings and tags included."""
        ...

    def delete(self, tx: Tx, user_id: str, film_id: str) -> None:
        """Remove one entry with its viewings and tags."""
        ...

    def of_user(self, tx: Tx, user_id: str) -> Iterator[Entry]:
        """Yield all entries of a user, by film id, without holding them all."""
        ...

    def images_of(self, tx: Tx, user_id: str) -> Iterator[Image]:
        """Yield the images of all entries of a user, in no order."""
        ...

    def users_with(self, tx: Tx, film_id: str, after_user_id: str, limit: int) -> list[str]:
        """Return users who have the film, by id past `after_user_id`."""
        ...


class LibraryRepository(Protocol):
    """Listings of a user's films and viewings, by key; the entries are then read by theirs."""

    def film_ids(self, tx: Tx, user_id: str, asked: LibraryFilter) -> Page[str]:
        """Return one page of the films that the filter means.

        Raises:
            Invalid: the cursor is not one of this listing.
        """
        ...

    def watch_ids(self, tx: Tx, user_id: str, asked: DiaryFilter) -> Page[tuple[str, str]]:
        """Return one page of viewings as (film id, watch id).

        Raises:
            Invalid: the cursor is not one of this listing.
        """
        ...

    def tags(self, tx: Tx, user_id: str) -> list[tuple[str, int]]:
        """Return the user's tags, the most used first, with how many films have them."""
        ...
