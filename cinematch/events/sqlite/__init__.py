"""Events in SQLite: the outbox, the relay's turn, what consumers have handled."""

from cinematch.events.sqlite.outbox import SqliteOutbox
from cinematch.events.sqlite.progress import SqliteProgress
from cinematch.events.sqlite.relay import SqliteRelaySource

__all__ = ["SqliteOutbox", "SqliteProgress", "SqliteRelaySource"]
