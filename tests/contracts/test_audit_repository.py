"""What every store must do for the audit log (`audit.ports`): every change of it is found."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cinematch.audit.core import Entry, Head, lane_of
from cinematch.audit.ports import Query
from cinematch.infra.ports import Tx
from cinematch.kit.errors import Invalid
from tests.support.builders import facts, image
from tests.support.fanout import STORES, Fanout, fanout

KINDS = ("account.signed_in", "token.made", "film.add")


@pytest.fixture(params=STORES)
def rooms(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fanout]:
    with fanout(request.param, tmp_path, request) as built:
        yield built


def entries(rooms: Fanout, **query: str) -> list[Entry]:
    return list(rooms.audit.page(Query(**query), 200, None).items)


def live(rooms: Fanout) -> None:
    """Ada does four things and bob one; the administrator does something to ada."""
    for key in ("ran", "ikiru"):
        events = rooms.happen("ada", (None, image(facts(key), "2026-01-02", rating=9)))
        rooms.write(lambda tx, e=events: rooms.auditing.handle(tx, e))  # type: ignore[misc]
    for user_id, action in (("ada", KINDS[0]), ("ada", KINDS[1]), ("bob", KINDS[0])):
        rooms.clock.push(minutes=1)
        rooms.write(lambda tx, u=user_id, a=action: rooms.audit.record(tx, u, a))  # type: ignore[misc]
    rooms.write(
        lambda tx: rooms.audit.record(
            tx, "bob", "account.role_changed", user_id="ada", details={"role": "administrator"}
        )
    )


def test_what_is_recorded_is_found_newest_first(rooms: Fanout) -> None:
    live(rooms)
    first = rooms.audit.page(Query(), 4, None)
    rest = rooms.audit.page(Query(), 4, first.next)
    found = [*first.items, *rest.items]
    assert (first.total, len(found), rest.next) == (6, 6, None)
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    assert [one.action for one in entries(rooms, user_id="bob")] == ["account.signed_in"]
    assert {one.action for one in entries(rooms, actor="bob")} == {
        "account.signed_in",
        "account.role_changed",
    }
    assert len(entries(rooms, action="film.")) == len(entries(rooms, action="film.add")) == 2
    assert len(entries(rooms, since="2026-03-01T20:17:00Z", until="2026-03-01T20:18:00Z")) == 1
    with pytest.raises(Invalid):
        rooms.audit.page(Query(since="yesterday"), 5, None)
    (ran,) = [one for one in entries(rooms, user_id="ada") if '"ran"' in (one.about or "")]
    assert '"half_stars":9' in (ran.about or "")


def test_a_replay_records_nothing_twice(rooms: Fanout) -> None:
    events = rooms.happen("ada", *[(None, image(facts(key))) for key in ("a", "b", "c", "d")])
    for batch in (events[:2], events[1:3], events, [*events, *events]):
        rooms.write(lambda tx, b=batch: rooms.auditing.handle(tx, b))  # type: ignore[misc]
    lane = lane_of("ada")
    log = rooms.read(lambda tx: rooms.log.of_lane(tx, lane, 0, 99))
    assert [one.entry_id for one in log] == [event.event_id for event in events]
    assert rooms.audit.verify().faults == ()


def test_an_entry_is_kept_with_what_it_tells_of_or_not_at_all(rooms: Fanout) -> None:
    def work(tx: Tx) -> None:
        rooms.audit.record(tx, "ada", KINDS[0])
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        rooms.write(work)
    assert (entries(rooms), rooms.audit.verify().faults) == ([], ())


def test_many_writers_make_one_chain_without_a_gap(rooms: Fanout) -> None:
    begin = threading.Barrier(6)

    def write(number: int) -> None:
        begin.wait()
        for _ in range(8):
            user_id = "ada" if number % 2 else "bob"
            rooms.write(lambda tx, u=user_id: rooms.audit.record(tx, u, KINDS[0]))  # type: ignore[misc]

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = rooms.audit.verify()
    assert (verdict.entries, verdict.faults) == (48, ())
    assert rooms.read(lambda tx: rooms.log.peek(tx, lane_of("ada"))).number in {24, 48}


def test_erasing_redacts_the_person_and_the_chain_holds(rooms: Fanout) -> None:
    live(rooms)
    before = {one.entry_id: one.hash for one in entries(rooms)}
    rooms.erase("ada")
    after = entries(rooms)
    assert before.items() <= {one.entry_id: one.hash for one in after}.items()
    personal = ("'ada'", '"ada"', '"Ran"', "'ran'")
    assert not [one for one in after for word in personal if word in repr(one)]
    assert [one.action for one in entries(rooms, actor="bob")] != []
    verdict = rooms.audit.verify()
    assert (verdict.faults, verdict.entries) == ((), 7)
    assert verdict.redacted == 4 + 4 + 1, "by ada and about her, and what bob did to her"


def test_late_events_of_an_erased_account_are_not_recorded(rooms: Fanout) -> None:
    events = rooms.happen("ada", (None, image(facts("ran"))))
    rooms.erase("ada")
    rooms.write(lambda tx: rooms.auditing.handle(tx, events))
    assert [one.action for one in entries(rooms)] == ["account.erased"]


def tampered(rooms: Fanout, entry: Entry, **changes: object) -> None:
    """Change an entry behind the log's back."""

    def work(tx: Tx) -> None:
        if hasattr(tx, "execute"):
            for column, value in changes.items():
                tx.execute(
                    f"UPDATE audit_log SET {column} = ? WHERE entry_id = ?",  # noqa: S608
                    (value, entry.entry_id),
                )
        else:
            tx.db["audit_log"].update_one(
                {"_id": entry.entry_id}, {"$set": changes}, session=tx.session
            )

    rooms.write(work)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"at": "2020-01-01T00:00:00.000000Z"}, "was changed"),
        ({"action": "film.delete"}, "was changed"),
        ({"actor": "bob"}, "actor was changed"),
        ({"about": '{"details":{},"subject":"x","user_id":"ada"}'}, "about was changed"),
        ({"user_id": "bob"}, "the account was changed"),
        ({"previous": "0" * 64}, "does not follow"),
        ({"actor": None, "actor_salt": None, "actor_erased_by": "x"}, "not in the log"),
        ({"hash": "f" * 64}, "was changed"),
    ],
)
def test_a_changed_entry_is_named(rooms: Fanout, changes: dict[str, object], reason: str) -> None:
    live(rooms)
    entry = rooms.read(lambda tx: rooms.log.of_lane(tx, lane_of("ada"), 1, 1))[0]
    tampered(rooms, entry, **changes)
    faults = rooms.audit.verify().faults
    assert any(reason in fault.reason for fault in faults), faults
    assert entry.entry_id in {fault.entry_id for fault in faults} or "in the log" in reason


