"""A house with a small catalogue, and a model over part of it, for tests of the recommender."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from cinematch.bootstrap import Services
from cinematch.diary.core import Edit
from cinematch.films.core.film import Film, popularity_of
from cinematch.recommender.core.heads import fit_ease, kernel_of
from cinematch.recommender.core.model import Model
from cinematch.recommender.core.stars import StarsModel
from tests.support.builders import film, person
from tests.support.house import PASSWORD, build_house
from tests.support.models import manifest

GENRES = ("Drama", "Comedy", "Horror", "Western", "Sci-Fi", "Romance")
SIZE = 60


def films_of(count: int = SIZE) -> list[Film]:
    """Return films of six genres, two directors each; the first is the best known."""
    return [
        film(
            f"f{number:03}",
            imdb_id=f"tt{number:07}",
            title=f"Film {number}",
            year=1950 + number,
            runtime=80 + number,
            genres=(GENRES[number % 6],),
            directors=(person(f"D{number % 12}"),),
            cast=(person(f"A{number % 10}"),),
            votes=10 * (count - number),
            popularity=popularity_of(10 * (count - number)),
            mean_rating=5.0 + number % 4,
        )
        for number in range(count)
    ]


def cinema(folder: Path, films: Iterable[Film] | None = None) -> Services:
    """Build a house with films, and no model."""
    house = build_house(folder)
    house.films.load(films_of() if films is None else films, "starter")
    return house


def model_of(film_ids: Sequence[str], version: str = "m1", seed: int = 0) -> Model:
    """Make a model of invented arrays over some films; the last third of them is not in EASE."""
    rng = np.random.default_rng(seed)
    count = len(film_ids)
    seen = (rng.random((80, count)) < 0.2).astype(np.float32)
    among = np.arange(count * 2 // 3)
    gram = seen[:, among].T @ seen[:, among]
    kernel = kernel_of(rng.normal(size=(count, 4)), 0.3)

    return Model(
        manifest=manifest(
            version,
            films=count,
            weights={"ease": 0.4, "ials": 0.3, "content": 0.2, "popularity": 0.1},
            scales={"ease": 0.7, "ials": 0.5, "content": 0.4, "popularity": 0.3},
        ),
        film_ids=tuple(film_ids),
        film_means=rng.uniform(2.5, 4.0, count),
        film_counts=np.maximum(seen.sum(axis=0).astype(np.int64), 1),
        ease_films=among,
        ease_weights=fit_ease(gram, gram, 5.0),
        kernel_seen=kernel.seen_side,
        kernel_scored=kernel.shown_side,
        stars=_stars(rng, count),
        film_map=np.zeros((count, 2), dtype=np.float32),
        film_group=np.full(count, -1),
        people_map=np.zeros((0, 2), dtype=np.float32),
        people_group=np.zeros(0, dtype=np.int64),
    )


def _stars(rng: np.random.Generator, films: int, factors: int = 4, samples: int = 6) -> StarsModel:
    def drawn(*shape: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
        return (0.2 * rng.normal(size=shape)).astype(np.float32)

    return StarsModel(
        overall=3.4 + 0.01 * rng.normal(size=samples),
        film_bias=drawn(films, samples),
        film_factors=drawn(films, samples, factors),
        seen_bias=drawn(films, samples),
        seen_factors=drawn(films, samples, factors),
        usual_bias=0.1 * rng.normal(size=samples),
        usual_factors=0.1 * rng.normal(size=(samples, factors)),
        selection=0.1 * rng.normal(size=films),
        prior_mean=0.1 * rng.normal(size=(samples, 1 + factors)),
        prior_precision=3.0 + rng.random((samples, 1 + factors)),
        noise_precision=1.3 + rng.random(samples),
        spread=1.1,
    )


def account(house: Services, username: str) -> str:
    """Make an account and return its id."""
    house.accounts.add(username, PASSWORD)
    signed_in = house.sessions.sign_in(username, PASSWORD, "127.0.0.1", renewable=False)
    return house.sessions.authenticate(signed_in.access).user_id


def rate(house: Services, user_id: str, ratings: Mapping[str, int | None]) -> None:
    """Have a user see films; ratings in half-stars, None for a film that is not rated."""
    for film_id, rating in ratings.items():
        edit = Edit(seen=True) if rating is None else Edit(seen=True, rating=rating)
        house.diary.edit(user_id, film_id, edit)
