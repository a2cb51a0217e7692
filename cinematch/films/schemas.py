"""Films as the API shows and takes them. Ratings are stars."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from cinematch.api.types import Body, Name, PageOf
from cinematch.events.core import Person
from cinematch.films.core.catalogue import Correction, Facet, FilmCard, PersonFigures
from cinematch.films.core.film import GENRES, Film, canonical_genre, person_named
from cinematch.films.core.title import normalize_title
from cinematch.kit.errors import Invalid
from cinematch.kit.paging import Page

POSTERS = "https://image.tmdb.org/t/p/w500"

Stars = Annotated[float, Field(ge=0.5, le=5, multiple_of=0.5, examples=[4.5])]
Year = Annotated[int, Field(ge=1888, le=2100, examples=[1954])]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


def stars(half_stars: int | None) -> float | None:
    """Return half-stars as stars.

    >>> stars(9)
    4.5
    """
    return None if half_stars is None else half_stars / 2


def half_stars(rating: float | None) -> int | None:
    """Return stars as half-stars.

    >>> half_stars(4.5)
    9
    """
    return None if rating is None else round(rating * 2)


class PersonOut(BaseModel):
    """Somebody who made a film."""

    id: str = Field(examples=["nm0000041"])
    name: str = Field(examples=["Akira Kurosawa"])


class EntryBrief(BaseModel):
    """What the caller has to say about the film."""

    rating: float | None = Field(description="Stars, 0.5 to 5.", examples=[4.5])
    liked: bool
    watchlist: bool
    seen: bool
    watch_count: int
    last_watched: str | None = Field(
        description="As much of the date as is known; empty for an unknown one.",
        examples=["2024-05-17"],
    )
    version: int


class CommunityOut(BaseModel):
    """Everybody's figures."""

    watched: int
    rated: int
    mean_rating: float | None = Field(description="Stars.", examples=[4.1])


class FilmFactsOut(BaseModel):
    """A film of the catalogue."""

    film_id: str = Field(examples=["3mbqsb4hq2ymi"])
    tmdb_id: int | None = Field(examples=[346])
    imdb_id: str | None = Field(examples=["tt0047478"])
    title: str = Field(description="The original title.", examples=["Shichinin no Samurai"])
    title_en: str | None = Field(examples=["Seven Samurai"])
    title_it: str | None = Field(examples=["I sette samurai"])
    year: int | None = Field(examples=[1954])
    runtime: int | None = Field(description="Minutes.", examples=[207])
    genres: list[str] = Field(examples=[["Action", "Drama"]])
    directors: list[PersonOut]
    cast: list[PersonOut]
    countries: list[str] = Field(description="ISO 3166-1 alpha-2.", examples=[["JP"]])
    languages: list[str] = Field(description="ISO 639-1.", examples=[["ja"]])
    poster_url: str | None
    votes: int = Field(description="At the source.")
    mean_rating: float | None = Field(description="At the source, in stars.", examples=[4.3])
    private: bool = Field(description="A film of the caller's own, shown to nobody else.")
    version: int


class FilmOut(FilmFactsOut):
    """A film with the caller's and everybody's figures."""

    mine: EntryBrief | None
    community: CommunityOut


class FacetOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str = Field(examples=["Drama"])
    count: int


class FacetsOut(BaseModel):
    """By what the films can be narrowed."""

    genres: list[FacetOut]
    decades: list[FacetOut]
    countries: list[FacetOut]
    languages: list[FacetOut]


class PersonPage(BaseModel):
    """Somebody of the catalogue, with a page of their films."""

    id: str
    name: str
    films: PageOf[FilmOut]
    directed: int
    acted: int


class CorrectionOut(BaseModel):
    """One correction: who, when, and the facts before and after."""

    model_config = ConfigDict(from_attributes=True)

    correction_id: int
    changed_by: str
    changed_at: str
    before: dict[str, Any]
    after: dict[str, Any]


class CorrectionsOut(BaseModel):
    items: list[CorrectionOut]


class PersonIn(Body):
    """Somebody by name; `id` only to keep somebody already known."""

    name: Name
    id: Annotated[str, StringConstraints(pattern=r"^(nm\d{7,9}|name:.{1,200})$")] | None = None


People = Annotated[list[Name | PersonIn], Field(max_length=50)]
Genres = Annotated[list[Name], Field(max_length=10)]


