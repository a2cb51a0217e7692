"""A small community from outside, of two tastes, over films of a catalogue."""

from collections.abc import Sequence

import numpy as np

from cinematch.films.core.film import Film
from cinematch.recommender.core.background import Background, SourceFilm
from cinematch.recommender.core.ratings import Rating, Ratings, gather

NAME = "two-tastes"


def two_tastes(film_ids: Sequence[str], people: int = 40, each: int = 30) -> Ratings:
    """Return ratings of people who like either the even or the odd films."""
    rng = np.random.default_rng(5)
    rows = [
        Rating(
            f"p{person:03}",
            film_ids[film],
            float(np.clip(4.5 if film % 2 == person % 2 else 1.5, 0.5, 5))
            - 0.5 * float(rng.integers(0, 2)),
            1_700_000_000 + 1_000 * person + number,
        )
        for person in range(people)
        for number, film in enumerate(rng.permutation(len(film_ids))[:each])
    ]
    return gather(rows)


def community(films: Sequence[Film], people: int = 40, each: int = 30) -> Background:
    """Return the same as a background community; the films are found by IMDb's ids."""
    by_id = {film.film_id: film for film in films}
    ratings = two_tastes(sorted(by_id), people, each)
    told = tuple(
        SourceFilm((by_id[film_id].title,), by_id[film_id].year, by_id[film_id].imdb_id)
        for film_id in ratings.film_ids
    )
    return Background(NAME, "Made for tests.", ratings, told)
