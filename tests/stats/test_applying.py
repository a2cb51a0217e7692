"""A batch of messages and everybody's figures: twice, in bits, with gaps, with rubbish."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from benchmarks.workload import make_events
from cinematch.events.core import Event, encode
from cinematch.stats.service.applying import ApplyOptions, Arrival
from tests.support.applying import FILMS, Stage, arrivals, mongo_stage, sqlite_stage

USERS = ("ann", "bo", "cy", "di", "ed")


@pytest.fixture(params=["sqlite", "mongo"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    with (
        sqlite_stage(tmp_path)
        if request.param == "sqlite"
        else mongo_stage(request.getfixturevalue("mongo_server"))
    ) as built:
        built.add_users(USERS)
        yield built


def test_batches_that_come_twice_partly_and_in_any_order_count_once(stage: Stage) -> None:
    chance = random.Random(7)
    messages = arrivals(stage.live(USERS, 60))
    service = stage.service(ApplyOptions(group=2))
    at = 0
    while at < len(messages):
        again, size = chance.randrange(40), chance.randrange(1, 50)
        batch = messages[max(0, at - again) : at + size]
        chance.shuffle(batch)
        service.apply(batch)
        service.apply(batch[chance.randrange(len(batch)) :])
        at += size
    assert stage.held() == dict.fromkeys(USERS, 60)
    assert stage.differences() == []


def test_what_the_topic_lost_is_taken_from_the_outbox(stage: Stage) -> None:
    messages = arrivals(stage.live(USERS, 20))
    kept = [message for message in messages if message.offset % 7 in {0, 1, 5}]
    applied = stage.service().apply([*kept, *messages[-len(USERS) :]])
    assert applied.filled > 0
    assert stage.held() == dict.fromkeys(USERS, 20)
    assert stage.differences() == []
    late = stage.service().apply(messages)
    assert (late.filled, late.changed) == (0, {})
    assert stage.differences() == []


def test_a_sweep_brings_in_what_never_came(stage: Stage) -> None:
    messages = arrivals(stage.live(USERS, 20))
    stage.service().apply(messages[:13])
    applied = stage.service().sweep()
    assert applied.filled == 20 * len(USERS) - 13
    assert stage.held() == dict.fromkeys(USERS, 20)
    assert stage.differences() == []
    assert stage.service().sweep().filled == 0


def test_figures_rebuilt_or_moved_by_another_meanwhile_are_not_counted_twice(stage: Stage) -> None:
    messages = arrivals(stage.live(USERS, 20))
    service, other = stage.service(), stage.service()
    first = service._fold

    def interrupted(tx: object, group: object, since: str) -> object:
        folded = first(tx, group, since)  # type: ignore[arg-type]
        if not stage.held()["ann"]:
            other.apply(messages[:30])
        return folded

    service._fold = interrupted  # type: ignore[method-assign, assignment]
    service.apply(messages)
    assert stage.held() == dict.fromkeys(USERS, 20)
    assert stage.differences() == []


def message(value: bytes | None, key: bytes | None = b"ann") -> Arrival:
    return Arrival(3, 77, key, value)


def changed(event: Event, **more: object) -> bytes:
    return encode(msgspec.structs.replace(event, **more))


def test_rubbish_goes_aside_once_with_its_reason_and_stops_nobody(stage: Stage) -> None:
    events = stage.live(USERS, 10)
    rubbish = {
        "malformed": message(b"\xff{"),
        "nothing at all": message(None, None),
        "no key": message(b"{}", None),
        "a key that is no text": message(b"{}", b"\xff"),
        "another's key": message(changed(events[1], user_id="bo")),
        "from the future": message(changed(events[0], schema_version=99)),
        "six stars": message(encode(events[0]).replace(b'"rating":', b'"rating":1')),
    }
    heard: list[str] = []

    def refuse(arrival: Arrival, reason: str) -> None:
        heard.append(reason)
        raise OSError("the topic is away")

    service = stage.service(refuse=refuse)
    batch = [*rubbish.values(), *arrivals(events)]
    applied = service.apply(batch)
    assert applied.set_aside == len(rubbish)
    assert stage.differences() == []
    service.apply(batch)
    letters = stage.store.snapshot(lambda tx: stage.figures.dead_letters(tx, 99))
    assert len(letters) == len({letter.position for letter in letters}) == len(rubbish)
    assert all("(partition 3, offset 77)" in letter.reason for letter in letters)
    assert len(heard) == 2 * len(rubbish)


def test_an_event_that_cannot_be_read_leaves_no_hole_for_those_after_it(stage: Stage) -> None:
    """The good copy is in the outbox; where that is bad too, the next events count all the same."""
    messages = arrivals(stage.live(("ann",), 10))
    messages[4] = message(b"torn")
    applied = stage.service().apply(messages)
    assert (applied.set_aside, applied.filled) == (1, 1)
    assert stage.differences() == []


def test_where_the_outbox_is_torn_too_the_rest_counts(stage: Stage) -> None:
    events = stage.live(("ann",), 10)
    stage.tear(4, 5)
    applied = stage.service().apply(arrivals([events[0], events[9]]))
    assert applied.filled == 6
    assert stage.held() == {"ann": 10}


def test_an_event_of_a_date_outside_the_calendar_goes_aside(stage: Stage) -> None:
    events = stage.live(("ann",), 3)
    bad = re.sub(rb'"date":"[^"]+"', b'"date":"2024-02-31"', encode(events[1]))
    messages = arrivals(events)
    messages[1] = messages[1]._replace(value=bad)
    applied = stage.service().apply(messages)
    assert (applied.set_aside, applied.changed) == (1, {"ann": 3})


def test_an_event_too_big_for_the_topic_is_taken_from_the_outbox(stage: Stage) -> None:
    messages = arrivals(stage.live(("ann",), 10))
    applied = stage.service().apply([*messages[:4], message(None), message(None, b"gone")])
    assert (applied.set_aside, applied.filled, applied.changed) == (0, 6, {"ann": 10})
    stage.service().apply(messages)
    assert stage.differences() == []


@pytest.mark.parametrize("ahead", [1, 40])
def test_an_event_that_the_outbox_never_had_goes_aside_and_those_that_come_later_count(
    stage: Stage, ahead: int
) -> None:
    """Somebody else's message, or one of a life before a backup was put back."""
    events = stage.live(("ann",), 10)
    stranger = msgspec.structs.replace(events[-1], seq=10 + ahead)
    applied = stage.service().apply([*arrivals(events), message(encode(stranger))])
    assert (applied.set_aside, applied.changed) == (1, {"ann": 10})
    later = make_events(FILMS, "ann", 60, 5)[10:]
    stage.write(later)
    assert stage.service().apply(arrivals(later)).changed == {"ann": 60}
    assert stage.differences() == []


