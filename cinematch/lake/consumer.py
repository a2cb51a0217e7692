"""The consumer `lake`: everything that happens, once, to the lake's files."""

from collections.abc import Sequence

from cinematch.events.core import Event
from cinematch.infra.ports import Tx
from cinematch.lake.service import LakeService


class LakeHandler:
    """Implements `events.ports.Handler`.

    A file is on disk before the transaction that names it, and is seen after it: a crash in
    between leaves one that is shown by the next call, or one that nothing refers to.
    """

    name = "lake"

    def __init__(self, lake: LakeService) -> None:
        self._lake = lake

    def handle(self, tx: Tx, events: Sequence[Event]) -> None:
        """Write the events to files and note them."""
        self._lake.write(tx, events)

    def afterwards(self) -> None:
        """Show what is committed."""
        self._lake.show()
