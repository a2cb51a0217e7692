"""Films and users' films for tests: short to write, whole enough to count."""

from cinematch.events.core import FilmFacts, Image, Person, Watch
from cinematch.films.core.film import Film


def person(name: str) -> Person:
    """Return somebody known by name."""
    return Person(f"name:{name.casefold()}", name)


def facts(key: str, **known: object) -> FilmFacts:
    """Return the facts of a drama of 1960 and 100 minutes, but for what is `known`."""
    usual: dict[str, object] = {
        "title": key.title(),
        "year": 1960,
        "runtime": 100,
        "genres": ("Drama",),
        "directors": (person("Luchino Visconti"),),
        "cast": (person("Alain Delon"), person("Annie Girardot")),
        "countries": ("IT",),
        "languages": ("it",),
    }
    return FilmFacts(film_id=key, **{**usual, **known})  # type: ignore[arg-type]


def image(film: FilmFacts, *dates: str, rating: int | None = None, **more: object) -> Image:
    """Return a user's film seen on `dates`; `rating` in half-stars."""
    watches = tuple(Watch(f"w{place}", date) for place, date in enumerate(dates))
    return Image(film, rating=rating, watches=watches, **more)  # type: ignore[arg-type]


def film(key: str, **known: object) -> Film:
    """Return a film of the catalogue with the facts of `facts`, but for what is `known`."""
    usual = facts(key)
    values: dict[str, object] = {
        name: getattr(usual, name) for name in usual.__struct_fields__ if name != "film_id"
    }
    return Film(film_id=key, **{**values, **known})  # type: ignore[arg-type]
