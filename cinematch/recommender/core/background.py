"""Communities from outside: whose films they rated, and which of ours those are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cinematch.films.core.film import Film
from cinematch.films.core.matching import match_title
from cinematch.films.core.title import title_keys
from cinematch.recommender.core.arrays import Ints
from cinematch.recommender.core.ratings import Ratings


class SourceFilm(NamedTuple):
    """What a source tells of one of its films."""

    titles: tuple[str, ...]
    year: int | None = None
    imdb_id: str | None = None
    tmdb_id: int | None = None


@dataclass(frozen=True)
class Background:
    """A community from outside, or an invented one.

    Attributes:
        name: of the data set; users are known by it and their number there.
        licence: in words, as it is to be shown.
        ratings: its ids of users and films are the source's own.
        films: one for each of `ratings.film_ids`.
        noise_floor: of an invented one, see `synthetic.Invented`.
    """

    name: str
    licence: str
    ratings: Ratings
    films: tuple[SourceFilm, ...]
    noise_floor: float | None = None


def positions_of(films: Sequence[SourceFilm], catalogue: Sequence[Film]) -> Ints:
    """Return which film of the catalogue each is, -1 where that is not certain.

    By IMDb's id, else TMDB's, else by title and year as `films.core.matching` has it: two films
    that fit alike, and a title without its year, are nobody's guess. A film whose ids say
    otherwise is not taken for its title.
    """
    by_id: dict[str | int | None, int] = {}
    for at, known in enumerate(catalogue):
        by_id |= {told: at for told in (known.imdb_id, known.tmdb_id) if told}
    found = np.full(len(films), -1, dtype=np.int32)
    for row, film in enumerate(films):
        at = by_id.get(film.imdb_id, by_id.get(film.tmdb_id, -1))
        if at >= 0 and not _contradict(film, catalogue[at]):
            found[row] = at
    if (rest := np.flatnonzero(found < 0)).size:
        by_key = _by_key(catalogue)
        for row in rest.tolist():
            found[row] = _titled(films[row], catalogue, by_key)
    return found


def onto(ratings: Ratings, positions: Ints, film_ids: tuple[str, ...]) -> Ratings:
    """Return ratings over other films; rows without a position are left out.

    Where two films of the source are one of ours, the latest of a user's rows counts. Users who
    have no rows left go.

    Args:
        ratings: of the source.
        positions: (source's films,) in `film_ids`, -1 for none.
        film_ids: what is to be known of films.
    """
    kept = ratings.where(positions[ratings.film] >= 0)
    return ordered(_without_idle(replace(kept, film=positions[kept.film], film_ids=film_ids)))


def ordered(ratings: Ratings) -> Ratings:
    """Return the same in the order that `Ratings` has; of a pair that comes twice the latest row.

    Of two of the same instant the one that came last counts.
    """
    held = _taken(ratings, np.lexsort((ratings.film, ratings.at, ratings.user)))
    pair = held.user.astype(np.int64) * held.films + held.film
    by_pair = np.argsort(pair, kind="stable")
    last = np.ones(len(pair), dtype=np.bool_)
    last[by_pair[:-1]] = np.diff(pair[by_pair]) != 0
    return held if last.all() else held.where(last)


def numbered(
    user: NDArray[Any], film: NDArray[Any], stars: NDArray[Any], at: NDArray[Any]
) -> Ratings:
    """Return a source's ratings, of users and films that are called by its numbers, in order.

    Args:
        user, film: (rows,) whole numbers.
        stars: (rows,).
        at: (rows,) seconds since 1970.
    """
    users, films = np.unique(user), np.unique(film)
    return ordered(
        Ratings(
            user_ids=tuple(map(str, users.tolist())),
            film_ids=tuple(map(str, films.tolist())),
            user=np.searchsorted(users, user).astype(np.int32),
            film=np.searchsorted(films, film).astype(np.int32),
            stars=stars.astype(np.float32),
            at=at.astype(np.int64),
            liked=np.zeros(len(at), dtype=np.bool_),
        )
    )


def named(ratings: Ratings, name: str) -> Ratings:
    """Return the same with users whose ids tell where they are from."""
    return replace(ratings, user_ids=tuple(f"{name}:{user_id}" for user_id in ratings.user_ids))


def joined(parts: Sequence[Ratings], film_ids: tuple[str, ...]) -> Ratings:
    """Put ratings over the same films together; users stand in the order of their ids.

    Raises:
        ValueError: a user is in two of them, or the films are not the same.
    """
    users = [user_id for part in parts for user_id in part.user_ids]
    if len(set(users)) != len(users):
        raise ValueError("The same user is in two sources.")
    if any(part.film_ids != film_ids for part in parts):
        raise ValueError("The sources have different films.")
    first = np.cumsum([0, *(part.users for part in parts)])
    users_of = [part.user + before for part, before in zip(parts, first, strict=False)]
    return _by_user_id(
        Ratings(
            user_ids=tuple(users),
            film_ids=film_ids,
            user=np.concatenate([np.empty(0, np.int32), *users_of]).astype(np.int32),
            film=np.concatenate([np.empty(0, np.int32), *(part.film for part in parts)]),
            stars=np.concatenate([np.empty(0, np.float32), *(part.stars for part in parts)]),
            at=np.concatenate([np.empty(0, np.int64), *(part.at for part in parts)]),
            liked=np.concatenate([np.empty(0, np.bool_), *(part.liked for part in parts)]),
        )
    )


def _by_key(catalogue: Sequence[Film]) -> dict[str, list[int]]:
    by_key: dict[str, list[int]] = {}
    for at, film in enumerate(catalogue):
        for key in film.title_keys:
            by_key.setdefault(key, []).append(at)
    return by_key


def _titled(
    film: SourceFilm, catalogue: Sequence[Film], by_key: Mapping[str, Sequence[int]]
) -> int:
    """Return the one film that its titles certainly mean, else -1."""
    certain: set[int] = set()
    for title in film.titles:
        near = {at for key in title_keys([title]) for at in by_key.get(key, ())}
        fitting = {at for at in near if not _contradict(film, catalogue[at])}
        match = match_title([catalogue[at] for at in fitting], title, film.year)
        certain |= {at for at in fitting if catalogue[at] is match.film}
    return certain.pop() if len(certain) == 1 else -1


def _contradict(film: SourceFilm, known: Film) -> bool:
    """Whether both have an id of the same place, and not the same one; IMDb's is believed first."""
    pairs = ((film.imdb_id, known.imdb_id), (film.tmdb_id, known.tmdb_id))
    told = [one == other for one, other in pairs if one and other]
    return bool(told) and not told[0]


def _without_idle(ratings: Ratings) -> Ratings:
    held = np.bincount(ratings.user, minlength=ratings.users) > 0
    if held.all():
        return ratings
    place = (np.cumsum(held) - 1).astype(np.int32)
    kept = tuple(ratings.user_ids[at] for at in np.flatnonzero(held))
    return replace(ratings, user_ids=kept, user=place[ratings.user])


def _by_user_id(ratings: Ratings) -> Ratings:
    order = sorted(range(ratings.users), key=ratings.user_ids.__getitem__)
    place = np.empty(ratings.users, dtype=np.int32)
    place[order] = np.arange(ratings.users, dtype=np.int32)
    moved = replace(
        ratings,
        user_ids=tuple(ratings.user_ids[at] for at in order),
        user=place[ratings.user],
    )
    return (
        ratings
        if order == list(range(ratings.users))
        else _taken(moved, np.argsort(moved.user, kind="stable"))
    )


def _taken(ratings: Ratings, order: Ints) -> Ratings:
    return replace(
        ratings,
        user=ratings.user[order],
        film=ratings.film[order],
        stars=ratings.stars[order],
        at=ratings.at[order],
        liked=ratings.liked[order],
    )
