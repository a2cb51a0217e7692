"""Both consumers in the loop that really runs them, on both stores."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cinematch.audit.ports import Query
from cinematch.events.consumer import ConsumerLoop
from cinematch.events.core import Image
from cinematch.events.ports import Handler
from cinematch.events.service import OutboxSource
from cinematch.infra.ports import Tx
from tests.support.builders import facts, image
from tests.support.fanout import STORES, Fanout, fanout


@pytest.fixture(params=STORES)
def rooms(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fanout]:
    with fanout(request.param, tmp_path, request) as built:
        yield built
        built.sender.stop()


def seen(count: int) -> list[tuple[Image | None, Image | None]]:
    return [(None, image(facts(f"film{n}", runtime=60), "2026-02-01")) for n in range(count)]


def loop(rooms: Fanout, handler: Handler, batch: int = 7) -> ConsumerLoop:
    source = OutboxSource(rooms.store, rooms.outbox, handler.name)
    return ConsumerLoop(handler, source, rooms.progress, rooms.store, rooms.clock, batch=batch)


def entries(rooms: Fanout) -> int:
    return rooms.audit.page(Query(), 1, None).total


def test_every_event_has_its_effect_once_with_several_loops_that_begin_anew(
    rooms: Fanout,
) -> None:
    rooms.webhooks.add("ada", "https://example.org", ["film.added"])
    for _ in range(3):
        for user_id in ("ada", "bob"):
            rooms.happen(user_id, *seen(9))
    handlers: tuple[Handler, ...] = (rooms.notifications, rooms.auditing)
    for handler in handlers:
        loop(rooms, handler).step(0)
        several = [loop(rooms, handler, batch=5) for _ in range(2)]
        threads = [threading.Thread(target=one.catch_up) for one in several]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert loop(rooms, handler).catch_up() == 0
    assert (entries(rooms), rooms.audit.verify().faults) == (54, ())
    progress = rooms.read(lambda tx: rooms.parts.inbox.progress(tx, ["ada", "bob"]))
    assert {(one.seq, one.films, one.minutes) for one in progress.values()} == {(27, 27, 27 * 60)}
    assert sorted(rooms.told("ada")) == sorted(rooms.told("bob"))
    assert "milestone films:25" in rooms.told("ada")
    rooms.sender.work_off()
    assert len({headers["Webhook-Id"] for _, _, headers in rooms.outside.calls}) == 27
    assert len(rooms.outside.calls) == 27


def test_an_event_that_cannot_be_read_is_set_aside_and_the_others_count(rooms: Fanout) -> None:
    rooms.happen("ada", *seen(12))

    def spoil(tx: Tx) -> None:
        if hasattr(tx, "execute"):
            tx.execute("UPDATE outbox SET payload = CAST('{' AS BLOB) WHERE seq = 3")
        else:
            tx.db["outbox"].update_one(
                {"user_id": "ada", "seq": 3}, {"$set": {"payload": b"{"}}, session=tx.session
            )

    rooms.write(spoil)
    notifying, auditing = loop(rooms, rooms.notifications), loop(rooms, rooms.auditing)
    for one in (notifying, auditing):
        one.catch_up()
        assert (one.health().handled, one.health().set_aside) == (11, 1)
    progress = rooms.read(lambda tx: rooms.parts.inbox.progress(tx, ["ada"]))["ada"]
    assert (progress.films, progress.seq, entries(rooms)) == (11, 12, 11)
    assert "milestone films:10" in rooms.told("ada")


@pytest.mark.parametrize("known", [False, True], ids=["at first", "known already"])
def test_an_account_that_is_erased_in_the_middle_of_a_batch_leaves_nothing(
    request: pytest.FixtureRequest, tmp_path: Path, known: bool
) -> None:
    """In MongoDB alone: with SQLite the erasure waits for the batch to end."""
    with fanout("mongo", tmp_path, request) as rooms:
        rooms.webhooks.add("ada", "https://example.org", ["film.added"])
        events = rooms.happen("ada", *seen(4))
        if known:
            rooms.notify(events[:2])
        tries: list[bool] = []

        def work(tx: Tx) -> None:
            tries.append(rooms.accounts.get(tx, "ada") is not None)
            if len(tries) == 1:  # the batch has its moment, and now the account goes
                eraser = threading.Thread(target=rooms.erase, args=("ada",))
                eraser.start()
                eraser.join()
            rooms.notifications.handle(tx, events[2:])
            rooms.auditing.handle(tx, events[2:])

        rooms.write(work)
        assert (tries[0], tries[-1]) == (True, False)
        assert rooms.told("ada") == []
        assert rooms.read(lambda tx: rooms.parts.inbox.progress(tx, ["ada"])) == {}
        assert rooms.read(lambda tx: rooms.parts.channels.due(tx, "3", 9)) == []
        assert (entries(rooms), rooms.audit.verify().faults) == (1, ())
