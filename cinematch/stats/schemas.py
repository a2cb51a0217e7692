"""The wire shapes of the statistics. Answers are encoded once, by msgspec; these describe them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

AffinityType = Literal["director", "actor", "genre", "country", "language", "decade"]
AffinitySort = Literal["count", "bayes", "mean", "name"]
Window = Literal["24h", "48h", "7d", "30d"]
TrendsSource = Literal["bootstrap", "streaming_incremental"]
Stars = Annotated[float, Field(ge=0, le=5, examples=[3.5])]
Minutes = Annotated[int, Field(examples=[139])]
PartialDate = Annotated[str, Field(examples=["2024-05-17", "2024-05", "2024", ""])]
Instant = Annotated[str, Field(examples=["2026-03-01T20:15:00.123456Z"])]

_AFFINITY: JsonDict = {
    "id": "nm0000041",
    "name": "Akira Kurosawa",
    "count": 14,
    "rated": 13,
    "sum_ratings": 57.5,
    "mean_rating": 4.4231,
    "bayes_mean": 4.2361,
    "rank": 7,
    "percentage": 1.7,
}
_ROW: JsonDict = {
    "film_id": "q3v5lyd2mtzsa",
    "title": "七人の侍",
    "title_en": "Seven Samurai",
    "title_it": "I sette samurai",
    "year": 1954,
    "rating": 5.0,
    "runtime": 207,
    "last_watched": "2024-05-17",
    "watch_count": 3,
    "genres": ["Action", "Drama"],
    "directors": [{"id": "nm0000041", "name": "Akira Kurosawa"}],
}


class Out(BaseModel):
    """An answer; nothing is in it that is not described."""

    model_config = ConfigDict(extra="forbid")


class AffinityOut(Out):
    """A director, actor, genre, country, language or decade in one's films."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_AFFINITY]})

    id: str
    name: str
    count: int = Field(description="Films seen.")
    rated: int = Field(description="Those of them that are rated.")
    sum_ratings: float = Field(description="Stars.")
    mean_rating: Stars | None
    bayes_mean: Stars | None = Field(
        description="The mean drawn towards one's own: (5·m + Σr) / (5 + n)."
    )
    rank: int = Field(description="Its place in this list.")
    percentage: float = Field(description="Of the films seen.")


class NamedPerson(Out):
    """Somebody who made a film."""

    id: str
    name: str


class EntryRowOut(Out):
    """One of one's films in a list."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_ROW]})

    film_id: str
    title: str
    title_en: str | None
    title_it: str | None
    year: int | None
    rating: Stars | None
    runtime: int | None = Field(description="Minutes.")
    last_watched: PartialDate | None
    watch_count: int
    genres: list[str]
    directors: list[NamedPerson]


class GenreShareOut(Out):
    """A genre with its share, in percent."""

    genre: str = Field(examples=["Drama"])
    count: int = Field(examples=[234])
    percentage: float = Field(examples=[27.6])


class ChartPointOut(Out):
    """Films of one rating."""

    rating: Stars
    count: int = Field(examples=[57])


class UserStatsOut(Out):
    """One's figures, all of them true up to event `seq`; counters are sums, means formed now."""

    total_watched: int = Field(description="Films seen.", examples=[847])
    rated: int
    unrated: int
    avg_rating: Stars | None = Field(description="Over rated films.")
    sum_ratings: float = Field(description="Stars.", examples=[3245.5])
    watch_time_minutes: Minutes = Field(description="Each film once.")
    watch_time_hours: float = Field(examples=[1707.5])
    viewings: int = Field(description="Rewatches included.")
    viewing_minutes: Minutes
    rewatches: int
    liked: int
    reviews: int
    watchlist: int
    rating_distribution: dict[str, int] = Field(description='"0.5" … "5" → films.')
    stars_distribution: dict[str, int] = Field(description='"1" … "5", halves rounded up.')
    rating_chart_data: list[ChartPointOut]
    monthly_counts: dict[str, dict[str, int]] = Field(examples=[{"2024": {"01": 12, "02": 8}}])
    yearly_counts: dict[str, int] = Field(examples=[{"unknown": 3, "2024": 140}])
    weekday_counts: dict[str, int] = Field(description='"1" Monday … "7" Sunday.')
    context_counts: dict[str, int] = Field(examples=[{"cinema": 41}])
    genres: list[AffinityOut]
    directors: list[AffinityOut]
    actors: list[AffinityOut]
    countries: list[AffinityOut]
    languages: list[AffinityOut]
    decades: list[AffinityOut]
    best_directors: list[AffinityOut] = Field(description="By `bayes_mean`, three rated or more.")
    best_actors: list[AffinityOut]
    best_genres: list[AffinityOut]
    genre_data: list[GenreShareOut]
    favorite_genre: str | None
    top_rated_movies: list[EntryRowOut]
    recent_movies: list[EntryRowOut]
    best_rated_directors: dict[str, float] = Field(examples=[{"Akira Kurosawa": 4.4231}])
    most_watched_actors: list[AffinityOut]
    stats_version: str
    seq: int = Field(description="The last event that the figures hold.")
    as_of: Instant
    verified_at: Instant | None = Field(description="Last compared with a recount, and equal.")
    verified_seq: int | None
    recomputing: bool


