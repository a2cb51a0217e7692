"""The invented community: reproducible, plausible, labelled, and told apart."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinematch.films.core.film import Film
from cinematch.films.core.starter import starter_films
from cinematch.films.files import read_starter
from cinematch.recommender.core.arrays import Ints
from cinematch.recommender.core.progress import unwatched
from cinematch.recommender.core.synthetic import (
    PREFIX,
    Community,
    FilmTable,
    Invented,
    film_table,
    invent,
)
from tests.support.builders import film

PEOPLE = 2_000


@pytest.fixture(scope="module")
def starter() -> list[Film]:
    return sorted(starter_films(read_starter()), key=lambda one: one.film_id)


@pytest.fixture(scope="module")
def table(starter: list[Film]) -> FilmTable:
    return film_table(starter)


@pytest.fixture(scope="module")
def invented(table: FilmTable) -> Invented:
    return invent(table, Community(people=PEOPLE), unwatched)


def test_the_same_seed_gives_the_same_ratings(table: FilmTable, invented: Invented) -> None:
    again = invent(table, Community(people=PEOPLE), unwatched)
    other = invent(table, Community(people=PEOPLE, seed=1), unwatched)
    assert again.ratings.fingerprint() == invented.ratings.fingerprint()
    assert again.noise_floor == invented.noise_floor
    assert other.ratings.fingerprint() != invented.ratings.fingerprint()


def test_everybody_is_labelled_and_has_so_many_ratings(invented: Invented) -> None:
    ratings = invented.ratings
    assert ratings.users == PEOPLE
    assert all(user_id.startswith(PREFIX) for user_id in ratings.user_ids)
    counts = np.bincount(ratings.user, minlength=PEOPLE)
    assert (counts.min(), counts.max()) == (10, 50)
    pairs = ratings.user.astype(np.int64) * ratings.films + ratings.film
    assert len(np.unique(pairs)) == len(pairs)


def test_stars_are_halves_that_do_not_crowd_at_the_ends(invented: Invented) -> None:
    values, counts = np.unique(invented.ratings.stars, return_counts=True)
    assert set(values.tolist()) == {half / 2 for half in range(1, 11)}
    shares = counts / counts.sum()
    assert shares[-1] < 0.12  # in people's own ratings about as many (13 % in latest-small)
    assert shares[0] < 0.02
    assert 3.4 < float(invented.ratings.stars.mean()) < 3.7


def test_films_that_are_known_are_seen_more(table: FilmTable, invented: Invented) -> None:
    seen = np.bincount(invented.ratings.film, minlength=invented.ratings.films)
    known = table.known > 0
    assert seen[known].mean() > 8 * seen[~known].mean()
    assert 0.6 < _gini(seen) < 0.8  # 0.72 in latest-small


def test_people_see_and_like_what_they_love(starter: list[Film]) -> None:
    films = [film(f"{kind}{at}", genres=(kind,)) for kind in "AB" for at in range(100)]
    rule = Community(people=400, genres=(1, 1), mainstream=(0.0, 0.0))
    ratings = invent(film_table(films), rule, unwatched).ratings
    of_a = ratings.film < 100
    share = np.bincount(ratings.user, of_a) / np.bincount(ratings.user)
    loves_a = share > 0.5
    inside = loves_a[ratings.user] == of_a
    assert inside.mean() > 0.55
    gap = ratings.stars[inside].mean() - ratings.stars[~inside].mean()
    assert gap == pytest.approx(rule.per_genre, abs=0.1)


def test_a_better_film_gets_more_stars() -> None:
    films = [film(f"f{at:03}", mean_rating=5.0 + 4.0 * (at % 2)) for at in range(100)]
    ratings = invent(film_table(films), Community(people=300), unwatched).ratings
    better = ratings.film % 2 == 1
    gap = ratings.stars[better].mean() - ratings.stars[~better].mean()
    assert gap == pytest.approx(4.0 * Community().per_quality, abs=0.15)


def test_no_predictor_can_be_better_than_the_noise_floor(
    table: FilmTable, invented: Invented
) -> None:
    stars = invented.ratings.stars.astype(np.float64)
    people = np.bincount(invented.ratings.user, stars) / np.bincount(invented.ratings.user)
    of_person = float(np.sqrt(np.mean((stars - people[invented.ratings.user]) ** 2)))
    assert 0.5 < invented.noise_floor < 0.8
    assert invented.noise_floor < of_person
    # Without noise nothing is left but the rounding to halves: 0.5 / √12.
    quiet = invent(table, Community(people=200, noise=(0.0, 0.0)), unwatched)
    assert quiet.noise_floor == pytest.approx(0.144, abs=0.01)


def test_the_scale_of_popularity_does_not_move_with_the_catalogue() -> None:
    one = film_table([film("a", popularity=3.25)])
    other = film_table([film("a", popularity=3.25), film("b", popularity=6.4)])
    assert one.known[0] == other.known[0] == 0.5
    assert film_table([film("a", popularity=9.0)]).known[0] == 1.0


def test_films_of_which_little_is_told() -> None:
    films = [film(f"f{at}", genres=(), mean_rating=None) for at in range(12)]
    ratings = invent(film_table(films), Community(people=20), unwatched).ratings
    assert ratings.users == 20
    assert not np.isnan(ratings.stars).any()
    with pytest.raises(ValueError, match="0 films are too few"):
        invent(film_table([]), Community(), unwatched)


@settings(max_examples=20)
@given(st.integers(10, 80), st.integers(1, 40), st.integers(0, 2**31 - 1))
def test_whatever_the_size(films: int, people: int, seed: int) -> None:
    held = film_table([film(f"f{at:03}", genres=("AB"[at % 2],)) for at in range(films)])
    ratings = invent(held, Community(people=people, seed=seed), unwatched).ratings
    counts = np.bincount(ratings.user, minlength=people)
    assert counts.min() >= 10
    assert counts.max() <= min(50, films)
    assert np.isin(ratings.stars * 2, np.arange(1, 11)).all()
    assert (np.diff(ratings.user) >= 0).all()


def _gini(counts: Ints) -> float:
    ranked = np.sort(counts)
    rank = np.arange(1, len(ranked) + 1)
    return float((2 * rank - len(ranked) - 1) @ ranked / (len(ranked) * ranked.sum()))
