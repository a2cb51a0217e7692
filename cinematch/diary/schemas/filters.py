"""By what a user's films and viewings are narrowed, in a query. Ratings are stars."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from cinematch.api.types import Count, CursorField, Line
from cinematch.diary.core import Context
from cinematch.diary.ports import DiaryFilter, LibraryFilter, LibrarySort, WatchFilter
from cinematch.films.schemas import Stars, half_stars
from cinematch.kit.paging import MAX_LIMIT

Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
WatchedYear = Annotated[str, StringConstraints(pattern=r"^([0-9]{4}|unknown)$")]


class LibraryParams(BaseModel):
    """How the library is narrowed and sorted. Every figure of the statistics opens one of these.

    A flag may be `true` and `false`, or `yes` and `no`.
    """

    q: Line = ""
    seen: bool | None = None
    rated: bool | None = None
    watchlist: bool | None = None
    liked: bool | None = None
    rewatched: bool | None = None
    has_review: bool | None = None
    tag: Line | None = None
    rating: Stars | None = None
    rating_min: Stars | None = None
    rating_max: Stars | None = None
    genre: Line | None = None
    director: Line | None = Field(None, description="Id of one of the first two directors.")
    actor: Line | None = Field(None, description="Id of one of the first five of the cast.")
    country: Line | None = None
    language: Line | None = None
    decade: Count | None = Field(None, description="Its first year.", examples=[1990])
    year: Count | None = Field(None, description="Of release.")
    watched_year: WatchedYear | None = Field(None, description="A year, or `unknown`.")
    watched_month: int | None = Field(None, ge=1, le=12)
    watched_from: Day | None = None
    watched_to: Day | None = None
    weekday: int | None = Field(None, ge=1, le=7, description="1 is Monday.")
    context: Context | None = None
    import_id: Line | None = None
    sort: LibrarySort = "-watched"
    limit: int = Field(50, ge=1, le=MAX_LIMIT)
    cursor: CursorField | None = None

    def asked(self) -> LibraryFilter:
        """Return what the diary is asked."""
        flags = ("seen", "rated", "watchlist", "liked", "rewatched", "has_review")
        values: dict[str, Any] = {name: getattr(self, name) for name in flags}
        for name in ("rating", "rating_min", "rating_max"):
            values[name] = half_stars(getattr(self, name))
        for name in ("tag", "genre", "director", "actor", "country", "language", "import_id"):
            values[name] = getattr(self, name) or None
        return LibraryFilter(
            q=self.q,
            decade=self.decade,
            year=self.year,
            watches=WatchFilter(
                year=self.watched_year,
                month=self.watched_month,
                date_from=self.watched_from,
                date_to=self.watched_to,
                weekday=self.weekday,
                context=self.context,
            ),
            sort=self.sort,
            limit=self.limit,
            cursor=self.cursor,
            **values,
        )


class DiaryParams(BaseModel):
    """Which viewings; undated ones come last."""

    year: WatchedYear | None = None
    month: int | None = Field(None, ge=1, le=12)
    film_id: Line | None = None
    sort: Literal["-date", "date"] = "-date"
    limit: int = Field(50, ge=1, le=MAX_LIMIT)
    cursor: CursorField | None = None

    def asked(self) -> DiaryFilter:
        """Return what the diary is asked."""
        return DiaryFilter(**dict(self))
