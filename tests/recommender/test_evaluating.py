"""The evaluation suite: the same to the digit, blind to the test rows, readable without tools."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from cinematch.kit.errors import Invalid
from cinematch.recommender.core.dataset import DataSet
from cinematch.recommender.core.options import EvaluationOptions
from cinematch.recommender.core.ratings import Rating, gather
from cinematch.recommender.core.report_page import page
from cinematch.recommender.evaluations import write_report
from cinematch.recommender.service.evaluating import _rmse_of, evaluate, evaluate_gathered
from cinematch.recommender.service.protocols import rounds
from cinematch.recommender.service.sources import Gathered
from tests.recommender.test_training import FILMS, FITTERS, QUICK, gathered, two_tastes

DATA = DataSet("two tastes", "0.5 to 5 stars", gathered(two_tastes()).ratings, tuple(FILMS))
PROTOCOLS: list[dict[str, Any]] = [
    {"protocol": "temporal"},
    {"protocol": "leave-last-out"},
    {"protocol": "random", "folds": 3},
    {"protocol": "stratified", "hold_out": 0.25, "repeats": 2},
]


def evaluated(**options: Any) -> dict[str, Any]:
    given = msgspec.structs.replace(
        msgspec.convert({"cold_start": False} | options, EvaluationOptions), training=QUICK
    )
    return evaluate(DATA, given, FITTERS, lambda *_: None)


@pytest.fixture(scope="module")
def usual() -> dict[str, Any]:
    return evaluated(protocol="stratified", hold_out=0.25, cold_start=True)


def test_two_runs_give_the_same_to_the_digit(usual: dict[str, Any]) -> None:
    again = evaluated(protocol="stratified", hold_out=0.25, cold_start=True)
    assert json.dumps(again) == json.dumps(usual)


def test_the_baselines_stand_beside(usual: dict[str, Any]) -> None:
    assert set(usual["ranking"]) == {
        *("ensemble", "described", "ease", "ials", "content", "popularity"),
        *("most watched", "item-kNN"),
    }
    assert set(usual["differences"]) == set(usual["ranking"]) - {"ensemble"}
    assert set(usual["stars"]["all"]) == {
        *("factorisation machine", "user + film bias", "global mean")
    }
    assert set(usual["ranking"]["ensemble"]) == {
        *("ndcg@10", "recall@20", "recall@20 of reachable", "map@20"),
        *("intra-list distance", "novelty, bits", "genre miscalibration", "serendipity"),
    }


def test_what_can_be_learnt_is(usual: dict[str, Any]) -> None:
    ranking, stars = usual["ranking"], usual["stars"]["all"]
    assert ranking["ease"]["ndcg@10"]["value"] > ranking["popularity"]["ndcg@10"]["value"]
    assert usual["differences"]["popularity"]["low"] > 0
    assert stars["factorisation machine"]["skill"] < 0.7
    assert stars["user + film bias"]["skill"] == 1
    assert 0.6 < usual["stars"]["80 % intervals hold"]["value"] <= 1


def test_newcomers_are_predicted_better_with_each_rating(usual: dict[str, Any]) -> None:
    curve = usual["cold start"]
    assert [step["ratings"] for step in curve] == [0, 1, 3, 5, 10]
    assert curve[-1]["rmse"]["value"] < 0.8 * curve[0]["rmse"]["value"]


def test_an_ensemble_of_one_is_that_one() -> None:
    options = EvaluationOptions(
        protocol="stratified",
        training=msgspec.structs.replace(QUICK, weights={"ease": 2.0}),
        stars=False,
    )
    found = evaluate(DATA, options, FITTERS, lambda *_: None)
    ranking = found["ranking"]
    assert ranking["ensemble"]["map@20"]["value"] == ranking["ease"]["map@20"]["value"]
    assert found["differences"]["ease"] == {"value": 0, "low": 0, "high": 0, "people": 60}


@pytest.mark.parametrize("options", PROTOCOLS, ids=lambda options: options["protocol"])
def test_nothing_is_chosen_by_what_is_judged_by(options: dict[str, Any]) -> None:
    for one in rounds(DATA.ratings, msgspec.convert(options, EvaluationOptions)):
        split, inner = one.split, one.inner
        pairs = [
            set(zip(part.user.tolist(), part.film.tolist(), strict=True))
            for part in (inner.train, inner.test, split.test)
        ]
        assert not pairs[2] & (pairs[0] | pairs[1])
        assert pairs[0] | pairs[1] == set(
            zip(split.train.user.tolist(), split.train.film.tolist(), strict=True)
        )
        assert all(pairs)
        for cut in one.later:
            assert cut.train.at.max() < cut.test.at.min()
            assert cut.test.at.max() < split.test.at.min()


@pytest.mark.parametrize("options", PROTOCOLS, ids=lambda options: options["protocol"])
def test_each_protocol_judges_lists_and_stars(options: dict[str, Any]) -> None:
    found = evaluated(**options)
    assert found["ranking"]["ensemble"]["ndcg@10"]["people"] > 0
    assert found["stars"]["all"]["factorisation machine"]["rmse"]["value"] > 0
    assert len(found["chosen"]) == len(found["protocol"]["splits"])


def test_known_people_and_strangers_are_told_apart() -> None:
    late = [Rating("new", "f03", 4.0, 10**9), Rating("new", "f05", 2.0, 10**9)]
    ratings = gather([*two_tastes(), *late], [film.film_id for film in FILMS])
    options = EvaluationOptions(training=QUICK, cold_start=False, ranking=False)
    data = DataSet("with a stranger", "", ratings, tuple(FILMS))
    stars = evaluate(data, options, FITTERS, lambda *_: None)["stars"]
    assert stars["new people"]["factorisation machine"]["rmse"]["people"] == 1
    assert stars["known people"]["factorisation machine"]["rmse"]["people"] > 1


def test_ratings_of_one_instant_are_held_back_by_person_as_in_a_training() -> None:
    rows = [row._replace(at=5) for row in two_tastes()]
    imported = gathered(rows)
    options = EvaluationOptions(cold_start=False, ranking=False, training=QUICK)
    found = evaluate_gathered(imported, options, FITTERS, lambda *_: None)
    assert found["protocol"]["splits"] == ["last 10% of each user"]
    assert found["stars"]["all"]


def test_a_round_that_holds_back_no_stars_has_no_figure() -> None:
    assert _rmse_of(np.zeros(0)) is None
    assert _rmse_of(np.array([3.0, -4.0])) == round(12.5**0.5, 6)


def test_invented_ratings_are_refused() -> None:
    invented = gathered(two_tastes(), "synthetic")
    with pytest.raises(Invalid, match="never judged"):
        evaluate_gathered(invented, EvaluationOptions(), FITTERS, lambda *_: None)


@pytest.mark.parametrize("rows", [[], [Rating("one", "f00", 4.0, 1)]], ids=["none", "one"])
def test_too_few_ratings_are_said(rows: list[Rating]) -> None:
    few = Gathered(gather(rows, ["f00"]), [], "own", films=tuple(FILMS[:1]))
    with pytest.raises(Invalid, match="too few"):
        evaluate_gathered(few, EvaluationOptions(), FITTERS, lambda *_: None)


def test_the_page_holds_every_figure_and_fetches_nothing(
    usual: dict[str, Any], tmp_path: Path
) -> None:
    write_report(usual, tmp_path / "report.json", tmp_path / "report.html")
    assert json.loads((tmp_path / "report.json").read_text("utf-8")) == usual
    text = (tmp_path / "report.html").read_text("utf-8")
    for model, measures in usual["ranking"].items():
        assert f"<td>{model}</td>" in text
        assert f"{measures['ndcg@10']['value']:.4f}" in text
    assert not re.search(r"(src|href)=|@import|url\(", text)
    assert "prefers-color-scheme" in text


def test_a_name_cannot_put_anything_into_the_page(usual: dict[str, Any]) -> None:
    data = usual["data"] | {"name": "<script>alert(1)</script>"}
    assert "<script" not in page(usual | {"data": data})


def test_a_run_is_left_off() -> None:
    class Stopped(Exception):
        pass

    def stop(_phase: str, _done: int, _of: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        evaluate(DATA, EvaluationOptions(training=QUICK), FITTERS, stop)


def test_the_seed_draws_the_split() -> None:
    held = [
        next(rounds(DATA.ratings, EvaluationOptions(protocol="stratified", seed=seed))).split.test
        for seed in (1, 1, 2)
    ]
    assert np.array_equal(held[0].film, held[1].film)
    assert not np.array_equal(held[0].film, held[2].film)
