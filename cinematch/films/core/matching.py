"""Which film is meant by a title, a year and perhaps a director: certain, doubtful or unknown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

import msgspec
from rapidfuzz import fuzz

from cinematch.events.core import Person
from cinematch.films.core.title import normalize_title, title_keys

Verdict = Literal["certain", "doubtful", "unknown"]

YEAR_TOLERANCE = 1
_SIMILAR_ENOUGH = 0.72
_MOST_CANDIDATES = 6


class Known(Protocol):
    """What of a film is looked at when a wording is matched: a `Film` has it, a `Namesake`, too."""

    @property
    def film_id(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def year(self) -> int | None: ...

    @property
    def directors(self) -> tuple[Person, ...]: ...

    @property
    def popularity(self) -> float: ...

    @property
    def title_keys(self) -> frozenset[str]: ...


F = TypeVar("F", bound=Known)


class Namesake(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A film found by its title, read no further than matching needs: imports look at thousands."""

    film_id: str
    title: str
    other_titles: tuple[str, ...] = ()
    year: int | None = None
    directors: tuple[Person, ...] = ()
    popularity: float = 0.0
    tmdb_id: int | None = None
    imdb_id: str | None = None

    @property
    def title_keys(self) -> frozenset[str]:
        """Every normalised title by which the film can be found."""
        return title_keys((self.title, *self.other_titles))


@dataclass(frozen=True)
class Candidate(Generic[F]):
    """A film that may be meant; `score` in 0..1, `why` names what agrees."""

    film: F
    score: float
    why: tuple[str, ...]


@dataclass(frozen=True)
class Match(Generic[F]):
    """The verdict, the film when certain, and the candidates to choose from, best first."""

    verdict: Verdict
    film: F | None
    candidates: tuple[Candidate[F], ...]


def match_title(
    films: Sequence[F], title: str, year: int | None, directors: Sequence[str] = ()
) -> Match[F]:
    """Judge which of `films` (found by title key or by likeness) the wording means.

    Certain is one film alone whose title key is equal and whose year is equal; or, when no film
    has the very year, one film alone within a year (release dates differ between countries). Two
    that fit alike are told apart by director; if that fails, and when the year is missing, the
    match is doubtful: never guessed in silence (design, law 8).
    """
    wanted = title_keys([title])
    names = {normalize_title(name) for name in directors}
    ranked = sorted(
        (_judge(film, title, wanted, year, names) for film in films),
        key=lambda c: (-c.score, -c.film.popularity, c.film.film_id),
    )
    plausible = tuple(c for c in ranked if c.score >= _SIMILAR_ENOUGH)[:_MOST_CANDIDATES]
    if not plausible:
        return Match("unknown", None, ())
    for agreeing in (
        [c for c in plausible if {"title", "year"} <= set(c.why)],
        [c for c in plausible if {"title", "near_year"} <= set(c.why)],
    ):
        chosen = _only_one(agreeing)
        if chosen:
            return Match("certain", chosen.film, plausible)
        if agreeing:
            break
    return Match("doubtful", None, plausible)


def _only_one(agreeing: Sequence[Candidate[F]]) -> Candidate[F] | None:
    if len(agreeing) > 1:
        agreeing = [c for c in agreeing if "director" in c.why] or agreeing
    return agreeing[0] if len(agreeing) == 1 else None


def _judge(
    film: F, title: str, wanted: frozenset[str], year: int | None, names: set[str]
) -> Candidate[F]:
    why: list[str] = []
    if title == film.title or wanted & film.title_keys:
        why.append("title")
        likeness = 1.0
    else:
        key = normalize_title(title)
        likeness = max(
            (fuzz.token_sort_ratio(key, known) / 100 for known in film.title_keys), default=0.0
        )
    score = 0.75 * likeness
    if year is None or film.year is None:
        score += 0.1
    elif film.year == year:
        why.append("year")
        score += 0.2
    elif abs(film.year - year) <= YEAR_TOLERANCE:
        why.append("near_year")
        score += 0.15
    else:
        score -= 0.05 * min(abs(film.year - year), 10) / 10
    if names and names & {normalize_title(person.name) for person in film.directors}:
        why.append("director")
        score += 0.05
    return Candidate(film, round(min(max(score, 0.0), 1.0), 3), tuple(why))
