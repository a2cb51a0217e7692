"""What clocks and later releases do to the streams' use cases: each event counts by its number."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from cinematch.events.core import SCHEMA_VERSION
from cinematch.infra.mongo import MongoTx
from cinematch.infra.ports import Tx
from cinematch.infra.signals import Signals
from cinematch.kit.clock import from_iso, to_iso
from cinematch.stats import folding
from cinematch.stats.service import Parts, StatsService, applying, community
from cinematch.stats.service.applying import ApplyOptions, ApplyService, Arrival
from tests.support.builders import facts, image
from tests.support.community import NOW, CommunityBench, mongo_bench, sqlite_bench

FILMS = [facts(f"film{number}", genres=("Drama", "War")) for number in range(6)]
TODAY = NOW.date().isoformat()
LATER = SCHEMA_VERSION + 1


@pytest.fixture(params=["sqlite", "mongo"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CommunityBench]:
    if request.param == "sqlite":
        made = sqlite_bench(tmp_path)
    else:
        made = mongo_bench(request.getfixturevalue("mongo_server"))
    with made as built:
        built.add_users(["u", "v"])
        built.add_films(FILMS)
        built.community.ensure()
        yield built


def bring(bench: CommunityBench, payloads: Sequence[bytes], user_id: str) -> None:
    """Bring messages of one user to both streams."""
    service = ApplyService(
        bench.store, bench.outbox, bench.figures, Signals(), bench.clock,
        options=ApplyOptions(community=False),
    )  # fmt: skip
    service.apply(
        [Arrival(0, place, user_id.encode(), payload) for place, payload in enumerate(payloads)]
    )
    bench.community.apply(payloads, bench.now)


def pages(bench: CommunityBench) -> StatsService:
    return StatsService(
        Parts(
            store=bench.store,
            figures=bench.figures,
            lists=bench.lists,
            entries=bench.entries,
            outbox=bench.outbox,
            signals=Signals(),
            clock=bench.clock,
            catch_up=lambda: 0,
            community=bench.records,
            counting=bench.community,
        )
    )


def test_a_clock_that_jumps_to_and_fro_loses_and_doubles_nothing(bench: CommunityBench) -> None:
    chance = random.Random(11)
    instants = []
    for film in FILMS:
        bench.push(hours=chance.choice((-30, -2, 1, 49)))
        instants.append(to_iso(bench.now))
        bench.put("u", film.film_id, image(film, TODAY, rating=7))
    assert instants != sorted(instants)
    payloads = bench.payloads("u")
    chance.shuffle(payloads)
    for start in range(0, len(payloads), 2):
        bring(bench, payloads[start : start + 2], "u")
    bring(bench, payloads, "u")
    standing = bench.store.snapshot(lambda tx: bench.figures.standing(tx, "u"))
    assert (standing.seq, standing.scalars["total_watched"]) == (len(FILMS), len(FILMS))
    assert standing.as_of == instants[-1]
    assert bench.held("u") == len(FILMS)
    assert pages(bench).verify_all()["differences"] == []


def test_a_watermark_does_not_follow_a_clock_that_goes_back(bench: CommunityBench) -> None:
    bench.put("u", "film0", image(FILMS[0], TODAY))
    bring(bench, bench.payloads("u"), "u")
    reached = bench.now
    bench.push(days=-2)
    bench.put("u", "film1", image(FILMS[1], TODAY))
    bring(bench, bench.payloads("u"), "u")
    standing = bench.store.snapshot(bench.records.standing)
    assert standing is not None
    assert from_iso(standing.watermark or "") == reached
    assert bench.held("u") == 2


def test_an_event_of_a_later_release_is_set_aside_and_counts_after_the_upgrade(
    bench: CommunityBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for film in FILMS[:3]:
        bench.put("u", film.film_id, image(film, TODAY, rating=8))
    bench.put("v", "film0", image(FILMS[0], TODAY))
    write_anew(bench, "u", 2)
    for user_id in ("u", "v"):
        bring(bench, bench.payloads(user_id), user_id)
    (letter,) = bench.store.snapshot(lambda tx: bench.figures.dead_letters(tx, 9))
    assert (letter.user_id, letter.reason.split(" (part")[0]) == (
        "u",
        f"of a newer schema ({LATER})",
    )
    assert watched(bench) == {"u": 2, "v": 1}
    for module in (folding, applying, community):
        monkeypatch.setattr(module, "SCHEMA_VERSION", LATER)
    upgraded = pages(bench)
    assert upgraded.verify_all()["differences"] != []
    assert upgraded.rebuild_all() == 2
    bring(bench, bench.payloads("u"), "u")
    assert upgraded.verify_all()["differences"] == []
    assert watched(bench) == {"u": 3, "v": 1}


def test_a_message_that_cannot_be_read_does_not_hide_the_one_that_can(
    bench: CommunityBench,
) -> None:
    """Both with the same number, in one batch, in either order."""
    for film in FILMS[:2]:
        bench.put("u", film.film_id, image(film, TODAY))
    first, last = bench.payloads("u")
    bring(bench, [newer(first), first, last, newer(last)], "u")
    assert bench.held("u") == 2
    assert pages(bench).verify_all()["differences"] == []


def watched(bench: CommunityBench) -> dict[str, int]:
    def work(tx: Tx) -> dict[str, int]:
        return {
            user_id: bench.figures.standing(tx, user_id).scalars["total_watched"]
            for user_id in ("u", "v")
        }

    return bench.store.snapshot(work)


def newer(payload: bytes) -> bytes:
    """Return an event as a later release would write it."""
    return msgspec.json.encode({**msgspec.json.decode(payload), "schema_version": LATER})


def write_anew(bench: CommunityBench, user_id: str, seq: int) -> None:
    """Have an event of the outbox be one of a later release."""
    payload = newer(bench.payloads(user_id)[seq - 1])

    def work(tx: Tx) -> None:
        if isinstance(tx, MongoTx):
            chosen = {"user_id": user_id, "seq": seq}
            tx.db.outbox.update_one(chosen, {"$set": {"payload": payload}}, session=tx.session)
        else:
            tx.execute(
                "UPDATE outbox SET payload = ? WHERE user_id = ? AND seq = ?",
                (payload, user_id, seq),
            )

    bench.store.transact(work)
