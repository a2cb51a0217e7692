"""Training: what comes out is a whole model, judged by what it did not see, whatever comes in."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from msgspec.structs import replace as changed

from cinematch.films.core.film import Film
from cinematch.kit.errors import Invalid
from cinematch.recommender.core.heads import KernelHead
from cinematch.recommender.core.model import Model, Origin
from cinematch.recommender.core.options import KernelOptions, StarsOptions, TrainingOptions
from cinematch.recommender.core.progress import Progress
from cinematch.recommender.core.ratings import Rating, Ratings, gather
from cinematch.recommender.core.splits import global_time, hold_out
from cinematch.recommender.irspack import fit_kernel
from cinematch.recommender.myfm import fit_stars
from cinematch.recommender.ports import Fitters
from cinematch.recommender.service.sources import Gathered, Mixture
from cinematch.recommender.service.training import Trained, train
from cinematch.recommender.sklearn import group

FITTERS = Fitters(stars=fit_stars, kernel=fit_kernel, group=group)
QUICK = TrainingOptions(
    stars=StarsOptions(factors=2, iterations=12, samples=4),
    kernel=KernelOptions(factors=4, epochs=3, threads=1),
    tune=False,
)
FILMS = [
    Film(film_id=f"f{number:02}", title=f"Film {number}", genres=(genre,), year=1980 + number)
    for number, genre in enumerate(["Horror"] * 15 + ["Comedy"] * 15)
]


def two_tastes(people: int = 60, each: int = 12, seed: int = 3) -> list[Rating]:
    """Half love horror and half comedy; now and then somebody strays."""
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        own, other = (range(15), range(15, 30)) if person % 2 else (range(15, 30), range(15))
        liked = rng.choice(list(own), each - 2, replace=False)
        disliked = rng.choice(list(other), 2, replace=False)
        for place, film in enumerate(rng.permutation([*liked, *disliked])):
            stars = 4.5 if film in liked else 1.5
            rows.append(Rating(f"p{person:02}", FILMS[film].film_id, stars, 1000 * place + person))
    return rows


def gathered(rows: Sequence[Rating], source: Mixture = "own") -> Gathered:
    ratings = gather(rows, [film.film_id for film in FILMS])
    return Gathered(ratings, [Origin("own", "ours", len(ratings), ratings.users)], source)


def trained(
    given: Gathered,
    options: TrainingOptions = QUICK,
    champion: TrainingOptions | None = None,
    champion_source: Mixture | None = None,
    fitters: Fitters = FITTERS,
) -> Trained:
    return train(
        given,
        FILMS,
        options,
        fitters,
        lambda *_: None,
        version="v1",
        created_at="2026-11-21T10:00:00Z",
        code="1.0",
        champion=champion,
        champion_source=champion_source,
    )


@pytest.fixture(scope="module")
def usual() -> Trained:
    return trained(gathered(two_tastes()))


def test_a_model_is_whole_and_comes_again_from_its_arrays(usual: Trained) -> None:
    model = usual.model
    again = Model.of(model.manifest, model.film_ids, model.arrays())
    assert again.film_ids == tuple(film.film_id for film in FILMS)
    for name, held in model.arrays().items():
        assert np.array_equal(again.arrays()[name], held), name
    assert model.manifest.version == "v1"
    assert set(model.manifest.weights) == set(model.manifest.scales)
    assert model.manifest.fingerprint == gathered(two_tastes()).ratings.fingerprint()


def test_the_hold_out_has_every_part_beside_the_whole(usual: Trained) -> None:
    measures = usual.model.manifest.hold_out
    for name in ("ndcg@10", "recall@20", "map@20"):
        for part in ("", "popularity ", "ease ", "ials ", "content ", "described "):
            one = measures[part + name]
            assert 0 <= one.low <= one.value <= one.high <= 1
    assert {"rmse", "mae", "bias rmse", "coverage 80 %"} <= set(measures)


def test_the_hold_out_is_told_by_how_much_people_had_rated(usual: Trained) -> None:
    manifest = usual.model.manifest
    segments = manifest.segments
    assert set(segments) == {"under 20 ratings"}, "everybody has rated twelve films"
    few, of_all = segments["under 20 ratings"], manifest.hold_out
    assert set(few) == {"ndcg@10", "rmse"}
    assert few["ndcg@10"].value == pytest.approx(of_all["ndcg@10"].value)
    assert few["rmse"].value == pytest.approx(of_all["rmse"].value)
    assert few["rmse"].low < few["rmse"].value < few["rmse"].high
    rows = [*two_tastes(40), *_many(30)]
    both = trained(gathered(rows)).model.manifest.segments
    assert set(both) == {"under 20 ratings", "20 to 99"}
    assert both["20 to 99"]["ndcg@10"].n <= 30


def _many(people: int) -> list[Rating]:
    """Return people of whom 27 ratings or so are known when the latest are held back."""
    return [
        Rating(f"q{person:02}", film.film_id, 3.5 + (place + person) % 2, 400 * place + person)
        for person in range(people)
        for place, film in enumerate(FILMS)
    ]


def test_tastes_are_learnt(usual: Trained) -> None:
    measures = usual.model.manifest.hold_out
    assert measures["rmse"].value < measures["bias rmse"].value
    assert measures["ndcg@10 over popularity"].value > 0


def test_what_was_tuned_is_on_record_and_the_options_are_those_asked_for() -> None:
    asked = changed(QUICK, tune=True)
    manifest = trained(gathered(two_tastes()), asked).model.manifest
    assert manifest.options == asked
    assert set(manifest.tuned) == {"ease.regularization", "kernel.unobserved"}


def test_groups_are_named_after_what_they_have_more_of(usual: Trained) -> None:
    kinds = usual.model.manifest.kinds
    assert kinds is not None
    assert sum(one.size for one in kinds.groups) == len(FILMS)
    named = {name for one in kinds.groups for kind, name, _ in one.features if kind == "genre"}
    assert named == {"Horror", "Comedy"}
    assert usual.model.film_map.shape == (30, 2)
    assert len(usual.model.people_map) == len(usual.model.people_group) == 60


def test_histograms_are_of_what_was_learnt_from(usual: Trained) -> None:
    histograms = usual.model.manifest.histograms
    assert sum(histograms["stars"].values()) == 60 * 12
    assert histograms["genres"] == {"Comedy": 360.0, "Horror": 360.0}


def test_the_same_ratings_and_seed_make_the_same_model(usual: Trained) -> None:
    again = trained(gathered(two_tastes()[::-1])).model
    for name, held in usual.model.arrays().items():
        assert np.array_equal(again.arrays()[name], held), name
    assert again.manifest.hold_out == usual.model.manifest.hold_out


def test_the_same_recipe_wins_by_its_newer_ratings(usual: Trained) -> None:
    assert trained(gathered(two_tastes()), champion=changed(QUICK, seed=7, groups=3)).won
    assert usual.won


def test_a_much_worse_recipe_loses_against_the_champions() -> None:
    deaf = changed(QUICK, weights={"content": 0.0, "popularity": 1.0})
    lost = trained(gathered(two_tastes()), deaf, champion=QUICK)
    assert not lost.won
    assert "champion" in lost.why


def test_given_weights_are_taken_as_they_are() -> None:
    given = {"ease": 0.7, "popularity": 0.2}
    model = trained(gathered(two_tastes()), changed(QUICK, weights=given)).model
    assert model.manifest.weights == given


def test_an_invented_community_is_never_judged_and_replaces_nothing_real() -> None:
    rows = [row._replace(at=0) for row in two_tastes()]
    invented = replace(gathered(rows, "synthetic"), noise_floor=0.65)
    first = trained(invented)
    assert first.won
    assert first.model.manifest.hold_out == {}
    assert first.model.manifest.noise_floor == 0.65
    assert not trained(invented, champion=QUICK, champion_source="own").won
    assert trained(invented, champion=QUICK, champion_source="synthetic").won


def test_real_ratings_need_not_win_over_invented_ones() -> None:
    deaf = changed(QUICK, weights={"content": 0.0, "popularity": 1.0})
    assert trained(gathered(two_tastes()), deaf, champion=QUICK, champion_source="synthetic").won


def test_what_nobody_could_judge_replaces_no_model() -> None:
    one = gathered([Rating("one", "f00", 4.0, 1)])
    lost = trained(one, champion=QUICK, champion_source="hybrid")
    assert not lost.won
    assert "too few" in lost.why
    assert trained(one).won, "better than none"


@pytest.mark.parametrize(
    "rows",
    [
        [Rating("one", "f00", 4.0, 1)],
        [Rating("one", "f00", 4.0, 1), Rating("one", "f01", 4.0, 2), Rating("two", "f00", 1.0, 3)],
        [Rating(f"p{person}", "f03", 5.0, person) for person in range(8)],
        [Rating("p", film.film_id, 3.0, 7) for film in FILMS],
        [Rating("p", "f00", 5.0, 1), Rating("p", "f00", 0.5, 1), Rating("q", "f01", None, 2)],
        [
            Rating(f"p{person:02}", f"f{film:02}", 5.0 if person % 2 else 0.5, film)
            for person in range(6)
            for film in range(4)
        ],
    ],
    ids=[
        "one row",
        "hardly any",
        "one film",
        "one person, one opinion",
        "contradiction",
        "quarrel",
    ],
)
def test_little_and_odd_data_make_a_model_all_the_same(rows: list[Rating]) -> None:
    model = trained(gathered(rows)).model
    for name, held in model.arrays().items():
        assert np.isfinite(held).all(), name
    assert model.manifest.ratings >= 1


def test_films_seen_without_stars_count_as_seen() -> None:
    rows = [row._replace(stars=None) if row.at % 3 else row for row in two_tastes()]
    model = trained(gathered(rows)).model
    assert model.film_counts.sum() == len(rows)


@pytest.mark.parametrize("rows", [[], [Rating("one", "f00", None, 1)]], ids=["none", "no stars"])
def test_nothing_to_learn_from_is_said(rows: list[Rating]) -> None:
    with pytest.raises(Invalid, match="to learn from"):
        trained(gathered(rows))


class _Stopped(Exception):
    pass


def phases() -> list[str]:
    heard: list[str] = []

    def listen(phase: str, done: int, of: int) -> None:
        assert 0 <= done <= of
        heard.append(phase)

    _run(listen)
    return list(dict.fromkeys(heard))


def _run(report: object) -> None:
    train(
        gathered(two_tastes()),
        FILMS,
        QUICK,
        FITTERS,
        report,  # type: ignore[arg-type]
        version="v",
        created_at="",
        code="",
        champion=None,
    )


def test_it_is_left_off_in_whichever_phase() -> None:
    heard = phases()
    assert set(heard) == {
        *("ranking models", "weights", "stars", "judging"),
        *("fitting on everything", "groups"),
    }
    for phase in heard:

        def stop(now: str, _done: int, _of: int, phase: str = phase) -> None:
            if now == phase:
                raise _Stopped

        with pytest.raises(_Stopped):
            _run(stop)


def test_what_is_held_back_is_later_than_what_is_learnt_from() -> None:
    ratings = gathered(two_tastes()).ratings
    split = hold_out(ratings, 0.1)
    assert split.name == global_time(ratings, 0.1).name
    assert split.train.at.max() < split.test.at.min()


def test_where_all_instants_are_the_same_each_persons_share_is_held_back() -> None:
    ratings: Ratings = gathered([row._replace(at=5) for row in two_tastes()]).ratings
    split = hold_out(ratings, 0.1)
    assert 0 < len(split.test) < 0.2 * len(ratings)
    assert split.warm.all()


def test_the_last_fit_reads_the_lake_where_that_holds_everything() -> None:
    rows, asked = two_tastes(), []

    def of_lake(
        film_ids: Sequence[str], options: KernelOptions, seed: int, progress: Progress
    ) -> KernelHead:
        asked.append(tuple(film_ids))
        return fit_kernel(gathered(rows).ratings.matrix(), options, seed + 1, progress)

    with_lake = replace(FITTERS, kernel_of_lake=of_lake)
    model = trained(gathered(rows), fitters=with_lake).model
    assert asked == [model.film_ids]
    assert not np.array_equal(model.kernel_seen, trained(gathered(rows)).model.kernel_seen)
    trained(gathered(rows, "hybrid"), fitters=with_lake)
    assert len(asked) == 1  # the lake knows nothing of a community from outside
