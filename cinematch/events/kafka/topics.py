"""Which topics there are, and how they are made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from cinematch.kit.errors import Unavailable

_PATIENCE = 5.0  # seconds for one question to the broker


@dataclass(frozen=True)
class KafkaOptions:
    """Where the broker is, and what it holds."""

    bootstrap: str
    """As in `kafka-1:9092,kafka-2:9092`."""
    topic: str = "user-movie-events"
    partitions: int = 12
    """Of a topic that has to be made."""
    replication: int = -1
    """Of a topic that has to be made; -1 leaves it to the broker."""
    delivery_seconds: float = 10.0
    """How long an event may take to be kept by all replicas."""
    session_seconds: float = 10.0
    """After how long a consumer that is silent loses its partitions to others."""
    look_every: float = 5.0
    """Seconds between looks whether the topic is still the same."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Settings of librdkafka for every connection, such as those of TLS and SASL."""

    @property
    def dead_letters(self) -> str:
        """Return the topic of what consumers could not take."""
        return f"{self.topic}.dead-letters"

    def connection(self) -> dict[str, Any]:
        """Return what every client is told."""
        return {
            "bootstrap.servers": self.bootstrap,
            "reconnect.backoff.max.ms": 1_000,
            # Our own words say that a broker is away; librdkafka's would come by the second.
            "log_level": 2,
            **self.settings,
        }


def unavailable(options: KafkaOptions, error: object) -> Unavailable:
    """Return the refusal that says how the broker is away."""
    return Unavailable(
        f"Kafka at {options.bootstrap} does not answer (KAFKA_BOOTSTRAP_SERVERS): {error}. "
        "What is not published stays in the outbox, and goes out when the broker is back."
    )


class Topics:
    """The topics of one broker: made where missing, told apart when made anew."""

    def __init__(self, options: KafkaOptions) -> None:
        self._options = options
        self._admin: AdminClient | None = None

    def ensure(self, topic: str) -> str:
        """Make the topic if it is missing, and return its identity, new with each making.

        Raises:
            Unavailable: the broker does not answer.
        """
        found = self.identity(topic)
        if found is None:
            self._make(topic)
            found = self.identity(topic)
        if found is None:
            raise unavailable(self._options, f"the topic {topic} is not there yet")
        return found

    def identity(self, topic: str) -> str | None:
        """Return the identity of a topic, None when there is no such topic.

        Raises:
            Unavailable: the broker does not answer.
        """
        try:
            asked = self._client().describe_topics(
                TopicCollection([topic]), request_timeout=_PATIENCE
            )
            known = asked[topic].result(_PATIENCE + 1).topic_id
        except KafkaException as error:
            if error.args[0].code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
                return None
            raise unavailable(self._options, error.args[0].str()) from error
        except TimeoutError as error:
            raise unavailable(self._options, "no answer in time") from error
        return f"{known.get_most_significant_bits()}:{known.get_least_significant_bits()}"

    def _make(self, topic: str) -> None:
        new = NewTopic(topic, self._options.partitions, self._options.replication)
        try:
            made = self._client().create_topics([new], operation_timeout=_PATIENCE)
            made[topic].result(2 * _PATIENCE)
        except KafkaException as error:
            # Another process may have been quicker.
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise unavailable(self._options, error.args[0].str()) from error
        except TimeoutError as error:
            raise unavailable(self._options, "no answer in time") from error

    def _client(self) -> AdminClient:
        if self._admin is None:
            self._admin = AdminClient(
                {**self._options.connection(), "socket.timeout.ms": int(_PATIENCE * 1000)}
            )
        return self._admin
