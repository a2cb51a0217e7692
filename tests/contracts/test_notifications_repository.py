"""What every store must do for notifications (`notifications.ports`), with the rooms above it."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from cinematch.events.core import Image
from cinematch.infra.ports import Tx
from cinematch.kit.clock import to_iso
from cinematch.kit.errors import Conflict, Invalid, NotFound
from cinematch.notifications.core.channels import ATTEMPTS, FAILURES, HOOKS, Delivery, Outcome
from cinematch.notifications.core.notes import Note, Progress
from cinematch.transfer.core.rows import Import, State
from tests.support.builders import facts, image
from tests.support.fanout import STORES, Fanout, fanout

Change = tuple[Image | None, Image | None]
EARLY, LATER = "2026-03-01T10:00:00.000000Z", "2026-03-02T10:00:00.000000Z"
REFUSED = Outcome(sent=False, code=500, error="answered 500")


@pytest.fixture(params=STORES)
def rooms(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fanout]:
    with fanout(request.param, tmp_path, request) as built:
        yield built
        built.sender.stop()


def seen(count: int, first: int = 0) -> list[Change]:
    return [(None, image(facts(f"film{n}"), "2026-02-01")) for n in range(first, first + count)]


def note(user_id: str = "ada", key: str = "films:10", at: str = EARLY) -> Note:
    return Note(user_id=user_id, kind="milestone", key=key, at=at, data={"value": 10})


def test_progress_comes_back_as_it_was_saved(rooms: Fanout) -> None:
    mine = Progress(user_id="ada", seq=7, films=5, minutes=301, films_told=1, hours_told=1)
    rooms.write(lambda tx: rooms.parts.inbox.save_progress(tx, [mine, Progress(user_id="bob")]))
    changed = replace(mine, seq=8, films=6)
    rooms.write(lambda tx: rooms.parts.inbox.save_progress(tx, [changed]))
    found = rooms.read(lambda tx: rooms.parts.inbox.progress(tx, ["ada", "bob", "nobody"]))
    assert found == {"ada": changed, "bob": Progress(user_id="bob")}


def test_the_inbox_is_read_in_pages_newest_first_and_marked(rooms: Fanout) -> None:
    for day in range(1, 6):
        rooms.tell(note(key=f"films:{day}", at=f"2026-03-0{day}T10:00:00.000000Z"))
    rooms.tell(note("bob"))
    first = rooms.inbox.page("ada", 2, None)
    rest = rooms.inbox.page("ada", 9, first.next)
    keys = [one.note.key for page in (first, rest) for one in page.items]
    assert keys == ["films:5", "films:4", "films:3", "films:2", "films:1"]
    assert (first.total, rest.next) == (5, None)
    read = rooms.inbox.mark_read("ada", first.items[1].note.notification_id)
    rooms.clock.push(hours=1)
    again = rooms.inbox.mark_read("ada", read.note.notification_id)
    assert again.read_at == read.read_at is not None
    unread = rooms.inbox.page("ada", 9, None, unread=True)
    assert ([one.note.key for one in unread.items], unread.total) == (
        ["films:5", "films:3", "films:2", "films:1"],
        4,
    )
    assert (rooms.inbox.mark_all_read("ada"), rooms.inbox.unread("ada")) == (4, 0)
    assert rooms.inbox.unread("bob") == 1
    with pytest.raises(NotFound):
        rooms.inbox.mark_read("bob", read.note.notification_id)
    with pytest.raises(Invalid):
        rooms.inbox.page("ada", 2, "no cursor")


def test_a_replay_tells_nothing_twice(rooms: Fanout) -> None:
    events = rooms.happen("ada", *seen(10))
    hook = rooms.webhooks.add("ada", "https://example.org", HOOKS)
    rooms.targets.add("ada", "phone", "json://example.org")
    rooms.notify(events[:4])
    rooms.notify(events[2:7])
    rooms.notify(events)
    rooms.notify(events[:4])
    assert sorted(rooms.told("ada")) == ["first_film", "milestone films:10", "milestone hours:10"]
    rooms.sender.work_off()
    titles = sorted(title for _, title, _ in rooms.outside.sent)
    assert titles == ["10 films", "10 hours", "Your first film"]
    assert len(rooms.outside.calls) == 10 + 3
    assert rooms.webhooks.deliveries("ada", hook.webhook_id, 50, None).total == 13


def test_what_a_bus_no_longer_holds_is_read_from_the_outbox(rooms: Fanout) -> None:
    events = rooms.happen("ada", *seen(10))
    rooms.notify(events[9:])
    progress = rooms.read(lambda tx: rooms.parts.inbox.progress(tx, ["ada"]))["ada"]
    assert (progress.seq, progress.films) == (10, 10)


def test_falling_below_a_mark_and_coming_back_tells_it_once(rooms: Fanout) -> None:
    changes = seen(10)
    last = changes[-1][1]
    rooms.notify(rooms.happen("ada", *changes))
    rooms.notify(rooms.happen("ada", (last, None)))
    rooms.notify(rooms.happen("ada", (None, last)))
    assert rooms.told("ada").count("milestone films:10") == 1


def test_an_import_is_told_once_when_all_of_it_has_been_counted(rooms: Fanout) -> None:
    def settle(status: str) -> list[str]:
        counts = {"added": 12, "merged": 0, "unchanged": 0, "doubtful": 2}
        rooms.imports.items["i1"] = Import(
            import_id="i1",
            user_id="ada",
            filename="diary.csv",
            source="letterboxd",
            status=status,  # type: ignore[arg-type]
            created_at=EARLY,
            state=State(counts=counts),
            applied_at=to_iso(rooms.clock()),
        )
        rooms.sender.work_off()
        return rooms.told("ada")

    events = rooms.happen("ada", *seen(12), cause="import:i1")
    rooms.notify(events[:8])
    assert settle("applying") == []
    assert settle("applied") == [], "four events have not been counted yet"
    rooms.notify(events[8:])
    expected = {"import_finished i1", "milestone films:10", "milestone hours:10"}
    assert set(settle("applied")) == expected
    rooms.notify(events)
    assert set(settle("applied")) == expected
    assert rooms.read(lambda tx: rooms.parts.inbox.open_imports(tx, 9)) == []


def test_an_import_that_is_gone_or_undone_is_forgotten(rooms: Fanout) -> None:
    rooms.notify(rooms.happen("ada", *seen(2), cause="import:gone"))
    rooms.sender.work_off()
    assert rooms.told("ada") == []
    assert rooms.read(lambda tx: rooms.parts.inbox.open_imports(tx, 9)) == []


def test_what_happened_long_ago_is_filed_as_read(rooms: Fanout) -> None:
    events = rooms.happen("ada", *seen(1))
    rooms.clock.push(days=8)
    rooms.notify(events)
    assert (rooms.told("ada"), rooms.inbox.unread("ada")) == (["first_film"], 0)


def test_a_kind_that_is_switched_off_is_not_told_and_not_later(rooms: Fanout) -> None:
    assert rooms.inbox.switch("ada", {"first_film": False})["milestone"] is True
    events = rooms.happen("ada", *seen(1))
    rooms.notify(events)
    assert rooms.inbox.switch("ada", {"first_film": True})["first_film"] is True
    rooms.notify(events)
    assert rooms.told("ada") == []


def test_targets_and_webhooks_hear_only_what_comes_after_them(rooms: Fanout) -> None:
    events = rooms.happen("ada", *seen(1))
    rooms.clock.push(hours=1)
    rooms.targets.add("ada", "phone", "json://example.org")
    rooms.webhooks.add("ada", "https://example.org", HOOKS)
    rooms.notify(events)
    assert rooms.sender.work_off() == 0
    assert rooms.told("ada") == ["first_film"]


def test_channels_are_their_owners_own_and_not_without_end(rooms: Fanout) -> None:
    target = rooms.targets.add("ada", "phone", "json://example.org")
    hook = rooms.webhooks.add("ada", "https://example.org", ["film.added", "film.added"])
    assert hook.kinds == ("film.added",)
    assert (rooms.targets.all("ada"), rooms.webhooks.all("ada")) == ([target], [hook])
    for refused in (
        lambda: rooms.targets.remove("bob", target.target_id),
        lambda: rooms.webhooks.remove("bob", hook.webhook_id),
        lambda: rooms.webhooks.deliveries("bob", hook.webhook_id, 5, None),
    ):
        with pytest.raises(NotFound):
            refused()
    for _ in range(19):
        rooms.webhooks.add("ada", "https://example.org", ["film.added"])
    with pytest.raises(Conflict):
        rooms.webhooks.add("ada", "https://example.org", ["film.added"])
    assert rooms.webhooks.new_secret("ada", hook.webhook_id).secret != hook.secret
    rooms.webhooks.remove("ada", hook.webhook_id)
    assert len(rooms.webhooks.all("ada")) == 19


def test_a_delivery_is_tried_less_and_less_often_and_then_given_up(rooms: Fanout) -> None:
    hook = rooms.webhooks.add("ada", "https://example.org", ["film.added"])
    rooms.outside.answer = REFUSED
    rooms.notify(rooms.happen("ada", *seen(1)))
    waits = []
    for attempt in range(1, ATTEMPTS + 1):
        assert rooms.sender.work_off() == 1
        assert rooms.sender.work_off() == 0, "not due yet"
        (shown,) = rooms.webhooks.deliveries("ada", hook.webhook_id, 5, None).items
        assert (shown.attempts, shown.code, shown.error) == (attempt, 500, "answered 500")
        if attempt < ATTEMPTS:
            waits.append(to_iso(rooms.clock()) < shown.next_at)
        rooms.clock.push(hours=13)
    assert all(waits)
    (shown,) = rooms.webhooks.deliveries("ada", hook.webhook_id, 5, None).items
    assert (shown.status, rooms.sender.work_off()) == ("dead", 0)
    rooms.outside.answer = Outcome(sent=True, code=204)
    rooms.webhooks.redeliver("ada", hook.webhook_id, shown.delivery_id)
    with pytest.raises(Conflict):
        rooms.webhooks.redeliver("ada", hook.webhook_id, shown.delivery_id)
    rooms.sender.work_off()
    (again,) = rooms.webhooks.deliveries("ada", hook.webhook_id, 5, None).items
    assert (again.status, again.code, again.payload) == ("sent", 204, shown.payload)
    rooms.clock.push(days=40)
    assert rooms.sender.tidy() == 1


def test_a_channel_that_fails_on_and_on_is_switched_off_and_says_so(rooms: Fanout) -> None:
    hook = rooms.webhooks.add("ada", "https://example.org", ["film.added"])
    rooms.outside.answer = REFUSED
    rooms.notify(rooms.happen("ada", *seen(FAILURES + 5)))
    while rooms.webhooks.all("ada")[0].disabled_at is None:
        rooms.sender.work_off()
        rooms.clock.push(hours=13)
    (off,) = rooms.webhooks.all("ada")
    assert (off.failures, off.last_error) == (FAILURES, "answered 500")
    assert rooms.sender.work_off() == 0, "what waited is given up"
    assert [told.split()[0] for told in rooms.told("ada")].count("channel_disabled") == 1
    with pytest.raises(Conflict):
        rooms.webhooks.test("ada", hook.webhook_id)
    on = rooms.webhooks.change("ada", hook.webhook_id, enabled=True)
    assert (on.failures, on.disabled_at) == (0, None)


def test_one_that_wants_no_more_is_switched_off_at_once(rooms: Fanout) -> None:
    rooms.webhooks.add("ada", "https://example.org", ["film.added"])
    rooms.outside.answer = Outcome(sent=False, code=410, error="answered 410", gone=True)
    rooms.notify(rooms.happen("ada", *seen(1)))
    rooms.sender.work_off()
    assert rooms.webhooks.all("ada")[0].disabled_at is not None


def test_a_delivery_is_claimed_by_one_of_many_senders(rooms: Fanout) -> None:
    rooms.webhooks.add("ada", "https://example.org", ["film.added"])
    rooms.notify(rooms.happen("ada", *seen(8)))
    begin = threading.Barrier(3)

    def send() -> None:
        begin.wait()
        rooms.sender.work_off()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [headers["Webhook-Id"] for _, _, headers in rooms.outside.calls]
    assert len(ids) == len(set(ids)) == 8


def test_a_sender_that_died_leaves_its_delivery_to_be_tried_again(rooms: Fanout) -> None:
    rooms.webhooks.add("ada", "https://example.org", ["film.added"])
    rooms.notify(rooms.happen("ada", *seen(1)))
    assert len(rooms.sender._claim()) == 1  # and the power goes
    assert rooms.sender.work_off() == 0
    rooms.clock.push(minutes=3)
    assert rooms.sender.work_off() == 1


def test_a_batch_that_is_not_kept_leaves_nothing(rooms: Fanout) -> None:
    rooms.webhooks.add("ada", "https://example.org", ["film.added"])
    events = rooms.happen("ada", *seen(1))

    def work(tx: Tx) -> None:
        rooms.notifications.handle(tx, events)
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        rooms.write(work)
    assert (rooms.told("ada"), rooms.sender.work_off()) == ([], 0)


def test_erasing_leaves_nothing_and_late_events_bring_nothing_back(rooms: Fanout) -> None:
    rooms.targets.add("ada", "phone", "json://example.org")
    rooms.webhooks.add("ada", "https://example.org", ["film.added"])
    rooms.inbox.switch("ada", {"milestone": False})
    events = rooms.happen("ada", *seen(2))
    rooms.notify(events[:1])
    rooms.notify(rooms.happen("bob", *seen(1)))
    rooms.erase("ada")
    rooms.notify(events)
    assert (rooms.told("ada"), rooms.told("bob")) == ([], ["first_film"])
    assert (rooms.targets.all("ada"), rooms.webhooks.all("ada")) == ([], [])
    assert rooms.inbox.switches("ada")["milestone"] is True
    assert rooms.read(lambda tx: rooms.parts.inbox.progress(tx, ["ada"])) == {}
    due = rooms.read(lambda tx: rooms.parts.channels.due(tx, "3", 9))
    assert [one.user_id for one in due] == []


def test_saving_a_delivery_that_is_gone_does_not_bring_it_back(rooms: Fanout) -> None:
    gone = Delivery(
        delivery_id="msg_1",
        user_id="ada",
        channel="webhook",
        channel_id="w",
        kind="film.added",
        payload="{}",
        created_at=EARLY,
        next_at=LATER,
    )
    rooms.write(lambda tx: rooms.parts.channels.save_delivery(tx, gone))
    assert rooms.read(lambda tx: rooms.parts.channels.delivery(tx, "msg_1")) is None
