"""The loop over a real broker: members come, go and are killed; topics vanish; nothing is lost."""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cinematch.events.consumer import ConsumerLoop
from cinematch.events.core import encode
from cinematch.events.kafka import KafkaBus, KafkaOptions, KafkaSource
from cinematch.events.ports import Placed
from cinematch.events.service import Relay
from cinematch.kit.clock import system_clock
from cinematch.kit.errors import Unavailable
from tests.support.kafka import KafkaServer
from tests.support.outbox import USERS, Counting, Ledger, event, ledger_on, wait_until

pytestmark = [pytest.mark.java, pytest.mark.slow]
ADA, BOB = USERS[:2]


@pytest.fixture(params=["sqlite", "mongo"])
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    with ledger_on(request.param, request) as made:
        yield made


@pytest.fixture
def options(kafka_server: KafkaServer) -> KafkaOptions:
    return options_of(kafka_server, kafka_server.fresh_topic())


def options_of(server: KafkaServer, topic: str) -> KafkaOptions:
    return KafkaOptions(
        server.bootstrap,
        topic=topic,
        partitions=4,
        replication=1,
        delivery_seconds=3,
        session_seconds=2,
        look_every=0.3,
    )


def publish(ledger: Ledger, options: KafkaOptions) -> None:
    bus = KafkaBus(options)
    relay = Relay(ledger.store, ledger.source, bus, system_clock)
    wait_until(lambda: ledger.lag() == 0, "all is published", step=lambda: attempt(relay))
    relay.release()
    bus.close()


def attempt(part: Relay | ConsumerLoop) -> None:
    """Take a step; an end that is away is asked again."""
    try:
        if isinstance(part, Relay):
            part.catch_up()
        else:
            part.step(0.1)
    except Unavailable:
        time.sleep(0.05)


def loop_of(
    ledger: Ledger, options: KafkaOptions, handler: Counting, bus: KafkaBus | None = None
) -> ConsumerLoop:
    source = KafkaSource(options, ledger.store, ledger.progress, handler.name)
    return ConsumerLoop(
        handler, source, ledger.progress, ledger.store, system_clock, bus=bus, batch=50
    )


def until_whole(loop: ConsumerLoop, handler: Counting, what: str) -> None:
    wait_until(handler.is_whole, what, step=lambda: attempt(loop))
    assert not handler.disorder()


def joined(
    ledger: Ledger, options: KafkaOptions, handler: Counting, bus: KafkaBus | None = None
) -> ConsumerLoop:
    """Return a member that has read all so far, one event: what comes then, Kafka brings."""
    ledger.write(ADA)
    publish(ledger, options)
    loop = loop_of(ledger, options, handler, bus)
    wait_until(
        lambda: handler.is_whole() and loop.health().lag == dict.fromkeys(range(4), 0),
        "the member is there",
        step=lambda: attempt(loop),
    )
    return loop


def test_every_event_is_handled_once_and_the_lag_ends_at_nothing(
    ledger: Ledger, options: KafkaOptions
) -> None:
    handler = Counting(ledger)
    for user_id in USERS:
        ledger.write(user_id, 3)
    publish(ledger, options)
    loop = loop_of(ledger, options, handler)
    until_whole(loop, handler, "the first events")
    for user_id in USERS[:3]:
        ledger.write(user_id, 2)
    publish(ledger, options)
    until_whole(loop, handler, "the next events")
    wait_until(
        lambda: loop.health().lag == dict.fromkeys(range(4), 0),
        "no lag in any partition",
        step=lambda: attempt(loop),
    )
    loop.close()


def test_a_member_that_starts_again_goes_on_where_it_was(
    ledger: Ledger, options: KafkaOptions
) -> None:
    handler = Counting(ledger)
    for _ in range(3):
        ledger.write(ADA, 2)
        ledger.write(BOB)
        publish(ledger, options)
        loop = loop_of(ledger, options, handler)
        until_whole(loop, handler, "what came since")
        loop.close()
    assert handler.counted() == {ADA: 6, BOB: 3}


def test_what_was_published_twice_is_handled_once(ledger: Ledger, options: KafkaOptions) -> None:
    handler = Counting(ledger)
    loop = joined(ledger, options, handler)
    ledger.write(ADA, 3)
    bus = KafkaBus(options)
    placed = [Placed(0, ADA, seq, encode(event(ADA, seq))) for seq in (1, 2, 3, 4)]
    bus.publish([*placed[:2], *placed, *placed])
    bus.close()
    until_whole(loop, handler, "all of them")
    wait_until(
        lambda: sum(loop.health().lag.values()) == 0 and bool(loop.health().lag),
        "the doubles are read, too",
        step=lambda: attempt(loop),
    )
    assert (handler.counted(), handler.disorder()) == ({ADA: 4}, False)
    loop.close()


def test_members_share_the_work_and_take_over_from_each_other(
    ledger: Ledger, options: KafkaOptions
) -> None:
    handlers = [Counting(ledger), Counting(ledger)]
    loops = [loop_of(ledger, options, handler) for handler in handlers]
    writing = threading.Event()
    writing.set()

    def write() -> None:
        while writing.is_set():
            for user_id in USERS:
                ledger.write(user_id)
            publish(ledger, options)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        loops[0].start()
        wait_until(lambda: handlers[0].calls > 0, "the first works")
        loops[1].start()
        wait_until(lambda: handlers[1].calls > 0, "the second works, too")
        loops[0].stop()
        calls = handlers[1].calls
        wait_until(lambda: handlers[1].calls > calls, "the second goes on")
        wait_until(lambda: len(loops[1].health().lag) == 4, "it has every partition")
    finally:
        writing.clear()
        writer.join()
    wait_until(handlers[1].is_whole, "everything is handled")
    loops[1].stop()
    assert not handlers[1].disorder()


