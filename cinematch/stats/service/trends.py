"""Everybody's statistics: what was watched over the last day, days, week or month."""

import threading
from datetime import datetime, timedelta
from typing import Any

import msgspec

from cinematch.infra.ports import Tx
from cinematch.kit.clock import to_iso
from cinematch.kit.errors import Invalid
from cinematch.stats.core.trends import WINDOWS, days_of
from cinematch.stats.follower import CONSUMER
from cinematch.stats.service.community import GLOBAL
from cinematch.stats.service.rebuilding import Rebuilding
from cinematch.stats.service.top_lists import STREAMED, top_lists

_FRESH_FOR = timedelta(seconds=5)
_encode = msgspec.json.Encoder().encode


class Trends(Rebuilding):
    """The community's top lists. A window is a sum of days (design §3)."""

    _lists: dict[str, tuple[datetime, int, bytes]]
    _making: threading.Lock

    def trends(self, window: str) -> bytes:
        """Return the top films and genres of a window; at most five seconds old.

        Windows go by calendar days of viewing: "24h" and "48h" are the days that the last 24 and 48
        hours touch, since a viewing has a day and no hour. In a cluster the lists are those that
        the community's stream has published, and so as old as its trigger, too.

        Raises:
            Invalid: there is no such window.
        """
        if window not in WINDOWS:
            raise Invalid.field("window", "is not known", f"one of: {', '.join(WINDOWS)}")
        now = self._parts.clock()
        with self._making:
            kept = self._lists.get(window)
            if kept is not None and now - kept[0] < _FRESH_FOR and kept[0].date() == now.date():
                return kept[2]
            position, answer = self._parts.store.snapshot(
                lambda tx: self._made(tx, window, now, kept)
            )
            self._lists[window] = (now, position, answer)
            return answer

    def _made(
        self, tx: Tx, window: str, now: datetime, kept: tuple[datetime, int, bytes] | None
    ) -> tuple[int, bytes]:
        """Return the lists, with what they were made at: a place in the outbox, or a revision."""
        records = self._parts.community
        if records is not None:
            published = records.published(tx, GLOBAL) or {}
            return published.get("revision", 0), self._from(tx, window, now, published)
        position = self._parts.outbox.position(tx, CONSUMER)
        if kept is not None and kept[1] == position and kept[0].date() == now.date():
            return position, kept[2]
        lists = top_lists(self._parts.figures, tx, *days_of(window, now.date()))
        return position, _answer(window, lists, to_iso(now), STREAMED)

    def _from(self, tx: Tx, window: str, now: datetime, published: dict[str, Any]) -> bytes:
        """Answer from the published lists; from the days when those are of yesterday, or none."""
        first, last = days_of(window, now.date())
        source = published.get("source", STREAMED)
        lists = published.get("windows", {}).get(window)
        if lists is not None and lists["to"] == last:
            return _answer(window, lists, published["updated_at"], source)
        lists = top_lists(self._parts.figures, tx, first, last)
        return _answer(window, lists, to_iso(now), source)


def _answer(window: str, lists: dict[str, Any], updated_at: str, source: str) -> bytes:
    shown = {key: value for key, value in lists.items() if key != "to"}
    return _encode({"window": window, **shown, "updated_at": updated_at, "source": source})
