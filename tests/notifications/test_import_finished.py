"""A real import, from the file to the inbox and the log."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cinematch.audit.ports import Query
from cinematch.events.consumer import ConsumerLoop
from cinematch.events.ports import Handler
from cinematch.events.service import OutboxSource
from cinematch.notifications import endpoints
from cinematch.notifications.service import Sender
from cinematch.transfer.sqlite import SqliteImports
from tests.support.builders import film
from tests.support.house import signed_in
from tests.support.rooms import Rooms, rooms_of


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Rooms]:
    with rooms_of(tmp_path, endpoints.router) as built:
        yield built


def consume(rooms: Rooms, handler: Handler) -> None:
    fanout = rooms.fanout
    source = OutboxSource(fanout.store, fanout.outbox, handler.name)
    loop = ConsumerLoop(handler, source, fanout.progress, fanout.store, fanout.clock)
    loop.catch_up()


def test_an_import_is_told_once_with_its_counts_and_what_it_passed(rooms: Rooms) -> None:
    fanout = rooms.fanout
    fanout.sender = Sender(replace(fanout.parts, imports=SqliteImports()))
    titles = [f"Film {number}" for number in range(12)]
    rooms.house.films.load([film(f"f{n}", title=one) for n, one in enumerate(titles)], "starter")
    lines = ["Date,Name,Year,Rating", *(f"2026-01-02,{one},1960,4" for one in titles)]
    with signed_in(rooms.house, "ada") as ada:
        sent = ada.post("/api/imports", files={"file": ("mine.csv", "\n".join(lines).encode())})
        address = f"/api/imports/{sent.json()['id']}"
        rooms.house.imports.work_off()
        assert ada.post(f"{address}/apply").is_success
        rooms.house.imports.work_off()
        assert ada.get(address).json()["status"] == "applied"
        fanout.sender.work_off()
        assert fanout.told(rooms.user_id("ada")) == [], "its events come first"
        for handler in (fanout.notifications, fanout.auditing):
            consume(rooms, handler)
        fanout.sender.work_off()
        fanout.sender.work_off()
        told = fanout.inbox.page(rooms.user_id("ada"), 9, None).items
        (done,) = [one.note for one in told if one.note.kind == "import_finished"]
        assert (done.data["filename"], done.data["counts"]["added"]) == ("mine.csv", 12)
        assert {one.note.key for one in told} == {done.key, "films:10", "hours:10"}
        log = fanout.audit.page(Query(user_id=rooms.user_id("ada"), action="film."), 99, None)
        causes = {json.loads(one.about or "{}")["details"]["cause"] for one in log.items}
        assert (log.total, causes) == (12, {f"import:{sent.json()['id']}"})
    assert fanout.audit.verify().faults == ()
