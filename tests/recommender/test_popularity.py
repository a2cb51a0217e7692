"""What is popular knows what is of late, and answers as it was judged."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinematch.films.core.film import Film
from cinematch.recommender.core.dataset import DataSet
from cinematch.recommender.core.model import Manifest, Model
from cinematch.recommender.core.options import EvaluationOptions, PopularityOptions
from cinematch.recommender.core.popularity import (
    WAYS,
    Tally,
    faded,
    recent,
    spans_of,
    ways_of,
    year_of,
)
from cinematch.recommender.core.ratings import Rating, Ratings, gather
from cinematch.recommender.ports import FilmCounts
from cinematch.recommender.service.evaluating import evaluate
from cinematch.recommender.service.fitting import popularity_of
from cinematch.recommender.service.judging import in_time
from cinematch.recommender.service.learnt import learnt_from
from cinematch.recommender.service.material import material_of
from cinematch.recommender.service.serving import Standing
from cinematch.recommender.service.shelf import Counted, figures_of, shelf_of
from cinematch.recommender.service.tuning import tuned_popularity
from tests.recommender.test_training import FILMS as TASTED
from tests.recommender.test_training import FITTERS, QUICK, gathered, trained, two_tastes
from tests.support.models import model

DAY = 86_400
START = 1_700_000_000
WEEKS, PEOPLE = 20, 80
FILMS = [
    Film(film_id=f"f{number:03}", title=f"Film {number}", genres=("Drama",), year=1950 + number)
    for number in range(60)
]


def fashion(moving: bool = True) -> Ratings:
    """Eight people a day see films out of six; which six they are changes each week, or never."""
    rng = np.random.default_rng(4)
    rows: dict[tuple[str, str], Rating] = {}
    for day in range(7 * WEEKS):
        first = 3 * (day // 7) if moving else 0
        for person in rng.choice(PEOPLE, 8, replace=False):
            hot = rng.random() < 0.8
            film = first + rng.integers(6) if hot else rng.integers(len(FILMS))
            pair = f"p{person:02}", FILMS[int(film) % len(FILMS)].film_id
            rows.setdefault(pair, Rating(*pair, 4.0, START + day * DAY + int(person)))
    return gather(rows.values(), [film.film_id for film in FILMS])


def test_a_viewing_counts_half_after_its_half_life_and_never_fades_without_one() -> None:
    rows = [Rating("a", "x", 4.0, START), Rating("b", "y", None, START + 10 * DAY)]
    ratings = gather(rows)
    assert faded(ratings, 10.0).tolist() == [0.5, 1.0]
    assert faded(ratings, None).tolist() == [1.0, 1.0]
    assert faded(gather([], ["x"]), 10.0).tolist() == [0.0]


def test_ratings_are_tallied_as_at_the_last_of_them() -> None:
    now = START + 100 * DAY
    ages = {"now": 0, "yesterday": 1, "lately": 5, "once": 60}
    ratings = gather(
        [
            *(Rating("a", film, 4.0, now - age * DAY) for film, age in ages.items()),
            Rating("b", "lately", None, now - 5 * DAY),
        ],
        list(ages),
    )
    tally = Tally.of(ratings, 1.0)
    assert tally.watched.tolist() == [1, 1, 2, 1]
    assert tally.rated.tolist() == [1, 1, 1, 1]
    assert tally.stars.tolist() == [4, 4, 4, 4]
    assert tally.lately.tolist() == [1, 1, 0, 0]
    assert tally.before.tolist() == [0, 0, 2, 0]
    assert year_of(ratings) == 2024


def test_where_little_is_recent_the_well_known_stands_in() -> None:
    known = np.array([0.2, 1.0, 0.4])
    assert recent(np.zeros(3), known).tolist() == known.tolist()
    much = recent(np.array([9e6, 0.0, 1.0]), known)
    assert much.argmax() == 0
    assert recent(np.array([1.0, 0.0, 0.0]), known).argmax() == 1


days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(days, st.integers(-5, 400), st.floats(0.3, 400), st.booleans())
def test_spans_follow_each_other_back_to_the_last_day_that_is_known(
    today: date, back: int, half_life: float, known: bool
) -> None:
    after = today - timedelta(days=back) if known else None
    spans = spans_of(after, today, half_life)
    covered = [
        first + timedelta(days=number)
        for first, last, _ in spans
        for number in range((last - first).days + 1)
    ]
    assert len(covered) == len(set(covered))
    if covered:
        assert max(covered) == today
        assert (max(covered) - min(covered)).days + 1 == len(covered)
    if after is not None:
        assert all(day > after for day in covered)
    weights = [weight for _, _, weight in spans]
    assert weights == sorted(weights, reverse=True)
    assert all(0 < weight < 1 for weight in weights)


def test_without_a_half_life_nothing_is_counted_day_by_day() -> None:
    assert spans_of(None, date(2026, 1, 1), None) == []


@pytest.mark.parametrize(("moving", "fast"), [(True, True), (False, False)])
def test_the_half_life_is_short_where_fashions_change_and_long_where_not(
    moving: bool, fast: bool
) -> None:
    ratings = fashion(moving)
    cases = [(cut, np.flatnonzero(cut.warm)) for cut in in_time(ratings)]
    material = material_of(FILMS, ratings.film_ids)
    given = PopularityOptions()
    chosen = tuned_popularity(cases, material, given, lambda *_: None)
    assert given.half_life is not None
    if fast:
        assert chosen.half_life is not None
        assert chosen.half_life < given.half_life
    else:
        assert chosen.half_life is None or chosen.half_life >= 30
    assert min(getattr(chosen, name) for name in WAYS) > 0


def test_what_is_of_late_beats_what_was_ever_watched_and_the_whole_is_no_worse() -> None:
    ratings = fashion()
    options = EvaluationOptions(
        training=msgspec.structs.replace(QUICK, tune=True), stars=False, cold_start=False
    )
    data = DataSet("fashion", "", ratings, tuple(FILMS))
    found = evaluate(data, options, FITTERS, lambda *_: None)
    reached = {name: told["ndcg@10"]["value"] for name, told in found["ranking"].items()}
    assert reached["popularity"] > 1.3 * reached["most watched"]
    assert reached["ensemble"] > 1.3 * reached["most watched"]
    assert found["chosen"][0]["weights learnt on validation"]


def standing(of: Model, ratings: Ratings, **live: Any) -> Standing:
    """What answers on the last day of some ratings, which are in the store as well."""
    shelf = shelf_of(FILMS, "")
    tally = Tally.of(ratings, None)
    counts = zip(tally.watched, tally.rated, tally.stars, strict=True)

    def by_id(values: np.ndarray) -> dict[str, int]:
        return {film_id: int(n) for film_id, n in zip(ratings.film_ids, values, strict=True) if n}

    counted = Counted(
        films={
            film_id: FilmCounts(int(watched), int(rated), int(2 * stars))
            for film_id, (watched, rated, stars) in zip(ratings.film_ids, counts, strict=True)
        },
        lately=by_id(tally.lately),
        before=by_id(tally.before),
        **live,
    )
    today = datetime.fromtimestamp(int(ratings.at.max()), UTC).date()
    return Standing(shelf, learnt_from(of, shelf), figures_of(shelf, counted, today))


def model_of(ratings: Ratings, popularity: PopularityOptions) -> Model:
    """A model that had these ratings, on their last day."""
    small = model("m1", films=ratings.films)
    until = datetime.fromtimestamp(int(ratings.at.max()), UTC).date()
    manifest = msgspec.structs.replace(small.manifest, popularity=popularity, until=until)
    return replace(
        small,
        manifest=manifest,
        film_ids=ratings.film_ids,
        film_counts=np.bincount(ratings.film, minlength=ratings.films),
        film_recent=faded(ratings, popularity.half_life),
    )


@pytest.mark.parametrize("half_life", [None, 7.0, 90.0])
def test_what_answers_is_what_was_judged(half_life: float | None) -> None:
    ratings = fashion()
    options = PopularityOptions(half_life=half_life, trending=0.2, timeless=0.2, champions=0.2)
    judged = popularity_of(ratings, material_of(FILMS, ratings.film_ids), options)
    found = standing(model_of(ratings, options), ratings)
    there = [found.shelf.position[film_id] for film_id in ratings.film_ids]
    assert found.popularity()[there] == pytest.approx(judged)


def test_what_is_watched_since_the_training_comes_on_top_and_the_rest_fades() -> None:
    ratings = fashion()
    options = PopularityOptions(half_life=7.0)
    known = model_of(ratings, options)
    before = standing(known, ratings)
    later = standing(known, ratings, recent=[({"f000": 40}, 0.9)])
    at = later.shelf.position["f000"]
    assert later.popularity()[at] > before.popularity()[at]
    assert later.popularity().argmax() == at

    week = before.figures.today + timedelta(days=7)
    tally = before.learnt.joined(before.figures.tally, week)
    assert tally.recent == pytest.approx(before.learnt.recent / 2)


def test_a_model_of_before_answers_by_what_is_well_known() -> None:
    ratings = fashion()
    old = model("m1", films=ratings.films)
    told = msgspec.json.decode(msgspec.json.encode(old.manifest))
    del told["popularity"], told["until"], told["options"]["popularity"]
    manifest = msgspec.convert(told, Manifest)
    again = Model.of(manifest, ratings.film_ids, old.arrays())
    assert "film_recent" not in old.arrays()
    assert again.recent.tolist() == again.film_counts.tolist()
    found = standing(again, ratings)
    little = 0.03 * sum(getattr(found.ways, name) for name in WAYS[2:])
    assert found.popularity() == pytest.approx((found.well_known + little) / 1.09)


def test_the_array_of_what_is_recent_has_to_fit_the_films() -> None:
    whole = replace(model("m1"), film_recent=np.ones(3))
    with pytest.raises(ValueError, match="do not fit"):
        Model.of(whole.manifest, whole.film_ids, whole.arrays())


def test_a_training_keeps_what_is_recent_and_how_it_fades() -> None:
    given = gathered(two_tastes())
    made = trained(given).model
    assert made.manifest.popularity == QUICK.popularity
    assert made.manifest.until == date(1970, 1, 1)
    again = Model.of(made.manifest, made.film_ids, made.arrays())
    assert again.recent == pytest.approx(faded(given.ratings, QUICK.popularity.half_life))


def test_every_way_is_between_nothing_and_one() -> None:
    nobody = gather([], [film.film_id for film in TASTED])
    for ratings in (gathered(two_tastes()).ratings, nobody):
        catalogue = material_of(TASTED, ratings.film_ids).catalogue
        ways = ways_of(Tally.of(ratings, 7.0), catalogue, year_of(ratings))
        for name in WAYS:
            way = getattr(ways, name)
            assert way.shape == (len(TASTED),)
            assert way.min() >= 0
            assert way.max() <= 1


def test_shares_are_divided_by_their_sum() -> None:
    catalogue = material_of(TASTED, [film.film_id for film in TASTED]).catalogue
    ways = ways_of(Tally.of(gathered(two_tastes()).ratings, 7.0), catalogue, 2000)
    alone = PopularityOptions(recent=1.0, well_known=0, trending=0, timeless=0, champions=0)
    assert ways.together(alone).tolist() == ways.recent.tolist()
    peers = np.zeros(len(TASTED))
    peers[3] = 1.0
    assert (ways.together(alone, peers) - ways.recent / 1.3).argmax() == 3
