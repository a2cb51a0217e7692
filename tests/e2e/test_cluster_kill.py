"""A whole cluster under load, its parts killed thirty times at random moments.

No acknowledged change is missing, none is counted twice, and every figure equals a recount.
"""

import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from cinematch.events.mongo import MongoOutbox
from cinematch.infra.mongo import MongoStore, open_mongo
from cinematch.infra.ports import Tx
from tests.support.cluster import ROLES, Cluster
from tests.support.community import bench_on
from tests.support.hands import GONE, Hand, State, hand_of
from tests.support.storm import SHARES, Supervisor, plan, rage, wait_for

pytestmark = [pytest.mark.java, pytest.mark.slow, pytest.mark.timeout(900)]
KILLS = int(os.environ.get("CINEMATCH_KILLS", "30"))
PEOPLE = 3
FILMS_EACH = 8
STORM_SECONDS = 420.0
CALM_SECONDS = 240.0


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    settings = {
        "CINEMATCH_TRENDS_TRIGGER": "1 second",
        "CINEMATCH_SPARK_MASTER": "local[2]",
        "CINEMATCH_SPARK_MEMORY": "512m",
        "CINEMATCH_KAFKA_PARTITIONS": "4",
    }
    with Cluster(tmp_path / "cluster", roles=(*ROLES, "relay-2"), **settings) as running:
        yield running


@pytest.fixture
def people(cluster: Cluster) -> Iterator[list[Hand]]:
    with ExitStack() as signed_in:
        # Some films are everybody's.
        yield [
            signed_in.enter_context(
                hand_of(cluster, f"hand{number}", slice(number * 4, number * 4 + FILMS_EACH))
            )
            for number in range(PEOPLE)
        ]


@dataclass
class Found:
    """What the store holds in the end, and what of it should not be."""

    events: int
    missing: list[str]
    doubled: list[str]


def test_killed_thirty_times_under_load_nothing_is_lost_or_counted_twice(
    cluster: Cluster, people: list[Hand]
) -> None:
    chance = random.Random(1888)
    stop = threading.Event()
    hands = [threading.Thread(target=hand.run, args=(stop,), daemon=True) for hand in people]
    began = time.monotonic()
    with Supervisor(cluster) as supervisor:
        for hand in hands:
            hand.start()
        try:
            hit = rage(supervisor, plan(KILLS, chance), chance, STORM_SECONDS)
            raged = time.monotonic()
            wait_for(lambda: not supervisor.down(), "every part is up again", CALM_SECONDS)
        finally:
            stop.set()
            for hand in hands:
                hand.join(CALM_SECONDS)
        assert [line for hand in people for line in hand.wrong] == []
        store = open_mongo(cluster.mongo.url("cinematch"))
        try:
            settle(store, people)
            found = look(store, people)
            assert bench_on(store).community.verify() == []
        finally:
            store.close()
        assert_shown(people)
        verdict = cluster.command("verify", "--json", timeout=CALM_SECONDS)
        report(hit, people, found, supervisor, raged - began, time.monotonic() - raged)
    assert json.loads(verdict.stdout)["differences"] == 0, verdict.stderr
    assert (found.missing, found.doubled) == ([], [])
    assert hit == Counter(plan(KILLS, random.Random(1888)))
    assert found.events == sum(len(hand.seqs) for hand in people) > KILLS


def settle(store: MongoStore, people: Sequence[Hand]) -> None:
    """Wait until what was acknowledged has gone all the way: topic, figures, community."""
    bench = bench_on(store)
    last = {hand.user_id: max(hand.seqs) for hand in people}

    def way(tx: Tx) -> tuple[int, dict[str, int], dict[str, int]]:
        waiting = tx.db.outbox.count_documents({"published_at": None}, session=tx.session)
        return waiting, bench.figures.progress(tx, last), bench.records.seqs(tx, last)

    wait_for(lambda: store.snapshot(way) == (0, last, last), "figures are up", CALM_SECONDS,
             lambda: f"{store.snapshot(way)}, but {last}")  # fmt: skip


def look(store: MongoStore, people: Sequence[Hand]) -> Found:
    """Compare what the store holds with what was acknowledged."""
    found = Found(0, [], [])
    for hand in people:
        events = store.snapshot(
            lambda tx, hand=hand: [e.seq for e in MongoOutbox().of_user(tx, hand.user_id)]  # type: ignore[misc]
        )
        found.events += len(events)
        told = Counter(hand.seqs)
        found.missing += [f"{hand.user_id} {seq}" for seq in told if seq not in set(events)]
        if events != list(range(1, len(events) + 1)):
            found.missing.append(f"{hand.user_id}: its numbers have gaps")
        found.doubled += [f"{hand.user_id} {seq}" for seq in events if told[seq] != 1]
        stored = library(hand.client)
        found.missing += [
            f"{film_id}: stored {stored.get(film_id, GONE)}, acknowledged {state}"
            for film_id, state in hand.known.items()
            if stored.get(film_id, GONE) != state
        ]
    return found


def library(client: httpx.Client) -> dict[str, State]:
    page = client.get("/api/library", params={"limit": 200}).raise_for_status().json()
    assert page["next"] is None
    return {item["film"]["film_id"]: item["rating"] for item in page["items"]}


def assert_shown(people: Sequence[Hand]) -> None:
    """The pages show what was acknowledged: everybody's films, and all of them as trends."""
    present = 0
    for hand in people:
        rated = [float(state) for state in hand.known.values() if state != GONE]
        present += len(rated)
        shown = hand.client.get("/api/user-stats", params={"min_seq": max(hand.seqs)}).json()
        assert shown["seq"] == max(hand.seqs)
        assert shown["total_watched"] == len(rated)
        assert shown["sum_ratings"] == sum(rated)
    wait_for(lambda: trends(people[0].client) == present, "the top lists are published")


def trends(client: httpx.Client) -> int:
    told: dict[str, Any] = client.get("/api/trends/global", params={"window": "7d"}).json()
    return int(told["total_movies_analyzed"])


def report(
    hit: Counter[str],
    people: Sequence[Hand],
    found: Found,
    supervisor: Supervisor,
    raged: float,
    after: float,
) -> None:
    """Print what was done and what came of it; `pytest -s` shows it."""
    by_victim = ", ".join(f"{name} {hit[name]}" for name in SHARES)
    print(
        f"\n{hit.total()} faults injected ({by_victim}) in {raged:.0f} s;"
        f" {sum(len(hand.seqs) for hand in people)} events acknowledged,"
        f" {len(found.missing)} missing, {len(found.doubled)} doubled;"
        f" {sum(hand.refused for hand in people)} requests refused and sent again,"
        f" {sum(hand.replayed for hand in people)} of them made before and answered again;"
        f" {supervisor.failed_starts.total()} starts in vain,"
        f" {supervisor.ended.total()} parts ended by themselves; all agreed after {after:.0f} s."
    )