def test_redacting_one_more_than_was_erased_is_found(rooms: Fanout) -> None:
    live(rooms)
    rooms.erase("ada")
    (erasure,) = entries(rooms, action="account.erased")
    (bobs,) = entries(rooms, user_id="bob")
    gone = {"user_id": None, "about": None, "about_salt": None}
    tampered(rooms, bobs, **gone, about_erased_by=erasure.entry_id)
    (fault,) = rooms.audit.verify().faults
    assert (fault.entry_id, "not what this erasure" in fault.reason) == (erasure.entry_id, True)


def removed(rooms: Fanout, entry: Entry) -> None:
    def work(tx: Tx) -> None:
        if hasattr(tx, "execute"):
            tx.execute("DELETE FROM audit_log WHERE entry_id = ?", (entry.entry_id,))
        else:
            tx.db["audit_log"].delete_one({"_id": entry.entry_id}, session=tx.session)

    rooms.write(work)


def test_an_entry_that_is_taken_out_is_missed_at_the_beginning_within_and_at_the_end(
    rooms: Fanout,
) -> None:
    live(rooms)
    lane = lane_of("ada")
    log = rooms.read(lambda tx: rooms.log.of_lane(tx, lane, 0, 99))
    removed(rooms, log[-1])
    assert "the lane ends at" in rooms.audit.verify().faults[0].reason
    removed(rooms, log[1])
    assert rooms.audit.verify().faults[0].reason == "entry 2 is missing"
    removed(rooms, log[0])
    assert rooms.audit.verify().faults[0].reason == "entry 1 is missing"


def test_heads_kept_elsewhere_prove_that_an_end_was_cut_off(rooms: Fanout) -> None:
    live(rooms)
    lane = lane_of("ada")
    kept = rooms.audit.verify().heads
    log = rooms.read(lambda tx: rooms.log.of_lane(tx, lane, 0, 99))
    removed(rooms, log[-1])
    rooms.write(lambda tx: rooms.log.save_head(tx, lane, Head(log[-2].number, log[-2].hash)))
    verdict = rooms.audit.verify()
    assert verdict.faults == ()
    assert verdict.heads[lane] != kept[lane]
