"""Writing events, publishing them, and bringing back what a consumer has set aside."""

from cinematch.events.service.log import EventLog
from cinematch.events.service.outbox_source import OutboxSource
from cinematch.events.service.relay import Relay, RelayOptions
from cinematch.events.service.replay import DeadLetters

__all__ = ["DeadLetters", "EventLog", "OutboxSource", "Relay", "RelayOptions"]
