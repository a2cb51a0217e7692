"""Films that the catalogue does not know: kept as films of the person's own."""

from typing import Any

import msgspec
from msgspec.structs import replace

from cinematch.films.core.film import Film, person_named
from cinematch.kit.ids import stable_id
from cinematch.transfer.core.items import FilmRef


def own_film_id(user_id: str, key: str) -> str:
    """Return the id under which one user keeps the film of this wording."""
    return stable_id(f"own:{user_id}:{key}")


def own_film(film_id: str, user_id: str, ref: FilmRef, now: str) -> Film:
    """Make a film of the user's own of what the file says.

    Outside ids are not taken over: a film of one's own must not stand in the way of the catalogue's
    when that comes to know it.
    """
    film = Film(
        film_id=film_id,
        title=ref.title,
        year=ref.year,
        directors=tuple(person_named(name) for name in ref.directors),
        owner_user_id=user_id,
        sources={"title": "import"},
        updated_at=now,
    )
    return _with_facts(film, ref.own) if ref.own else film


def _with_facts(film: Film, own: dict[str, Any]) -> Film:
    try:
        known = msgspec.convert(
            {**own, "film_id": film.film_id, "title": own.get("title") or film.title}, Film
        )
    except msgspec.ValidationError:
        return film  # title and year are kept; the rest was not written by us
    return replace(
        known,
        owner_user_id=film.owner_user_id,
        sources=film.sources,
        updated_at=film.updated_at,
        tmdb_id=None,
        imdb_id=None,
        version=1,
    )
