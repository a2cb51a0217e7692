"""The broker is away for long: the product goes on, the lag is shown, nothing is dropped.

Twenty seconds stand for ten minutes: they are longer than any time that a client of ours waits
for a broker before it says that there is none.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from cinematch.events.core import decode
from tests.support.cluster import Cluster
from tests.support.hands import Hand, hand_of
from tests.support.storm import wait_for

pytestmark = [pytest.mark.java, pytest.mark.slow, pytest.mark.timeout(400)]
AWAY = 20.0  # seconds
PATIENCE = 15.0  # seconds that no answer may take, however loaded the machine
TOPIC = "user-movie-events"


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    settings = {
        "CINEMATCH_SPARK_MASTER": "local[2]",
        "CINEMATCH_SPARK_MEMORY": "512m",
        "CINEMATCH_KAFKA_PARTITIONS": "4",
    }
    with Cluster(
        tmp_path / "cluster", roles=("api", "relay", "stats", "worker"), **settings
    ) as running:
        yield running


def lag(hand: Hand) -> int:
    return int(hand.client.get("/ready").raise_for_status().json()["lag"])


def seq_shown(hand: Hand) -> int:
    return int(hand.client.get("/api/user-stats").raise_for_status().json()["seq"])


def test_a_broker_that_is_away_for_long_costs_nothing(cluster: Cluster) -> None:
    with hand_of(cluster, "ada", slice(0, 8)) as hand:
        before = work(hand, seconds=2)
        wait_for(lambda: seq_shown(hand) == before, "figures are up", 240)
        cluster.parts["kafka"].kill()
        written = work(hand, seconds=AWAY) - before
        assert written > 20
        # The store may say "later" once in a while; nothing waits for the broker.
        assert hand.refused < written / 10
        assert hand.slowest < PATIENCE
        assert lag(hand) == written
        assert seq_shown(hand) == before
        cluster.parts["kafka"].start()
        wait_for(lambda: lag(hand) == 0, "everything is published", 120)
        wait_for(lambda: seq_shown(hand) == before + written, "figures are up", 120)
        told = defaultdict(list)
        for message in cluster.kafka.messages(TOPIC):
            event = decode(message.value() or b"")
            told[event.user_id].append(event.seq)
        assert sorted(set(told[hand.user_id])) == list(range(1, before + written + 1))
        print(
            f"\nThe broker was away for {AWAY:.0f} s: {written} events acknowledged, slowest"
            f" answer {hand.slowest:.2f} s, lag shown {written}, then 0; none missing."
        )


def work(hand: Hand, seconds: float) -> int:
    """Change films for a while, and return the number of the last change."""
    stop = threading.Event()
    ending = threading.Timer(seconds, stop.set)
    ending.start()
    began = time.monotonic()
    hand.run(stop)
    assert time.monotonic() - began >= seconds
    assert hand.wrong == []
    return max(hand.seqs)
