"""The search for K: what it says, in which order, what it chooses, and what it cannot search in."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cinematch.kit.errors import Conflict
from cinematch.recommender.core.clusters import Worth, best_worth
from cinematch.recommender.core.heads.kernel import KernelHead
from cinematch.recommender.core.options import KernelOptions, SearchOptions, StarsOptions
from cinematch.recommender.core.progress import Progress
from cinematch.recommender.core.ratings import Rating, Ratings, gather
from cinematch.recommender.core.search_k import grid
from cinematch.recommender.core.stars import StarsModel
from cinematch.recommender.ports import Fitters
from cinematch.recommender.service.optimising import Tried, optimise
from cinematch.recommender.sklearn import group
from tests.support.raters import two_tastes

FILMS = [f"f{number:02}" for number in range(40)]
SMALL = SearchOptions(factors=(1, 2, 4), groups=(2, 3), epochs=4, regularization=2.0)
_ORDER = [
    "matrix_info",
    "phase",
    "k_svd_result",
    "k_svd_optimal",
    "phase",
    "k_cluster_result",
    "k_cluster_optimal",
    "completed",
]


def unused(*_: object) -> Any:
    raise AssertionError("A search fits no model that serves.")


def stars(_r: Ratings, _k: object, _o: StarsOptions, _s: int, _p: Progress) -> StarsModel:
    return unused()  # type: ignore[no-any-return]


def kernel(_r: object, _o: KernelOptions, _s: int, _p: Progress) -> KernelHead:
    return unused()  # type: ignore[no-any-return]


FITTERS = Fitters(stars, kernel, group)


def searched(
    ratings: Ratings,
    options: SearchOptions = SMALL,
    tried: Tried | None = None,
    report: Callable[[str, int, int], object] = lambda _phase, _done, _of: None,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    said: list[dict[str, Any]] = []
    result = optimise(ratings, options, FITTERS, said.append, report, tried)
    return result, said


def of_type(said: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [message for message in said if message["type"] == kind]


@pytest.fixture(scope="module")
def ratings() -> Ratings:
    return two_tastes(FILMS)


@pytest.fixture(scope="module")
def search(ratings: Ratings) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    return searched(ratings)


def test_the_messages_come_in_the_described_order(
    search: tuple[dict[str, Any], list[dict[str, Any]]],
) -> None:
    types = [message["type"] for message in search[1] if message["type"] != "status"]
    once = [kind for at, kind in enumerate(types) if at == 0 or types[at - 1] != kind]
    assert once == _ORDER


def test_each_message_has_the_described_fields(
    search: tuple[dict[str, Any], list[dict[str, Any]]],
) -> None:
    described = {
        "matrix_info": {"shape", "density"},
        "phase": {"phase", "message"},
        "k_svd_result": {
            "k", "explained_variance", "efficiency", "composite_score", "is_best", "progress",
            "held_out_rmse", "standard_error", "train_rmse",
        },
        "k_svd_optimal": {"optimal_k", "score"},
        "k_cluster_result": {
            "k", "silhouette_score", "balance", "composite_score", "is_best", "progress",
            "stability",
        },
        "k_cluster_optimal": {"optimal_k", "score"},
        "completed": {"message", "final_k_svd", "final_k_cluster", "progress"},
    }  # fmt: skip
    for kind, fields in described.items():
        for message in of_type(search[1], kind):
            assert fields <= set(message), message


def test_density_is_measured(
    ratings: Ratings, search: tuple[dict[str, Any], list[dict[str, Any]]]
) -> None:
    (told,) = of_type(search[1], "matrix_info")
    assert told["shape"] == [40, 40]
    assert told["density"] == pytest.approx(len(ratings) / 1600)


def test_progress_rises_in_the_described_bands(
    search: tuple[dict[str, Any], list[dict[str, Any]]],
) -> None:
    said = search[1]
    assert [one["progress"] for one in of_type(said, "k_svd_result")] == [30, 41, 53]
    assert [one["progress"] for one in of_type(said, "k_cluster_result")] == [65, 80]
    assert of_type(said, "completed")[0]["progress"] == 100


def test_it_finds_the_one_direction_in_which_two_tastes_differ(
    search: tuple[dict[str, Any], list[dict[str, Any]]],
) -> None:
    result, said = search
    assert (result["k_svd"], result["k_cluster"]) == (1, 2)
    assert of_type(said, "k_cluster_optimal")[0]["clear"]
    assert of_type(said, "k_svd_result")[0]["verdict"] == "good"
    best = [one["k"] for one in of_type(said, "k_svd_result") if one["is_best"]]
    assert best[-1] == 1
    assert of_type(said, "k_svd_optimal")[0]["bias_rmse"] > 2 * result["held_out_rmse"]


def test_what_was_tried_is_said_again_and_not_fitted_again(
    ratings: Ratings, search: tuple[dict[str, Any], list[dict[str, Any]]]
) -> None:
    tried = {
        (one["type"], one["k"]): one
        for one in search[1]
        if one["type"] in {"k_svd_result", "k_cluster_result"} and one["k"] in {1, 4, 3}
    }
    fitted: list[int] = []

    def counted(rows: Any, groups: int, seed: int) -> Any:
        fitted.append(groups)
        return group(rows, groups, seed)

    said: list[dict[str, Any]] = []
    fitters = Fitters(stars, kernel, counted)
    result = optimise(ratings, SMALL, fitters, said.append, lambda *_: None, tried)
    assert result == search[0]
    again = [one["k"] for one in said if one.get("resumed")]
    assert again == [1, 4, 3]
    assert fitted == [2]
    assert {one["k"]: one["held_out_rmse"] for one in of_type(said, "k_svd_result")} == {
        one["k"]: one["held_out_rmse"] for one in of_type(search[1], "k_svd_result")
    }


def test_invented_ratings_are_labelled_with_their_noise_floor(ratings: Ratings) -> None:
    said: list[dict[str, Any]] = []
    about = {"source": "synthetic", "noise_floor": 0.71234}
    optimise(ratings, SMALL, FITTERS, said.append, lambda *_: None, about=about)
    (matrix,) = of_type(said, "matrix_info")
    assert (matrix["source"], matrix["noise_floor"]) == ("synthetic", 0.71234)
    label = next(one for one in said if one.get("what") == "invented")
    assert label["floor"] == 0.712
    assert said.index(label) < said.index(of_type(said, "k_svd_result")[0])


@pytest.mark.parametrize("seed", range(6))
def test_a_group_of_one_among_many_has_a_silhouette(seed: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(2_500, 2))
    rows[0] = 1_000.0
    assert group(rows, 2, seed).silhouette > 0.9


def test_it_leaves_off_when_told(ratings: Ratings) -> None:
    class Enough(Exception):
        pass

    def report(phase: str, done: int, of: int) -> None:
        if phase == "k_svd" and done > of // 2:
            raise Enough

    said: list[dict[str, Any]] = []
    with pytest.raises(Enough):
        optimise(ratings, SMALL, FITTERS, said.append, report)
    assert [one["k"] for one in of_type(said, "k_svd_result")] == [1]


class TestLittleData:
    def test_candidates_beyond_the_data_are_left_out_with_words(self, ratings: Ratings) -> None:
        options = SearchOptions(factors=(2, 39, 40, 400), groups=(2,), epochs=2)
        _, said = searched(ratings, options)
        assert of_type(said, "phase")[0]["candidates"] == [2, 39]
        assert any("40, 400" in one["message"] for one in of_type(said, "status"))

    def test_when_all_are_beyond_the_largest_possible_is_tried(self) -> None:
        few = two_tastes(FILMS[:4], people=30, each=4)
        result, _ = searched(few, SearchOptions(factors=(50,), groups=(2,), hold_out=0.3))
        assert result["k_svd"] == 3

    @pytest.mark.parametrize(
        "rows",
        [
            [],
            [Rating("u1", "f1", 4.0, 0)],
            [Rating("u1", f"f{n}", 4.0, n) for n in range(20)],
            [Rating(f"u{n}", "f1", 4.0, n) for n in range(20)],
            [Rating(f"u{n}", f"f{n % 3}", None, n) for n in range(20)],
            [Rating(f"u{n}", f"f{n}", 3.0, n) for n in range(20)],
        ],
        ids=["none", "one row", "one person", "one film", "no stars", "one each"],
    )
    def test_too_little_is_said_in_words(self, rows: list[Rating]) -> None:
        with pytest.raises(Conflict, match=r"ratings|rated"):
            searched(gather(rows))

    def test_three_people_have_no_groups(self) -> None:
        few = two_tastes(FILMS, people=3, each=20)
        result, said = searched(few, SearchOptions(factors=(1,), epochs=2))
        assert result["k_cluster"] is None
        assert of_type(said, "completed")[0]["final_k_cluster"] is None

    def test_equal_ratings_of_everybody_are_searched_without_a_crash(self) -> None:
        rows = [Rating(f"u{n}", f"f{m}", 3.0, m) for n in range(20) for m in range(20)]
        result, said = searched(gather(rows), SearchOptions(groups=(2, 3), epochs=2))
        numbers = [value for one in said for value in one.values() if isinstance(value, float)]
        assert np.isfinite(numbers).all()
        assert result["k_svd"] >= 1


def test_the_grid_is_the_one_of_the_density(ratings: Ratings) -> None:
    assert grid(ratings) == [20, 30]


def test_of_groupings_the_clear_one_that_comes_again_is_kept() -> None:
    unclear = Worth(2, 0.05, 1.0, 0.9, 0.5)
    clear = Worth(5, 0.3, 0.4, 0.8, 0.05)
    shaky = Worth(3, 0.6, 0.9, 0.1, 0.3)
    assert best_worth([unclear, clear, shaky]) is clear
    assert [one.verdict for one in (unclear, clear, shaky)] == ["doubtful", "good", "doubtful"]
