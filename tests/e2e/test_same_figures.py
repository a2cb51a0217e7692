"""One recorded day through both ways: the same figures, unit for unit.

The embedded follower reads its outbox. The distributed way gets its events from Kafka: doubled,
late, out of order between users, with poison among them, and some of them not at all.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from pyspark.sql import SparkSession

from cinematch.stats.core.trends import WINDOWS
from cinematch.stats.service.top_lists import TOP
from tests.support.community import CommunityBench, mongo_bench, sqlite_bench
from tests.support.kafka import KafkaServer
from tests.support.mongo import MongoServer
from tests.support.recorded_day import NOW, Delivery, RecordedDay, deliver, record_day
from tests.support.spark import spark_session
from tests.support.two_paths import Comparison, Distributed, Embedded, compare, fill

pytestmark = [pytest.mark.java, pytest.mark.slow, pytest.mark.timeout(900)]
EVENTS = 20_000
SHOWN = 20


@pytest.fixture(scope="module")
def day() -> RecordedDay:
    return record_day(events=EVENTS)


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with spark_session() as session:
        yield session


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[CommunityBench]:
    with sqlite_bench(tmp_path / "sqlite") as bench:
        yield bench


@pytest.fixture
def mongo(mongo_server: MongoServer) -> Iterator[CommunityBench]:
    with mongo_bench(mongo_server) as bench:
        yield bench


def test_the_same_day_makes_the_same_figures_to_the_last_unit(
    day: RecordedDay,
    sqlite: CommunityBench,
    mongo: CommunityBench,
    kafka_server: KafkaServer,
    spark: SparkSession,
    tmp_path: Path,
) -> None:
    began = time.monotonic()
    for bench in (sqlite, mongo):
        bench.now = NOW
        bench.add_users(day.users)
    embedded = Embedded(sqlite)
    distributed = Distributed(mongo, kafka_server, spark, tmp_path / "checkpoints")
    for bench in (sqlite, mongo):
        fill(bench, day)
    filled = time.monotonic()
    delivery = deliver(day)
    distributed.send(delivery.messages)
    embedded.run()
    distributed.run()
    applied = time.monotonic()
    told = compare(embedded, distributed, day, day.users[:: len(day.users) // SHOWN])
    assert told.differences == []
    checked = [side.pages.verify_all() for side in (embedded, distributed)]
    for verdict in checked:
        assert verdict == {"checked_users": len(day.users), "differences": []}
    assert_worth_the_name(day, delivery, distributed)
    print(
        f"\n{len(day.events)} events of {len(day.users)} users; {len(delivery.messages)} messages:"
        f" {delivery.doubled} doubled, {delivery.late} late, {delivery.poison} poison;"
        f" {delivery.lost} events lost."
        f" {told.documents} documents with {told.figures} values compared,"
        f" {len(told.differences)} differences; verify: 0 and 0 differences."
        f" Filling {filled - began:.0f} s, applying {applied - filled:.0f} s,"
        f" comparing {time.monotonic() - applied:.0f} s."
    )


def assert_worth_the_name(day: RecordedDay, delivery: Delivery, distributed: Distributed) -> None:
    """Whether the day was long, its delivery bad, and its trends not empty."""
    assert len(day.events) >= EVENTS
    assert min(delivery.doubled, delivery.late, delivery.lost, delivery.poison) > 0
    for window in WINDOWS:
        shown = msgspec.json.decode(distributed.pages.trends(window))
        assert len(shown["top_movies"]) == len(shown["trending_genres"]) == TOP
    bench = distributed.bench
    letters = bench.store.snapshot(lambda tx: bench.figures.dead_letters(tx, 99))
    assert len(letters) >= delivery.poison // 2


def test_the_comparison_sees_a_single_unit() -> None:
    """A harness that found everything equal would be no proof."""
    told = Comparison()
    told.see("figures", {"liked": 3, "rated": 2}, {"liked": 3, "rated": 2})
    assert told.differences == []
    told.see("figures", {"liked": 3, "rated": 2}, {"liked": 3, "rated": 1})
    assert told.differences == ["figures rated: 2, but distributed 1"]
    assert (told.documents, told.figures) == (2, 4)


def test_the_same_seed_makes_the_same_day(day: RecordedDay) -> None:
    assert deliver(record_day(events=EVENTS)).messages == deliver(day).messages
