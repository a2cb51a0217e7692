"""Writing events: the only way in which anything is published (design, law 2)."""

from collections.abc import Sequence

from cinematch.events.core import Event, EventType, Image, event_type_of
from cinematch.events.ports import Outbox
from cinematch.infra.ports import Tx
from cinematch.kit.clock import Clock, to_iso
from cinematch.kit.ids import new_id


class EventLog:
    """Appends to the outbox inside the transaction of the change."""

    def __init__(self, outbox: Outbox, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock

    def record(
        self,
        tx: Tx,
        user_id: str,
        before: Image | None,
        after: Image | None,
        *,
        event_type: EventType | None = None,
        cause: str | None = None,
    ) -> Event:
        """Write that a user's film went from `before` to `after`, and return the event.

        Args:
            tx: the transaction that also changes the film.
            user_id: whose film.
            before: the film until now; None when it is new.
            after: the film from now on; None when it is removed.
            event_type: a name for people; found from the images when not given.
            cause: what brought it about, such as `import:<id>`.

        Raises:
            NotFound: there is no such user.
        """
        return self.record_many(tx, user_id, [(before, after)], event_type=event_type, cause=cause)[
            0
        ]

    def record_many(
        self,
        tx: Tx,
        user_id: str,
        images: Sequence[tuple[Image | None, Image | None]],
        *,
        event_type: EventType | None = None,
        cause: str | None = None,
    ) -> list[Event]:
        """Write that several of a user's films changed, in this order; see `record`.

        Raises:
            NotFound: there is no such user.
        """
        first = self._outbox.next_seq(tx, user_id, len(images))
        now = to_iso(self._clock())
        events = [
            Event(
                event_id=new_id(),
                user_id=user_id,
                seq=seq,
                event_type=event_type or event_type_of(before, after),
                occurred_at=now,
                before=before,
                after=after,
                cause=cause,
            )
            for seq, (before, after) in enumerate(images, first)
        ]
        self._outbox.append(tx, *events)
        return events
