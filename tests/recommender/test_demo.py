"""An empty installation filled with what is invented, and told apart from what people gave."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cinematch.bootstrap.recommender import fitters
from cinematch.kit.errors import Conflict, Invalid
from cinematch.recommender.core import synthetic
from cinematch.recommender.core.options import EvaluationOptions, Source
from cinematch.recommender.core.progress import unwatched
from cinematch.recommender.service.demo import DemoParts, DemoService
from cinematch.recommender.service.evaluating import evaluate_gathered
from cinematch.settings import Settings
from tests.support.house import PushedClock
from tests.support.rating_bench import RatingBench, sqlite_bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[RatingBench]:
    with sqlite_bench(tmp_path) as built:
        yield built


@pytest.fixture
def demo(bench: RatingBench) -> DemoService:
    return DemoService(
        DemoParts(
            store=bench.store,
            taste=bench.taste,
            starter=lambda: 3,
            sources=bench.sources,
            communities=bench.communities,
            clock=PushedClock(),
        )
    )


def test_an_empty_installation_is_filled(bench: RatingBench, demo: DemoService) -> None:
    filled = demo.fill(150, unwatched)
    assert (filled.films_loaded, filled.films, filled.alone) == (3, 120, True)
    (kept,) = bench.communities.all()
    assert kept == filled.community
    assert (kept.name, kept.licence, kept.users) == ("synthetic", synthetic.LICENCE, 150)
    assert kept.noise_floor is not None
    found = bench.sources.gather("auto", unwatched)
    assert (found.source, len(found.ratings)) == ("synthetic", kept.ratings)
    assert found.noise_floor == kept.noise_floor


def test_nobody_can_sign_in_as_an_invented_person(bench: RatingBench, demo: DemoService) -> None:
    demo.fill(150, unwatched)
    accounts = bench.store.snapshot(
        lambda tx: tx.execute("SELECT count(*) FROM users").fetchone()[0]
    )
    assert accounts == 0


def test_filling_twice_is_filling_once(bench: RatingBench, demo: DemoService) -> None:
    assert demo.fill(150, unwatched).community == demo.fill(150, unwatched).community
    assert len(bench.communities.all()) == 1


def test_where_people_have_rated_it_asks_first(bench: RatingBench, demo: DemoService) -> None:
    bench.rate([("ada", "f001", 7)])
    with pytest.raises(Conflict, match="cinematch demo --yes"):
        demo.fill(150, unwatched)
    assert bench.communities.all() == []
    assert not demo.fill(150, unwatched, beside_people=True).alone
    bench.rate_much()
    # What people gave is enough by now: nothing invented takes part.
    found = bench.sources.gather("auto", unwatched)
    assert (found.source, found.noise_floor) == ("own", None)
    assert [one.name for one in found.origins] == ["own"]


def test_removing_it_leaves_the_catalogue(bench: RatingBench, demo: DemoService) -> None:
    demo.fill(150, unwatched)
    bench.communities.remove(synthetic.NAME)
    assert bench.communities.all() == []
    assert len(bench.sources.catalogue()) == 120


def test_it_may_be_left_off_and_nothing_is_kept(bench: RatingBench, demo: DemoService) -> None:
    class Left(Exception):
        pass

    def leave(_done: int, _of: int) -> None:
        raise Left

    with pytest.raises(Left):
        demo.fill(150, leave)
    assert bench.communities.all() == []


def test_nothing_is_judged_by_it(bench: RatingBench, demo: DemoService) -> None:
    demo.fill(150, unwatched)
    sources: list[Source] = ["auto", "synthetic"]
    for source in sources:
        gathered = bench.sources.gather(source, unwatched)
        with pytest.raises(Invalid, match="never judged by"):
            evaluate_gathered(gathered, EvaluationOptions(), fitters(Settings()), lambda *_: None)