def test_messages_of_an_account_that_is_gone_are_passed_over(stage: Stage) -> None:
    events = stage.live(("ann",), 5)
    gone = [msgspec.structs.replace(event, user_id="gone") for event in events]
    applied = stage.service().apply(arrivals([*gone, *events]))
    assert (applied.set_aside, applied.changed) == (0, {"ann": 5})


def test_who_listens_hears_of_each_user_and_small_batches_leave_cards(stage: Stage) -> None:
    heard: dict[str, int] = {}
    stage.signals.listen(heard.__setitem__)
    messages = arrivals(stage.live(USERS, 30))
    service = stage.service(ApplyOptions(group=3, cards_up_to=10, card_users=4))

    def cards(user_id: str) -> list[int]:
        found = stage.store.snapshot(lambda tx: stage.figures.moves_after(tx, user_id, 0))
        return [seq for seq, _ in found]

    service.apply(messages[:5])
    assert (heard, cards("ann")) == (dict.fromkeys(USERS, 1), [])
    service.apply(messages[5:8])
    assert (heard["cy"], heard["di"], cards("ann")) == (2, 1, [2])


def test_left_to_a_stream_of_its_own_the_community_is_not_touched(stage: Stage) -> None:
    messages = arrivals(stage.live(USERS, 30))
    stage.service(ApplyOptions(community=False)).apply(messages)
    assert stage.differences() == ["the community"]
    community = stage.store.snapshot(stage.figures.community)
    assert (community.films, community.trend_days) == ({}, {})
