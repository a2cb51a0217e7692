"""Everybody's statistics: what was watched over the last day, days, week or month."""

import threading
from datetime import datetime, timedelta

import msgspec

from cinematch.infra.ports import Tx
from cinematch.kit.clock import to_iso
from cinematch.kit.errors import Invalid
from cinematch.stats.core.trends import WINDOWS, days_of, shares
from cinematch.stats.follower import CONSUMER
from cinematch.stats.ports import TrendRow
from cinematch.stats.service.rebuilding import Rebuilding

TOP = 10
_FRESH_FOR = timedelta(seconds=5)
_encode = msgspec.json.Encoder().encode


class Trends(Rebuilding):
    """The community's top lists. A window is a sum of days (design §3)."""

    _lists: dict[str, tuple[datetime, int, bytes]]
    _making: threading.Lock

    def trends(self, window: str) -> bytes:
        """Return the top films and genres of a window; at most five seconds old.

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
        position = self._parts.outbox.position(tx, CONSUMER)
        if kept is not None and kept[1] == position and kept[0].date() == now.date():
            return position, kept[2]
        first, last = days_of(window, now.date())
        films = self._parts.figures.trending_films(tx, first, last, TOP)
        genres = self._parts.figures.trending_genres(tx, first, last)
        return position, _encode(
            {
                "window": window,
                "from": first,
                "top_movies": [_shown(row) for row in films],
                "trending_genres": shares(genres)[:TOP],
                "updated_at": to_iso(now),
            }
        )


def _shown(row: TrendRow) -> dict[str, object]:
    return {
        "film_id": row.film_id,
        "title": row.title,
        "title_en": row.title_en,
        "title_it": row.title_it,
        "year": row.year,
        "genres": row.genres,
        "poster_path": row.poster_path,
        "count": row.count,
    }
