"""Kafka: the topic of events, and the one of dead letters."""

from cinematch.events.kafka.bus import KafkaBus
from cinematch.events.kafka.source import KafkaSource
from cinematch.events.kafka.topics import KafkaOptions

__all__ = ["KafkaBus", "KafkaOptions", "KafkaSource"]
