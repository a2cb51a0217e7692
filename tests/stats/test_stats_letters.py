"""What the stream of figures cannot read comes to the topic of dead letters, with its reason."""

from pathlib import Path

import pytest

from cinematch.bootstrap.fanout import dead_letters_of_stats
from cinematch.events.kafka import KafkaBus, KafkaOptions
from cinematch.kit.clock import system_clock
from cinematch.stats.service.applying import Arrival
from tests.support.applying import arrivals, sqlite_stage
from tests.support.kafka import KafkaServer

pytestmark = [pytest.mark.java, pytest.mark.slow]


def test_a_torn_message_is_a_letter_with_its_place_and_the_rest_counts(
    kafka_server: KafkaServer, tmp_path: Path
) -> None:
    options = KafkaOptions(kafka_server.bootstrap, topic=kafka_server.fresh_topic(), replication=1)
    bus = KafkaBus(options)
    try:
        with sqlite_stage(tmp_path) as stage:
            stage.add_users(("ann",))
            refuse = dead_letters_of_stats(bus, options.topic, system_clock)
            batch = [Arrival(3, 77, b"ann", b"torn"), *arrivals(stage.live(("ann",), 5))]
            assert stage.service(refuse=refuse).apply(batch).changed == {"ann": 5}
    finally:
        bus.close()
    (letter,) = kafka_server.messages(options.dead_letters)
    headers = dict(letter.headers() or [])
    assert (letter.key(), letter.value()) == (b"ann", b"torn")
    assert (headers["consumer"], headers["topic"]) == (b"stats", options.topic.encode())
    assert (headers["partition"], headers["offset"]) == (b"3", b"77")
    assert b"malformed" in (headers["reason"] or b"")
