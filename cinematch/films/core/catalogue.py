"""What is asked of the catalogue, and what it answers. Pure."""

from dataclasses import dataclass
from typing import Literal, get_args

import msgspec

from cinematch.films.core.film import Film

Sort = Literal["relevance", "popularity", "year", "-year", "title", "runtime"]
SORTS: tuple[str, ...] = get_args(Sort)


@dataclass(frozen=True, kw_only=True)
class FilmQuery:
    """A search or a walk through the catalogue; what is None does not narrow it."""

    q: str = ""
    """Words of a title or of a name; the last may be unfinished."""
    year: int | None = None
    year_from: int | None = None
    year_to: int | None = None
    decade: int | None = None
    """The first year of it: 1990."""
    genre: str | None = None
    country: str | None = None
    language: str | None = None
    person: str | None = None
    """Who directed or acted."""
    runtime_max: int | None = None
    """Minutes; films of unknown length are left out."""
    seen: bool | None = None
    """Whether the one who asks has seen it."""
    sort: Sort = "relevance"
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True)
class Mine:
    """What the one who asks has to say about a film. `rating` in half-stars."""

    rating: int | None
    liked: bool
    watchlist: bool
    watch_count: int
    last_watched: str | None
    version: int

    @property
    def seen(self) -> bool:
        """Whether there is a viewing."""
        return self.watch_count > 0


@dataclass(frozen=True)
class Community:
    """Everybody's figures of one film, as far as the follower has come."""

    watched: int = 0
    rated: int = 0
    sum_half_stars: int = 0


@dataclass(frozen=True)
class FilmCard:
    """A film as one person sees it."""

    film: Film
    mine: Mine | None = None
    community: Community = Community()


@dataclass(frozen=True)
class Facet:
    """One value by which films can be narrowed, with how many there are."""

    id: str
    count: int


@dataclass(frozen=True)
class PersonFigures:
    """Somebody of the catalogue, with how many films they directed and acted in."""

    person_id: str
    name: str
    directed: int
    acted: int


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a film's facts. `before` and `after` hold only what changed."""

    film_id: str
    changed_by: str
    changed_at: str
    before: dict[str, object]
    after: dict[str, object]
    correction_id: int = 0
