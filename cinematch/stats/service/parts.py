"""What the statistics' use cases are made of."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass

from cinematch.diary.ports import EntriesRepository
from cinematch.events.core import Image
from cinematch.events.ports import Outbox
from cinematch.infra.ports import Store, Tx
from cinematch.infra.signals import Signals
from cinematch.kit.clock import Clock
from cinematch.stats.ports import CommunityRecords, DiaryLists, StatsRepository
from cinematch.stats.service.community import CommunityFigures

_KEPT = 256


@dataclass(frozen=True)
class Parts:
    """The store, the repositories and what else is handed in by `bootstrap`.

    Attributes:
        catch_up: applies all events there are; the follower's.
        community: given where a stream of its own writes the community's figures.
        counting: the use case behind that stream, given with `community`.
    """

    store: Store
    figures: StatsRepository
    lists: DiaryLists
    entries: EntriesRepository
    outbox: Outbox
    signals: Signals
    clock: Clock
    catch_up: Callable[[], int]
    community: CommunityRecords | None = None
    counting: CommunityFigures | None = None

    def images_of(self, tx: Tx, user_id: str) -> Iterator[Image]:
        """Yield the truth about a user's films."""
        return self.entries.images_of(tx, user_id)


class Cache:
    """The answers last made, by everything that they depend on."""

    def __init__(self, size: int = _KEPT) -> None:
        self._size = size
        self._answers: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> bytes | None:
        """Return an answer if it is still there."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def put(self, key: Hashable, answer: bytes) -> None:
        """Keep an answer; the one longest unused goes."""
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > self._size:
                self._answers.popitem(last=False)
