"""The loop over the outbox itself: each event's effect once, in order, whatever dies or is bad."""

from collections.abc import Iterator, Sequence

import msgspec
import pytest

from cinematch.events.consumer import ConsumerLoop
from cinematch.events.core import Event, encode
from cinematch.events.ports import Letter, Message
from cinematch.events.service import DeadLetters, OutboxSource
from cinematch.infra.ports import Store, Tx
from cinematch.kit.clock import system_clock
from cinematch.kit.errors import Unavailable
from tests.support.outbox import (
    USERS,
    Counting,
    Died,
    DyingStore,
    Ledger,
    event,
    ledger_on,
)

ADA, BOB, CLEO = USERS[:3]


@pytest.fixture(params=["sqlite", "mongo"])
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    with ledger_on(request.param, request) as made:
        yield made


def loop_of(
    ledger: Ledger, handler: Counting, store: Store | None = None, batch: int = 500
) -> ConsumerLoop:
    used = store or ledger.store
    source = OutboxSource(used, ledger.outbox, handler.name)
    return ConsumerLoop(handler, source, ledger.progress, used, system_clock, batch=batch)


def letters(ledger: Ledger) -> list[Letter]:
    return DeadLetters(ledger.store, ledger.progress).all()


class Told:
    """A source that gives what it is told, once: messages as a bus may bring them."""

    def __init__(self, *batches: Sequence[Message], gaps: bool = False) -> None:
        self._batches = list(batches)
        self._gaps = gaps
        self.saved = 0

    def read(self, limit: int, timeout: float) -> list[Message]:
        return list(self._batches.pop(0)) if self._batches else []

    def save(self, tx: Tx, messages: Sequence[Message]) -> None:
        self.saved += 1

    def gaps(self) -> bool:
        found, self._gaps = self._gaps, False
        return found

    def lag(self) -> dict[int, int]:
        return {0: len(self._batches)}

    def close(self) -> None:
        pass


def told(ledger: Ledger, handler: Counting, *batches: Sequence[Message]) -> ConsumerLoop:
    source = Told(*batches)
    return ConsumerLoop(handler, source, ledger.progress, ledger.store, system_clock, batch=20)


def message(user_id: str, seq: int, **known: object) -> Message:
    payload = encode(event(user_id, seq))
    return Message(**{"user_id": user_id, "seq": seq, "payload": payload, "topic": "t", **known})  # type: ignore[arg-type]


def test_every_event_is_handled_once_and_in_order(ledger: Ledger) -> None:
    handler = Counting(ledger)
    for user_id in (ADA, BOB, ADA, CLEO):
        ledger.write(user_id, 3)
    loop = loop_of(ledger, handler, batch=4)
    assert loop.catch_up() == 12
    assert handler.is_whole()
    ledger.write(BOB)
    assert loop.health().lag == {0: 1}
    assert loop.catch_up() == 1
    assert (handler.is_whole(), handler.disorder()) == (True, False)
    assert loop.health().handled == 13
    assert handler.afters >= 4
    assert loop.health().lag == {0: 0}


def test_consumers_of_two_names_each_get_everything(ledger: Ledger) -> None:
    first, second = Counting(ledger, "first"), Counting(ledger, "second")
    ledger.write(ADA, 3)
    loop_of(ledger, first).catch_up()
    ledger.write(ADA, 2)
    loop_of(ledger, second).catch_up()
    assert (first.counted(), second.counted()) == ({ADA: 3}, {ADA: 5})


@pytest.mark.parametrize("after", [False, True])
def test_a_consumer_that_dies_at_any_step_counts_nothing_twice(
    ledger: Ledger, *, after: bool
) -> None:
    handler = Counting(ledger, refuses=(2,))
    for step in range(1, 12):
        ledger.write(USERS[step], 3)
        dying = loop_of(ledger, handler, DyingStore(ledger.store, step, after=after), batch=2)
        with pytest.raises(Died):
            step_on(dying)
    loop_of(ledger, handler).catch_up()
    assert handler.counted() == dict.fromkeys(USERS[1:12], 2)
    assert not handler.disorder()
    assert {one.letter_id for one in letters(ledger)} == {f"{user}/2" for user in USERS[1:12]}


def step_on(loop: ConsumerLoop) -> None:
    for _ in range(30):
        loop.step(0)


def test_two_loops_of_one_name_do_no_harm(ledger: Ledger) -> None:
    handler = Counting(ledger)
    loops = [loop_of(ledger, handler, batch=7) for _ in range(2)]
    for loop in loops:
        loop.start()
    for _ in range(3):
        for user_id in USERS[:6]:
            ledger.write(user_id, 3)
    for loop in loops:
        loop.stop()
    loop_of(ledger, handler).catch_up()
    assert (handler.is_whole(), handler.disorder()) == (True, False)


def test_an_event_that_cannot_be_handled_is_set_aside_and_the_others_go_on(
    ledger: Ledger,
) -> None:
    handler = Counting(ledger, refuses=(3,))
    ledger.write(ADA, 6)
    ledger.write(BOB, 2)
    loop = loop_of(ledger, handler)
    loop.catch_up()
    assert handler.counted() == {ADA: 5, BOB: 2}
    (letter,) = letters(ledger)
    assert (letter.consumer, letter.letter_id, letter.topic) == ("counting", f"{ADA}/3", "outbox")
    assert letter.reason == "ValueError: cannot take 3"
    assert letter.payload == encode(event(ADA, 3))
    assert (loop.health().handled, loop.health().set_aside) == (7, 1)