def test_a_topic_made_anew_costs_no_event(
    ledger: Ledger, options: KafkaOptions, kafka_server: KafkaServer
) -> None:
    handler = Counting(ledger)
    for user_id in USERS[:5]:
        ledger.write(user_id, 4)
    publish(ledger, options)
    loop = loop_of(ledger, options, handler)
    until_whole(loop, handler, "the first events")
    # Published, read by nobody, gone; then shorter than before, and longer.
    for count in (1, 12):
        for user_id in USERS[:3]:
            ledger.write(user_id)
        publish(ledger, options)
        kafka_server.delete_topic(options.topic)
        kafka_server.make_topic(options.topic)
        for user_id in USERS[2:4]:
            ledger.write(user_id, count)
        publish(ledger, options)
        until_whole(loop, handler, "what the old topic and the new one held")
    loop.close()


def test_what_a_topic_has_forgotten_is_read_from_the_outbox(
    ledger: Ledger, options: KafkaOptions, kafka_server: KafkaServer
) -> None:
    handler = Counting(ledger)
    for user_id in USERS[:5]:
        ledger.write(user_id, 4)
    publish(ledger, options)
    kafka_server.forget_messages(options.topic)
    loop = loop_of(ledger, options, handler)
    until_whole(loop, handler, "what was forgotten before the first member came")
    loop.close()
    for user_id in USERS[:3]:
        ledger.write(user_id, 2)
    publish(ledger, options)
    kafka_server.forget_messages(options.topic)
    again = loop_of(ledger, options, handler)
    until_whole(again, handler, "what was forgotten while no member was there")
    again.close()


def test_what_cannot_be_taken_goes_to_the_topic_of_dead_letters(
    ledger: Ledger, options: KafkaOptions, kafka_server: KafkaServer
) -> None:
    handler = Counting(ledger, refuses=(2,))
    bus = KafkaBus(options)
    loop = joined(ledger, options, handler, bus)
    ledger.write(ADA, 2)
    publish(ledger, options)
    bus.publish([Placed(0, BOB, 1, b"no event at all")])
    wait_until(
        lambda: handler.counted() == {ADA: 2} and loop.health().set_aside == 2,
        "the good ones are handled, the bad ones set aside",
        step=lambda: attempt(loop),
    )
    loop.step(0)
    loop.close()
    bus.close()
    letters = kafka_server.messages(options.dead_letters)
    found = {one.value(): dict(one.headers() or []) for one in letters}
    assert set(found) == {encode(event(ADA, 2)), b"no event at all"}
    headers = found[encode(event(ADA, 2))]
    assert headers["consumer"] == b"counting"
    assert headers["reason"] == b"ValueError: cannot take 2"
    assert headers["topic"] == options.topic.encode()
    assert int(headers["offset"] or b"none") >= 0
    assert int(headers["partition"] or b"none") >= 0


CHILD = """
import sys
from pathlib import Path
from cinematch.events.consumer import ConsumerLoop
from cinematch.events.kafka import KafkaOptions, KafkaSource
from cinematch.infra.sqlite import open_database
from cinematch.kit.clock import system_clock
from tests.support.outbox import Counting, Ledger
from cinematch.events.sqlite import SqliteOutbox, SqliteProgress, SqliteRelaySource

store = open_database(Path(sys.argv[1]))
ledger = Ledger(store, SqliteOutbox(), SqliteRelaySource(), SqliteProgress())
options = KafkaOptions(sys.argv[2], topic=sys.argv[3], session_seconds=2)
source = KafkaSource(options, store, ledger.progress, "counting")
handler = Counting(ledger)
loop = ConsumerLoop(handler, source, ledger.progress, store, system_clock, batch=3)
while True:
    loop.step()
    if handler.calls:
        print("handled", flush=True)
"""


def test_killed_at_random_moments_nothing_is_lost_or_counted_twice(
    tmp_path: Path, request: pytest.FixtureRequest, options: KafkaOptions
) -> None:
    chance = random.Random(20261121)
    with ledger_on("sqlite", request) as ledger:
        for _ in range(4):
            for user_id in USERS:
                ledger.write(user_id, 3)
            publish(ledger, options)
            arguments = [str(tmp_path), options.bootstrap, options.topic]
            with subprocess.Popen(
                [sys.executable, "-c", CHILD, *arguments], stdout=subprocess.PIPE
            ) as child:
                assert child.stdout is not None
                assert child.stdout.readline() == b"handled\n"
                time.sleep(chance.random() * 0.05)
                child.kill()
        handler = Counting(ledger)
        loop = loop_of(ledger, options, handler)
        until_whole(loop, handler, "the rest")
        loop.close()


def test_a_broker_killed_under_load_costs_no_event_and_doubles_none(
    own_server: KafkaServer, request: pytest.FixtureRequest
) -> None:
    server = own_server
    with ledger_on("sqlite", request) as ledger:
        handler = Counting(ledger)
        options = options_of(server, "user-movie-events")
        bus = KafkaBus(options)
        relay = Relay(ledger.store, ledger.source, bus, system_clock)
        loop = loop_of(ledger, options, handler)
        relay.start()
        loop.start()
        try:
            ledger.write(ADA)
            wait_until(lambda: loop.health().error is not None, "the broker is missed")
            server.start()
            for _ in range(2):
                for user_id in USERS:
                    ledger.write(user_id, 5)
                wait_until(lambda: bool(handler.counted()), "events are handled")
                server.kill()
                for user_id in USERS:
                    ledger.write(user_id, 5)
                server.start()
                wait_until(handler.is_whole, "everything is handled", 90)
        finally:
            relay.stop()
            loop.stop()
            bus.close()
        assert not handler.disorder()
