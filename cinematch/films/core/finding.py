"""What a film is found and sorted by, derived from its facts. Pure."""

from collections.abc import Iterator

from cinematch.events.core import Person
from cinematch.films.core.film import Film
from cinematch.films.core.title import normalize_title, without_article

LATE, NEVER = 9999, 1_000_000
"""The year and the running time by which films are sorted of which these are unknown."""


def links_of(film: Film) -> Iterator[tuple[str, str]]:
    """Yield by what a film can be narrowed to: (kind, key)."""
    yield from credits_of(film)
    yield from (("genre", genre) for genre in film.genres)
    yield from (("country", country) for country in film.countries)
    yield from (("language", language) for language in film.languages)
    if film.year is not None:
        yield "decade", str(film.year // 10 * 10)


def credits_of(film: Film) -> Iterator[tuple[str, str]]:
    """Yield who directed or acted: (kind, person id)."""
    for kind, people in (("director", film.directors), ("actor", film.cast)):
        yield from ((kind, person.id) for person in people)


def titles_of(film: Film) -> list[str]:
    """Return the film's titles, normalised, each once."""
    titles = (film.title, film.title_en, film.title_it, *film.aliases)
    return list(dict.fromkeys(normalize_title(title) for title in titles if title))


def names_of(film: Film) -> list[str]:
    """Return the names of the film's people, normalised, each person once."""
    people: dict[Person, None] = dict.fromkeys((*film.directors, *film.cast))
    return [normalize_title(person.name) for person in people]


def sort_title(film: Film) -> str:
    """Return what stands for the film in an alphabetical order."""
    return without_article(normalize_title(film.title))
