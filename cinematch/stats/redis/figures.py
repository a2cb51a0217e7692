"""Implements `stats.ports.StatsRepository`: the parts are one class each, joined here."""

from typing import TYPE_CHECKING

from cinematch.events.ports import Placed
from cinematch.infra.ports import Tx
from cinematch.stats.core.delta import Delta
from cinematch.stats.ports import DeadLetter, StatsRepository, TrendRow
from cinematch.stats.redis.reading import Reading
from cinematch.stats.redis.segments import Segments
from cinematch.stats.redis.writing import Writing

if TYPE_CHECKING:
    import redis

PREFIX = "cinematch:speed"


class SpeedStats(Writing, Reading):
    """Users' figures in a base, and in Redis what changed since the last flush.

    The community's figures, events set aside and the list of users are the base's alone. Works in
    transactions of a `SpeedStore` only.
    """

    def __init__(
        self, base: StatsRepository, client: "redis.Redis", *, prefix: str = PREFIX
    ) -> None:
        """Args:
        base: holds everything that has been flushed.
        client: any Redis; what it loses is taken from the outbox again.
        prefix: of the keys; two installations on one Redis need two.
        """
        super().__init__(base, Segments(client, prefix))

    def community(self, tx: Tx) -> Delta:
        return self.base.community(tx)

    def add_community(self, tx: Tx, delta: Delta) -> None:
        self.base.add_community(tx, delta)

    def replace_community(self, tx: Tx, delta: Delta) -> None:
        self.base.replace_community(tx, delta)

    def forget_days(self, tx: Tx, before: str) -> None:
        self.base.forget_days(tx, before)

    def trending_films(self, tx: Tx, first: str, last: str, limit: int) -> list[TrendRow]:
        return self.base.trending_films(tx, first, last, limit)

    def trending_genres(self, tx: Tx, first: str, last: str) -> list[tuple[str, int]]:
        return self.base.trending_genres(tx, first, last)

    def trend_viewings(self, tx: Tx, first: str, last: str) -> int:
        return self.base.trend_viewings(tx, first, last)

    def set_aside(self, tx: Tx, placed: Placed, reason: str, at: str) -> None:
        self.base.set_aside(tx, placed, reason, at)

    def dead_letters(self, tx: Tx, limit: int) -> list[DeadLetter]:
        return self.base.dead_letters(tx, limit)

    def user_ids(self, tx: Tx, after: str, limit: int) -> list[str]:
        return self.base.user_ids(tx, after, limit)
