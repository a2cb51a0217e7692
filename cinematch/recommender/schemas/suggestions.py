"""Suggestions, their sums, and what people tell the recommender. Stars are stars, 0.5 to 5."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from cinematch.api.types import Body, Id
from cinematch.films.schemas import CountryCode, FilmOut, Stars
from cinematch.recommender.core.group import Rule
from cinematch.recommender.core.records import AgeBand, Algorithm, MarkKind, Mood

Knob = Annotated[float, Field(ge=-1, le=1)]
Genres = Annotated[list[str], Field(max_length=24, examples=[["Drama"]])]

TermKind = Literal["rating", "base", "popularity", "recency", "variety", "rest"]
StarsKind = Literal["overall", "film", "habit", "rating", "rest"]


class Shape(BaseModel):
    """Read from the service's own objects."""

    model_config = ConfigDict(from_attributes=True)


class FactOut(Shape):
    """What two films have in common, and how much of a term it is."""

    kind: str = Field(
        examples=["genre"], description="genre, director, actor, era, country, language."
    )
    name: str = Field(examples=["Drama"])
    value: float


class TermOut(Shape):
    """One summand of a score.

    `rating`: one of the person's own films. `base`: what a model gives to the film for everybody.
    `popularity`, `recency`: the person's knobs. `variety`: what likeness to films above takes off.
    `rest`: all smaller terms together.
    """

    kind: TermKind
    label: str = Field(
        examples=["Shichinin no samurai"], description="For `rating` the film's original title."
    )
    title_en: str | None = Field(None, examples=["Seven Samurai"])
    title_it: str | None = Field(None, examples=["I sette samurai"])
    value: float = Field(examples=[0.8125])
    film_id: str | None = Field(None, description="Of the person's own film, for `rating`.")
    stars: float | None = Field(None, description="What they gave it; null when not rated.")
    model: str | None = Field(None, description="ease, ials, content or popularity, for `base`.")
    by_model: dict[str, float] = Field({}, description="The models' parts of a `rating` term.")
    count: int | None = Field(None, description="How many terms are in `rest`.")


class StarsTermOut(Shape):
    """One summand of the predicted stars.

    `overall`: the mean of all. `film`: what people give to it beyond. `habit`: what is expected of
    somebody who has seen these films. `rating`: one of the person's own. `rest`: the smaller ones.
    """

    kind: StarsKind
    label: str
    title_en: str | None = None
    title_it: str | None = None
    value: float = Field(description="Stars.", examples=[0.31])
    film_id: str | None = None
    stars: float | None = None
    count: int | None = None


class IntervalOut(Shape):
    """Within which four of five ratings will fall."""

    low: float = Field(examples=[3.1])
    high: float = Field(examples=[4.9])


class SuggestionOut(Shape):
    """A film with its score as the sum that it is."""

    film_id: str
    title: str = Field(examples=["Yojimbo"])
    year: int | None = Field(examples=[1961])
    score: float = Field(description="The sum of the terms, to the last digit.", examples=[7.4213])
    predicted_rating: float = Field(description="Half-stars, as displayed.", examples=[4.0])
    predicted: float = Field(description="The same, not rounded.", examples=[4.13])
    interval: IntervalOut
    terms: list[TermOut]
    stars_terms: list[StarsTermOut] = Field(
        description="They add to `predicted` before its clipping."
    )
    facts: list[FactOut] = Field(description="What it shares with the person's films, most first.")
    film: FilmOut


class ModelNote(Shape):
    """What answered. `fallback`: no model is trained yet; content and popularity did."""

    version: str | None
    source: Literal["own", "hybrid", "synthetic"] | None
    trained_at: str | None
    fallback: bool
    new_films: int = Field(description="Films of the catalogue that came after the training.")
    algorithm: Algorithm
    weights: dict[str, float]


class SuggestionsOut(Shape):
    """A list, best first."""

    items: list[SuggestionOut]
    model: ModelNote
    rated: int = Field(description="Films of the person's own that counted.")
    seen: int
    left_out: dict[str, int] = Field(
        description="Films left out, by reason: seen, muted, not_interested, resting, filtered."
    )


class PreferencesOut(Shape):
    """The knobs as they stand."""

    popularity: float
    recency: float
    variety: float
    algorithm: Algorithm
    mood: Mood
    genres: list[str]
    without_genres: list[str]
    max_minutes: int | None
    rest_days: int
    together: bool
    age_band: AgeBand | None
    country: str | None


class PreferencesIn(Body):
    """The knobs, all of them; what is left out goes back to its default."""

    popularity: Knob = Field(0.0, description="-1 rather the unknown, 1 rather the known.")
    recency: Knob = Field(0.0, description="-1 rather the old, 1 rather the new.")
    variety: float = Field(0.3, ge=0, le=1)
    algorithm: Algorithm = "learnt"
    mood: Mood = "any"
    genres: Genres = Field(default_factory=list)
    without_genres: Genres = Field(default_factory=list)
    max_minutes: int | None = Field(None, ge=1, le=1000)
    rest_days: int = Field(7, ge=0, le=365)
    together: bool = False
    age_band: AgeBand | None = None
    country: CountryCode | None = None