class RangeStatsOut(UserStatsOut):
    """The same figures for the viewings of a range of days."""

    first: str = Field(alias="from", examples=["2024-01-01"])
    last: str = Field(alias="to", examples=["2024-12-31"])


class StreaksOut(Out):
    """Days, and ISO weeks, in a row with a viewing."""

    current_days: int
    longest_days: int
    longest_from: str | None
    longest_to: str | None
    current_weeks: int
    longest_weeks: int


class MilestoneOut(Out):
    """A round number, and the viewing that reached it; `reached_on` is "" when unknown."""

    kind: Literal["films", "hours", "viewings"]
    value: int = Field(examples=[500])
    reached_on: PartialDate
    film: EntryRowOut | None


class VerdictOut(Out):
    """A film where one and everybody differ, in stars."""

    film: EntryRowOut
    mine: Stars
    community: Stars


class VersusOut(Out):
    """One's ratings beside everybody's, over the films where both are known."""

    mine: Stars | None
    community: Stars | None
    films: int
    difference: float | None
    most_above: list[VerdictOut]
    most_below: list[VerdictOut]


class HighlightsOut(Out):
    """What has no inverse, and is read from the diary."""

    seq: int
    longest: list[EntryRowOut]
    shortest: list[EntryRowOut]
    oldest: list[EntryRowOut]
    most_rewatched: list[EntryRowOut]
    streaks: StreaksOut
    milestones: list[MilestoneOut]
    versus: VersusOut


class DaysOut(Out):
    """Viewings by day of one year."""

    year: int = Field(examples=[2024])
    days: dict[str, int] = Field(examples=[{"2024-03-05": 2}])
    years: list[int] = Field(examples=[[2021, 2022, 2024]])


class AffinityPageOut(Out):
    """One page of affinities."""

    items: list[AffinityOut]
    total: int
    next: str | None


class ComparedOut(Out):
    """This year less the one before."""

    films: int
    minutes: int
    avg_rating: float | None


class YearInReviewOut(Out):
    """One year's viewings as a page that one would share."""

    seq: int
    year: int
    years: list[int]
    films: int
    viewings: int
    minutes: Minutes
    rewatches: int
    rated: int
    avg_rating: Stars | None
    first_film: EntryRowOut | None
    last_film: EntryRowOut | None
    top_rated: list[EntryRowOut]
    most_watched_director: AffinityOut | None
    most_watched_actor: AffinityOut | None
    genres: list[AffinityOut]
    countries: list[AffinityOut]
    decades: list[AffinityOut]
    busiest_month: str | None = Field(examples=["11"])
    busiest_day: str | None = Field(examples=["2024-12-26"])
    longest_streak: int = Field(description="Days in a row.")
    months: dict[str, int] = Field(examples=[{"01": 12}])
    days: dict[str, int]
    first_viewings: int
    rewatched: list[EntryRowOut]
    milestones: list[MilestoneOut]
    new_directors: int
    compared_to_previous: ComparedOut | None


class RecalculationOut(Out):
    """The recalculation has begun; the figures of now are served until it is done."""

    status: Literal["recomputing"] = "recomputing"
    seq: int


class CheckOut(Out):
    """What a comparison of streamed with recomputed figures found, in words."""

    verified_at: Instant | None
    differences: list[str]
    checked_seq: int | None


class TrendingFilmOut(Out):
    """A film of the community's top list."""

    film_id: str
    title: str
    title_en: str | None
    title_it: str | None
    year: int | None
    genres: list[str]
    poster_path: str | None
    count: int = Field(description="Viewings in the window.")


class TrendsOut(Out):
    """What everybody watched in a window of days."""

    window: Window
    first: str = Field(alias="from", description="The window's first day.")
    top_movies: list[TrendingFilmOut]
    trending_genres: list[GenreShareOut]
    updated_at: Instant
    total_movies_analyzed: int = Field(description="Viewings in the window, of all films.")
    source: TrendsSource = Field(
        description="`bootstrap`: counted from everybody's films; then event by event."
    )