def test_a_letter_is_handled_once_when_it_is_wanted_again(ledger: Ledger) -> None:
    handler = Counting(ledger, refuses=(1, 2))
    ledger.write(ADA, 2)
    loop = loop_of(ledger, handler)
    loop.catch_up()
    assert DeadLetters(ledger.store, ledger.progress).replay("counting") == 2
    handler.refuses = {2}
    loop.catch_up()
    assert handler.counted() == {ADA: 1}
    (left,) = letters(ledger)
    assert (left.seq, left.wanted) == (2, False), "it is tried once for each time it is wanted"
    handler.refuses = set()
    DeadLetters(ledger.store, ledger.progress).replay()
    for _ in range(3):
        loop.step(0)
    assert (handler.counted(), letters(ledger)) == ({ADA: 2}, [])


def test_a_store_that_is_busy_is_waited_for_and_no_event_is_blamed(ledger: Ledger) -> None:
    handler = Counting(ledger)

    class Busy(Counting):
        def handle(self, tx: Tx, events: Sequence[Event]) -> None:
            raise Unavailable("later")

    busy = Busy(ledger)
    ledger.write(ADA, 2)
    loop = loop_of(ledger, busy)
    for _ in range(2):
        with pytest.raises(Unavailable):
            loop.step()
    loop_of(ledger, handler).catch_up()
    assert (handler.is_whole(), letters(ledger)) == (True, [])


def test_what_fails_afterwards_is_due_again_and_stops_nobody(ledger: Ledger) -> None:
    class Deaf(Counting):
        def afterwards(self) -> None:
            super().afterwards()
            raise OSError("no letter box")

    handler = Deaf(ledger)
    ledger.write(ADA, 2)
    loop = loop_of(ledger, handler, batch=1)
    loop.catch_up()
    assert handler.is_whole()
    assert loop.health().error == "OSError: no letter box"
    assert handler.afters == 1, "it is not tried at every step"


def test_doubles_and_old_news_are_passed_over(ledger: Ledger) -> None:
    handler = Counting(ledger)
    ledger.write(ADA, 4)
    first = [message(ADA, seq) for seq in (1, 1, 2)]
    again = [message(ADA, seq) for seq in (1, 2, 3, 2, 3, 4)]
    told(ledger, handler, first, again, again).catch_up()
    assert (handler.counted(), handler.disorder()) == ({ADA: 4}, False)


def test_what_a_topic_lacks_is_read_from_the_outbox(ledger: Ledger) -> None:
    handler = Counting(ledger)
    ledger.write(ADA, 90)
    told(ledger, handler, [message(ADA, 2)], [message(ADA, 89)]).catch_up()
    assert (handler.counted(), handler.disorder()) == ({ADA: 89}, False)


def test_a_bell_brings_the_events_up_to_its_number(ledger: Ledger) -> None:
    handler = Counting(ledger)
    ledger.write(ADA, 5)
    told(ledger, handler, [message(ADA, 3, payload=None)]).catch_up()
    assert handler.counted() == {ADA: 3}


def test_after_a_gap_of_the_source_every_user_is_looked_at(ledger: Ledger) -> None:
    handler = Counting(ledger)
    for user_id in USERS[:3]:
        ledger.write(user_id, 2)
    source = Told([message(ADA, 1)], gaps=True)
    loop = ConsumerLoop(handler, source, ledger.progress, ledger.store, system_clock)
    loop.catch_up()
    assert (handler.is_whole(), handler.disorder()) == (True, False)
    assert source.saved >= 2


def test_bad_messages_are_set_aside_with_the_reason_and_the_truth_is_handled(
    ledger: Ledger,
) -> None:
    handler = Counting(ledger)
    ledger.write(ADA, 4)
    ledger.write(BOB, 2)
    other = encode(event(BOB, 2))
    told(
        ledger,
        handler,
        [
            message(ADA, 1, payload=b"\xff not JSON", offset=1),
            message(ADA, 2, payload=other, offset=2),
            message(ADA, 9, offset=3),
            message("stranger", 1, offset=4),
            message("stranger", 0, payload=b"hello", offset=5),
            message(BOB, 0, payload=b"{}", offset=6),
            message(BOB, 0, offset=7, payload=encode(event(BOB, 1))),
            message(ADA, 4, offset=8),
        ],
    ).catch_up()
    assert (handler.counted(), handler.disorder()) == ({ADA: 4, BOB: 1}, False)
    reasons = {one.letter_id: one.reason for one in letters(ledger)}
    assert set(reasons) == {"t/0/1", "t/0/2", "t/0/3", "t/0/5", "t/0/6"}
    assert "cannot be read" in reasons["t/0/1"]
    assert reasons["t/0/2"] == "its user and number are not those of its place"
    assert reasons["t/0/3"] == "the outbox has no such event"
    assert all(one.user_id is None for one in letters(ledger))


def test_an_event_of_a_later_release_waits_as_a_letter(ledger: Ledger) -> None:
    handler = Counting(ledger)

    def write(tx: Tx) -> None:
        first = ledger.outbox.next_seq(tx, ADA, 3)
        for seq in range(first, first + 3):
            version = 2 if seq == 2 else 1
            ledger.outbox.append(
                tx, msgspec.structs.replace(event(ADA, seq), schema_version=version)
            )

    ledger.store.transact(write)
    loop_of(ledger, handler).catch_up()
    assert handler.counted() == {ADA: 2}
    assert [one.reason for one in letters(ledger)] == ["it is of a newer schema (2)"]


def test_events_of_an_erased_account_are_passed_over(ledger: Ledger) -> None:
    handler = Counting(ledger)
    ledger.write(ADA, 2)
    told(ledger, handler, [message("erased", 1), message(ADA, 1)]).catch_up()
    assert (handler.counted(), letters(ledger)) == ({ADA: 1}, [])