class MarkOut(Shape):
    """A film set aside."""

    kind: MarkKind
    at: str
    film: FilmOut


class MarksOut(BaseModel):
    items: list[MarkOut]


class WhatIfOut(Shape):
    """What would have come of other evidence: the list is made anew. Places count from 1."""

    film_id: str = Field(description="The evidence: a film of the person's own.")
    title: str
    title_en: str | None
    title_it: str | None
    stars_now: float | None
    stars: float | None = Field(description="What it would have had; null: set aside.")
    place_before: int
    place_after: int
    predicted_before: float
    predicted_after: float
    model: str = Field(description="Version of the model that answered, or `none`.")


class WhyOut(Shape):
    """One film explained, wherever it stands.

    `reasons` say why it is not in the list, if it is not: `seen`, `muted` (never alone),
    `not interested`, `resting`, `genre`, `mood`, `length`; of one that may be shown `place` (others
    score more) or `pool` (before variety it is not among the hundred best, and others are not
    looked at).
    """

    item: SuggestionOut
    place: int | None = Field(
        description="Among all films that may be shown: its place in the list, or after it; null "
        "when it may not be shown."
    )
    of: int
    listed: bool
    reasons: list[str]
    needed: float | None = Field(
        description="Score of the last film of the list; null where it has all that may be shown."
    )
    held_up_by: list[WhatIfOut] = Field(
        description="The evidence whose setting aside lowers it most, each computed anew."
    )
    model: str = Field(description="Version of the model that answered, or `none`.")


class SpanOut(Shape):
    """A share with how many it is of."""

    value: float
    n: int


class MissOut(Shape):
    """A prediction that failed by much though it was sure."""

    film: FilmOut
    predicted: float
    given: float
    at: str


class ReportCardOut(Shape):
    """How well films that were suggested were predicted, once they were rated."""

    rated: int = Field(description="Suggestions that were rated later.")
    within_half_a_star: float | None = Field(examples=[0.71])
    mean_error: float | None = Field(description="Mean absolute error, stars.")
    bias: float | None = Field(description="Above 0: predicted too high.")
    interval_covered: float | None = Field(description="Share that fell in its 80 % interval.")
    taken: SpanOut = Field(description="Share of suggested films that were then seen.")
    by_model: dict[str, SpanOut] = Field(description="Within half a star, by model version.")
    last_miss: MissOut | None


class AskedOut(BaseModel):
    """Films to begin with: well known, and unlike each other."""

    items: list[FilmOut]
    answered: int = Field(description="Films rated so far.")
    enough: int = Field(description="From how many on the list is worth looking at.")


class CompanionOut(Shape):
    user_id: str
    username: str


class CompanionsOut(BaseModel):
    """Who lets others choose with them."""

    items: list[CompanionOut]
    open: bool = Field(description="Whether the caller does, too.")


class TogetherIn(Body):
    """Who chooses a film together; the caller is always one of them."""

    with_users: list[Id] = Field(max_length=11)
    rule: Rule = "mean"
    n: int = Field(10, ge=1, le=50)
    max_minutes: int | None = Field(None, ge=1, le=1000)
    genres: Genres = Field(default_factory=list)
    rewatch: bool = Field(
        default=False,
        description="Whether films that the caller has seen may come; the others' never do.",
    )


class SeatOut(Shape):
    """One person's part in a choice: what those who let others choose with them agreed to show.

    `gives_up`: stars less than their own best film promises.
    """

    user_id: str
    username: str
    predicted: float
    shown: float
    low: float
    high: float
    gives_up: float


class SharedFilmOut(Shape):
    """A film for all of them."""

    film: FilmOut
    mean: float
    least: float
    chosen_by: str | None = Field(description="Whose turn it was, for `take turns`.")
    seats: list[SeatOut]


class TogetherOut(Shape):
    rule: Rule
    items: list[SharedFilmOut]
    people: list[CompanionOut]
    model: str = Field(description="Version of the model that answered, or `none`.")


class RatingIn(Body):
    rating: Stars


class RatingOut(Shape):
    """A rating of one's own."""

    film_id: str
    title: str
    title_en: str | None
    title_it: str | None
    year: int | None
    rating: float
    rated_at: str | None


class RatingsOut(BaseModel):
    items: list[RatingOut]
    total: int
    next: str | None


class GenreOut(Shape):
    """A genre with how many films have it."""

    id: str = Field(examples=["Drama"])
    count: int


class GenresOut(BaseModel):
    items: list[GenreOut]
