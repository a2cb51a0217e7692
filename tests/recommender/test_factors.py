"""The factorisation of the search for K: each side is a ridge regression, in portions or whole."""

import numpy as np
import pytest

from cinematch.recommender.core import factors
from cinematch.recommender.core.factors import FactorsOptions, fit_factors
from cinematch.recommender.core.progress import unwatched
from cinematch.recommender.core.ratings import Rating, Ratings, gather

OPTIONS = FactorsOptions(factors=3, regularization=2.0, epochs=3)


@pytest.fixture(scope="module")
def ratings() -> Ratings:
    rng = np.random.default_rng(1)
    rows = [
        Rating(f"u{user:02}", f"f{film:02}", float(rng.integers(1, 11)) / 2, film)
        for user in range(30)
        for film in rng.choice(20, 1 + user % 15, replace=False)
    ]
    return gather([*rows, Rating("u00", "f99", None, 0)], [f"f{at:02}" for at in [*range(20), 99]])


def test_the_side_fitted_last_is_a_ridge_regression_of_the_other(ratings: Ratings) -> None:
    fitted = fit_factors(ratings, OPTIONS, unwatched)
    for film in range(20):
        mine = (ratings.film == film) & ratings.rated
        known = fitted.user[ratings.user[mine]]
        design = np.hstack([np.ones((len(known), 1)), known[:, 1:]])
        target = ratings.stars[mine].astype(np.float64) - fitted.overall - known[:, 0]
        found = np.linalg.solve(design.T @ design + 2.0 * np.eye(4), design.T @ target)
        assert fitted.film[film] == pytest.approx(found)


def test_portions_change_nothing_but_how_often_it_can_be_left_off(
    ratings: Ratings, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int]] = []
    whole = fit_factors(ratings, OPTIONS, lambda done, of: told.append((done, of)))
    assert len(told) == 7
    monkeypatch.setattr(factors, "_PORTION", 1)
    in_portions: list[tuple[int, int]] = []
    again = fit_factors(ratings, OPTIONS, lambda done, of: in_portions.append((done, of)))
    assert again.user == pytest.approx(whole.user)
    assert again.film == pytest.approx(whole.film)
    assert len(in_portions) == 3 * (30 + 20) + 1
    for said in (told, in_portions):
        assert said == sorted(said)
        assert said[0][0] == 0
        assert said[-1][0] == said[-1][1]
