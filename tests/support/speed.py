"""The speed layer over any store, with keys of its own on a server that tests share."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from cinematch.infra.ports import Store
from cinematch.infra.redis import open_redis
from cinematch.stats.ports import StatsRepository
from cinematch.stats.redis import SpeedFlusher, SpeedStats, SpeedStore


@dataclass
class Speed:
    """The layer's parts, and the base beneath."""

    base_store: Store
    base: StatsRepository
    store: SpeedStore
    figures: SpeedStats
    flusher: SpeedFlusher
    prefix: str
    url: str

    def held_keys(self) -> list[str]:
        """Return what Redis holds."""
        with open_redis(self.url) as client:
            return sorted(key.decode() for key in client.scan_iter(f"{self.prefix}*"))

    def lose(self, user_ids: Sequence[str] | None = None) -> None:
        """Have Redis lose everything, or what it holds of some users."""
        with open_redis(self.url) as client:
            for key in self.held_keys():
                user_id = key.partition(":")[2].partition(":")[0]
                if user_ids is None or user_id in user_ids:
                    client.delete(key)

    def settled(self) -> bool:
        """Say whether nothing waits to be flushed."""
        return not self.flusher.waiting()


@contextmanager
def speed_over(store: Store, base: StatsRepository, url: str, **options: int) -> Iterator[Speed]:
    """Yield the layer over a base; the store stays open."""
    with open_redis(url) as client:
        prefix = f"speed-{uuid.uuid4().hex}"
        figures = SpeedStats(base, client, prefix=prefix)
        speed_store = SpeedStore(store, figures)
        flusher = SpeedFlusher(speed_store, figures, **options)
        yield Speed(store, base, speed_store, figures, flusher, prefix, url)