class _FactsIn(Body):
    title_en: Name | None = None
    title_it: Name | None = None
    aliases: Annotated[list[Name], Field(max_length=50)] | None = None
    year: Year | None = None
    runtime: Annotated[int, Field(ge=1, le=10_000)] | None = Field(None, description="Minutes.")
    genres: Genres | None = None
    directors: People | None = None
    cast: People | None = None
    countries: Annotated[list[CountryCode], Field(max_length=20)] | None = None
    languages: Annotated[list[LanguageCode], Field(max_length=20)] | None = None

    def values(self, known: Film | None = None) -> dict[str, Any]:
        """Return the facts given, as `core.merging.correct` takes them.

        Raises:
            Invalid: a genre that is none.
        """
        given = self.model_dump(exclude_unset=True)
        for name in given.keys() & {"aliases", "countries", "languages"}:
            given[name] = tuple(dict.fromkeys(given[name] or ()))
        if "genres" in given:
            given["genres"] = genres_of(given["genres"] or ())
        for name in given.keys() & {"directors", "cast"}:
            credited = (*known.directors, *known.cast) if known else ()
            given[name] = people_of(getattr(self, name) or (), credited)
        return given


class FilmChange(_FactsIn):
    """Facts to correct; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"runtime": 207, "year": 1954}]})

    title: Name = Field(default="", validate_default=False)


class FilmIn(_FactsIn):
    """A film that the catalogue does not have."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"title": "Our Summer in Lerici", "year": 2019}]}
    )

    title: Name

    def film(self) -> Film:
        """Return the film, without an id yet."""
        return Film(film_id="", **self.values())


def genres_of(names: Sequence[str]) -> tuple[str, ...]:
    """Return the catalogue's names of genres.

    Raises:
        Invalid: one is no genre of ours.
    """
    found = {name: canonical_genre(name) for name in names}
    for name, genre in found.items():
        if genre is None:
            raise Invalid.field("genres", f"“{name}” is no genre", f"one of {', '.join(GENRES)}")
    return tuple(dict.fromkeys(genre for genre in found.values() if genre))


def people_of(told: Sequence[str | PersonIn], known: Sequence[Person]) -> tuple[Person, ...]:
    """Return people; one whose name the film already credits keeps the identity known."""
    by_name = {normalize_title(person.name): person for person in known}
    people = []
    for person in told:
        name = person if isinstance(person, str) else person.name
        identity = None if isinstance(person, str) else person.id
        if identity:
            people.append(Person(identity, name))
        else:
            people.append(by_name.get(normalize_title(name)) or person_named(name))
    return tuple({person.id: person for person in people}.values())


def film_facts(film: Film) -> dict[str, Any]:
    """Return what `FilmFactsOut` and `FilmOut` have in common."""
    return {
        "film_id": film.film_id,
        "tmdb_id": film.tmdb_id,
        "imdb_id": film.imdb_id,
        "title": film.title,
        "title_en": film.title_en,
        "title_it": film.title_it,
        "year": film.year,
        "runtime": film.runtime,
        "genres": list(film.genres),
        "directors": [PersonOut.model_construct(id=p.id, name=p.name) for p in film.directors],
        "cast": [PersonOut.model_construct(id=p.id, name=p.name) for p in film.cast],
        "countries": list(film.countries),
        "languages": list(film.languages),
        "poster_url": POSTERS + film.poster_path if film.poster_path else None,
        "votes": film.votes,
        "mean_rating": None if film.mean_rating is None else round(film.mean_rating / 2, 2),
        "private": film.owner_user_id is not None,
        "version": film.version,
    }


def film_facts_out(film: Film) -> FilmFactsOut:
    """Show a film without anybody's figures."""
    return FilmFactsOut.model_construct(**film_facts(film))


def film_out(card: FilmCard) -> FilmOut:
    """Show a film with the caller's and everybody's figures."""
    mine, community = card.mine, card.community
    brief = None
    if mine is not None:
        brief = EntryBrief(
            rating=stars(mine.rating),
            liked=mine.liked,
            watchlist=mine.watchlist,
            seen=mine.seen,
            watch_count=mine.watch_count,
            last_watched=mine.last_watched,
            version=mine.version,
        )
    mean = round(community.sum_half_stars / community.rated / 2, 2) if community.rated else None
    return FilmOut.model_construct(
        **film_facts(card.film),
        mine=brief,
        community=CommunityOut(watched=community.watched, rated=community.rated, mean_rating=mean),
    )


def film_page(page: Page[FilmCard]) -> PageOf[FilmOut]:
    """Show a page of films."""
    return PageOf[FilmOut].model_construct(
        items=[film_out(card) for card in page.items], total=page.total, next=page.next
    )


def facets_out(facets: dict[str, list[Facet]]) -> FacetsOut:
    """Show by what the films can be narrowed."""
    return FacetsOut.model_validate(facets, from_attributes=True)


def person_out(person: PersonFigures, films: Page[FilmCard]) -> PersonPage:
    """Show somebody with a page of their films."""
    return PersonPage.model_construct(
        id=person.person_id,
        name=person.name,
        films=film_page(films),
        directed=person.directed,
        acted=person.acted,
    )


def corrections_out(corrections: list[Correction]) -> CorrectionsOut:
    """Show the corrections of a film."""
    return CorrectionsOut.model_validate({"items": corrections}, from_attributes=True)
