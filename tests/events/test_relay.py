"""The relay over a real broker: every event arrives, each user's in order, whoever dies."""

import threading
from collections.abc import Iterator

import pytest

from cinematch.events.core import decode
from cinematch.events.kafka import KafkaBus, KafkaOptions
from cinematch.events.service import Relay, RelayOptions
from cinematch.infra.ports import Store
from cinematch.kit.clock import system_clock
from cinematch.kit.errors import Unavailable
from tests.support.kafka import KafkaServer
from tests.support.outbox import USERS, Died, DyingStore, Ledger, ledger_on, wait_until

pytestmark = [pytest.mark.java, pytest.mark.slow]


@pytest.fixture(params=["sqlite", "mongo"])
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    with ledger_on(request.param, request) as made:
        yield made


def options(server: KafkaServer, topic: str, patience: float) -> KafkaOptions:
    return KafkaOptions(
        server.bootstrap, topic=topic, partitions=4, replication=1, delivery_seconds=patience
    )


def relay_of(
    ledger: Ledger,
    server: KafkaServer,
    topic: str,
    *,
    store: Store | None = None,
    lease: float = 1.0,
    batch: int = 20,
    patience: float = 30.0,
) -> Relay:
    bus = KafkaBus(options(server, topic, patience))
    return Relay(
        store or ledger.store,
        ledger.source,
        bus,
        system_clock,
        RelayOptions(batch=batch, lease=lease),
    )


def arrived(server: KafkaServer, topic: str) -> dict[str, list[int]]:
    """Each user's numbers as the topic has them, whole messages checked."""
    found: dict[str, list[int]] = {}
    partitions: dict[str, set[int | None]] = {}
    for message in server.messages(topic):
        event = decode(message.value() or b"")
        key = (message.key() or b"").decode()
        headers = dict(message.headers() or [])
        assert (event.user_id, b"%d" % event.seq) == (key, headers["seq"])
        found.setdefault(key, []).append(event.seq)
        partitions.setdefault(key, set()).add(message.partition())
    assert all(len(used) == 1 for used in partitions.values())
    return found


def first_arrivals(found: dict[str, list[int]]) -> dict[str, list[int]]:
    return {user_id: list(dict.fromkeys(numbers)) for user_id, numbers in found.items()}


def test_every_event_arrives_once_and_in_the_users_order(
    ledger: Ledger, kafka_server: KafkaServer
) -> None:
    topic = kafka_server.fresh_topic()
    for user_id in (*USERS, *USERS[::2]):
        ledger.write(user_id, 3)
    relay = relay_of(ledger, kafka_server, topic)
    assert relay.catch_up() == 90
    assert arrived(kafka_server, topic) == ledger.written()
    health = relay.health()
    assert (health.published, health.lag, health.oldest) == (90, 0, "")
    relay.release()


def test_a_running_relay_publishes_what_is_written_until_it_is_stopped(
    ledger: Ledger, kafka_server: KafkaServer
) -> None:
    topic = kafka_server.fresh_topic()
    relay = relay_of(ledger, kafka_server, topic)
    relay.start()
    try:
        for user_id in USERS[:5]:
            ledger.write(user_id, 2)
        wait_until(lambda: ledger.lag() == 0, "everything is published")
    finally:
        relay.stop()
    ledger.write(USERS[0])
    other = relay_of(ledger, kafka_server, topic)
    assert other.catch_up() == 1, "the lanes were given back at once"
    assert arrived(kafka_server, topic) == ledger.written()


