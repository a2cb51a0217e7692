"""A Kafka broker of one node, as a process of its own, and fresh topics on it."""

import subprocess
import time
import uuid
from pathlib import Path

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from scripts.jars import ensure
from tests.support.ports import free_port
from tests.support.process import ServerProcess

# A dead broker's registration is forgotten within two seconds, so that a kill costs no longer.
_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{broker}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs={folder}/data
num.partitions=4
auto.create.topics.enable=false
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
log.cleaner.enable=false
"""
_LOGGING = """\
Configuration:
  Appenders:
    Console:
      name: stdout
      PatternLayout:
        pattern: "%d %p %c %m%n"
  Loggers:
    Root:
      level: WARN
      AppenderRef:
        ref: stdout
"""


class KafkaServer(ServerProcess):
    """A broker that may be killed and started again on the same folder and ports."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.port, self._controller = free_port(), free_port()
        self.bootstrap = f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and return once it answers."""
        if not (self.folder / "data").exists():
            self._format()
        admin = self.admin()
        self._run(
            [*self._java(), "-Xmx256m", "kafka.Kafka", "server.properties"],
            lambda: _has_brokers(admin),
            90,
        )

    def restart(self) -> None:
        """Kill it and start it again."""
        self.kill()
        self.start()

    def fresh_topic(self, name: str = "user-movie-events", partitions: int = 4) -> str:
        """Make a topic of its own for a test, and return its name."""
        topic = f"{name}-{uuid.uuid4().hex[:8]}"
        self.make_topic(topic, partitions)
        return topic

    def make_topic(self, topic: str, partitions: int = 4) -> None:
        """Make a topic; one of this name that is still being deleted is waited for."""
        admin = self.admin()
        deadline = time.monotonic() + 30
        while True:
            made = admin.create_topics([NewTopic(topic, partitions, 1)])[topic]
            try:
                made.result(10)
            except KafkaException:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    def delete_topic(self, topic: str) -> None:
        """Delete a topic with everything in it, and return once nothing more can be put there.

        The controller says that it is gone while the broker still takes, and then loses, messages.
        """
        admin = self.admin()
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": "gone"})
        deadline = time.monotonic() + 15
        try:
            parts = consumer.list_topics(topic, timeout=10).topics[topic].partitions
            admin.delete_topics([topic], operation_timeout=10)[topic].result(15)
            for number in parts:
                while _is_held(consumer, TopicPartition(topic, number)):
                    assert time.monotonic() < deadline, f"the broker keeps {topic}"
                    time.sleep(0.02)
        finally:
            consumer.close()

    def forget_messages(self, topic: str) -> None:
        """Delete every message of a topic, as its time of retention would."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": "ends"})
        admin = self.admin()
        try:
            known = consumer.list_topics(topic, timeout=10).topics[topic].partitions
            ends = [TopicPartition(topic, number) for number in known]
            for one in ends:
                one.offset = consumer.get_watermark_offsets(one, timeout=10)[1]
        finally:
            consumer.close()
        for deleted in admin.delete_records(ends).values():
            deleted.result(10)

    def messages(self, topic: str) -> list[Message]:
        """Return every message that a topic holds now, each partition's in order."""
        consumer = Consumer(
            {"bootstrap.servers": self.bootstrap, "group.id": "look", "enable.auto.commit": False}
        )
        found: list[Message] = []
        try:
            for number in consumer.list_topics(topic, timeout=10).topics[topic].partitions:
                part = TopicPartition(topic, number)
                low, high = consumer.get_watermark_offsets(part, timeout=10)
                part.offset = low
                consumer.assign([part])
                while consumer.position([part])[0].offset < high and low < high:
                    found += [one for one in consumer.consume(1_000, 0.2) if one.error() is None]
        finally:
            consumer.close()
        return found

    def admin(self) -> AdminClient:
        """Return a client for topics."""
        return AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0})

    def _java(self) -> list[str]:
        jars = ensure("kafka")
        return [
            "java",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dlog4j2.configurationFile=log4j2.yaml",
            "-cp",
            f"{jars}/*",
        ]

    def _format(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = _PROPERTIES.format(
            broker=self.port, controller=self._controller, folder=self.folder
        )
        (self.folder / "server.properties").write_text(settings)
        (self.folder / "log4j2.yaml").write_text(_LOGGING)
        # Any sixteen bytes in this form are a cluster's name.
        name = "Y2luZW1hdGNoLXRlc3RzLg"
        subprocess.run(
            [*self._java(), "kafka.tools.StorageTool", "format", "-t", name,
             "-c", "server.properties"],
            cwd=self.folder,
            check=True,
            capture_output=True,
        )  # fmt: skip


def _has_brokers(admin: AdminClient) -> bool:
    try:
        return bool(admin.list_topics(timeout=0.5).brokers)
    except KafkaException:
        return False


def _is_held(consumer: Consumer, part: TopicPartition) -> bool:
    try:
        consumer.get_watermark_offsets(part, timeout=2)
    except KafkaException as refusal:
        return bool(refusal.args[0].code() != KafkaError.UNKNOWN_TOPIC_OR_PART)
    return True
