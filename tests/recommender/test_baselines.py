"""What everybody should beat is itself right."""

import numpy as np
import pytest

from cinematch.recommender.core.baselines import fit_biases, fit_neighbours, global_mean
from cinematch.recommender.core.gram import cross
from cinematch.recommender.core.progress import unwatched
from cinematch.recommender.core.ratings import Rating, gather


def test_biases_find_the_generous_and_the_good() -> None:
    level = {"mild": 1.0, "strict": -1.0}
    worth = {f"f{film}": film / 10 for film in range(10)}
    rows = [
        Rating(user, film, 2.5 + round(2 * (level[user] + worth[film])) / 2, 1)
        for user in level
        for film in worth
    ]
    ratings = gather(rows)
    biases = fit_biases(ratings, shrinkage=0.01)
    assert biases.overall == pytest.approx(global_mean(ratings))
    assert biases.user[0] - biases.user[1] == pytest.approx(2.0, abs=0.05)
    assert np.abs(biases.predict(ratings.user, ratings.film) - ratings.stars).max() < 0.05


def test_biases_are_drawn_to_nothing_by_shrinkage() -> None:
    ratings = gather([Rating("a", "f", 5.0, 1), Rating("b", "g", 1.0, 1)])
    spreads = [np.abs(fit_biases(ratings, shrinkage).film).max() for shrinkage in (0.1, 5.0, 50.0)]
    assert spreads == sorted(spreads, reverse=True)


def test_without_ratings_the_middle_of_the_scale_is_said() -> None:
    nothing = gather([Rating("a", "f", None, 1)])
    assert global_mean(nothing) == 2.75
    assert fit_biases(nothing).predict(np.array([0]), np.array([0])).tolist() == [2.75]


def test_neighbours_are_those_watched_together() -> None:
    rows = [Rating(f"u{user}", film, 3.0, 1) for user in range(5) for film in ("a", "b")]
    rows += [Rating("v", film, 3.0, 1) for film in ("c", "d")]
    fitted = fit_neighbours(gather(rows), 2, 0.0, unwatched)
    scores = fitted.scores(np.array([0]))
    assert int(scores.argmax()) == 1
    assert scores.tolist() == pytest.approx([0, 1, 0, 0])


def test_no_film_has_more_neighbours_than_asked() -> None:
    rng = np.random.default_rng(1)
    rows = [
        Rating(f"u{user}", f"f{film:02}", 3.0, 1)
        for user in range(30)
        for film in rng.choice(12, 6, replace=False)
    ]
    weights = fit_neighbours(gather(rows), 3, 5.0, unwatched).weights.toarray()
    assert ((weights > 0).sum(axis=0) <= 6).all()  # equals at the edge may stay
    assert np.diag(weights).tolist() == [0.0] * 12


def test_products_in_portions_are_the_product() -> None:
    ratings = gather(
        Rating(f"u{user:03}", f"f{(user * 7 + step) % 20:02}", 3.0, 1)
        for user in range(100)
        for step in range(4)
    )
    matrix = ratings.matrix(np.arange(len(ratings), dtype=np.float64) % 5)
    whole = (matrix.T @ matrix).toarray()
    assert cross(matrix, matrix, unwatched) == pytest.approx(whole)