def test_several_relays_at_once_lose_nothing(ledger: Ledger, kafka_server: KafkaServer) -> None:
    topic = kafka_server.fresh_topic()
    relays = [relay_of(ledger, kafka_server, topic) for _ in range(3)]
    for relay in relays:
        relay.start()

    def write(users: tuple[str, ...]) -> None:
        for _ in range(5):
            for user_id in users:
                ledger.write(user_id)

    writers = [threading.Thread(target=write, args=(USERS[n::2],)) for n in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    relays[0].stop()
    try:
        wait_until(lambda: ledger.lag() == 0, "everything is published")
    finally:
        for relay in relays[1:]:
            relay.stop()
    assert first_arrivals(arrived(kafka_server, topic)) == ledger.written()


@pytest.mark.parametrize("step", [2, 3])
@pytest.mark.parametrize("after", [False, True])
def test_a_relay_that_dies_at_any_step_loses_nothing(
    ledger: Ledger, kafka_server: KafkaServer, step: int, *, after: bool
) -> None:
    topic = kafka_server.fresh_topic()
    for user_id in USERS[:3]:
        ledger.write(user_id, 3)
    # Transactions: 1 claims, 2 reads, 3 marks; between 2 and 3 the broker has acknowledged.
    dying = relay_of(ledger, kafka_server, topic, store=DyingStore(ledger.store, step, after=after))
    with pytest.raises(Died):
        dying.step()
    other = relay_of(ledger, kafka_server, topic)
    wait_until(lambda: ledger.lag() == 0, "the other takes over", step=other.catch_up)
    found = arrived(kafka_server, topic)
    assert first_arrivals(found) == ledger.written()
    twice = sum(map(len, found.values())) == 18
    assert twice == (step == 3 and not after), "doubles come of a death after acknowledgement only"


def test_an_event_above_the_brokers_limit_goes_as_a_bell(
    ledger: Ledger, kafka_server: KafkaServer
) -> None:
    topic = kafka_server.fresh_topic()
    ledger.write(USERS[0], 2)
    bus = KafkaBus(
        KafkaOptions(kafka_server.bootstrap, topic=topic, settings={"message.max.bytes": 1_000})
    )
    lanes = ledger.store.transact(lambda tx: ledger.source.claim(tx, "a", "2026", "2027"))
    small, large = ledger.store.snapshot(lambda tx: ledger.source.pending(tx, lanes, "", 10))
    grown = type(large)(large.position, large.user_id, large.seq, large.payload + b" " * 2_000)
    assert bus.publish([small, grown]) == 1
    bus.close()
    values = {dict(one.headers() or [])["seq"]: one.value() for one in kafka_server.messages(topic)}
    assert values == {b"1": small.payload, b"2": None}


def test_a_topic_that_is_missing_is_made(ledger: Ledger, kafka_server: KafkaServer) -> None:
    topic = kafka_server.fresh_topic()
    kafka_server.delete_topic(topic)
    ledger.write(USERS[0], 2)
    relay = relay_of(ledger, kafka_server, topic, patience=2)

    def publish() -> None:
        # The broker forgets a topic a little later than it says.
        try:
            relay.catch_up()
        except Unavailable:
            return

    wait_until(lambda: ledger.lag() == 0, "the topic is made", step=publish)
    kafka_server.delete_topic(topic)
    ledger.write(USERS[0], 2)
    wait_until(lambda: ledger.lag() == 0, "the topic is made again", step=publish)
    assert first_arrivals(arrived(kafka_server, topic)) == {USERS[0]: [3, 4]}


def test_a_broker_that_is_away_is_told_and_nothing_is_lost(
    own_server: KafkaServer, request: pytest.FixtureRequest
) -> None:
    server = own_server
    with ledger_on("sqlite", request) as ledger:
        ledger.write(USERS[0], 2)
        relay = relay_of(ledger, server, "user-movie-events", patience=3)
        with pytest.raises(Unavailable, match="KAFKA_BOOTSTRAP_SERVERS"):
            relay.step()
        assert ledger.lag() == 2
        relay.start()
        try:
            wait_until(lambda: relay.health().error is not None, "the error is told")
            server.start()
            wait_until(lambda: ledger.lag() == 0, "the relay goes on by itself")
        finally:
            relay.stop()
        assert relay.health().error is None
        assert first_arrivals(arrived(server, "user-movie-events")) == ledger.written()


def test_a_broker_killed_under_load_loses_no_event(
    own_server: KafkaServer, request: pytest.FixtureRequest
) -> None:
    server = own_server
    server.start()
    with ledger_on("sqlite", request) as ledger:
        topic = server.fresh_topic()
        relay = relay_of(ledger, server, topic, batch=500, patience=3)
        relay.start()
        writing = threading.Event()
        writing.set()

        def write() -> None:
            while writing.is_set():
                for user_id in USERS:
                    ledger.write(user_id, 2)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for _ in range(2):
                published = relay.health().published
                wait_until(
                    lambda p=published: relay.health().published > p + 200,  # type: ignore[misc]
                    "the relay publishes",
                )
                server.restart()
            writing.clear()
            writer.join()
            wait_until(lambda: ledger.lag() == 0, "everything is published", 90)
        finally:
            writing.clear()
            relay.stop()
        assert first_arrivals(arrived(server, topic)) == ledger.written()
