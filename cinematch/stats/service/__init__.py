"""What people, pages and operators ask of the statistics."""

import threading

from cinematch.stats.service.parts import Parts
from cinematch.stats.service.trends import Trends


class StatsService(Trends):
    """All use cases of the room, on one set of parts."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._lists = {}
        self._making = threading.Lock()


__all__ = ["Parts", "StatsService"]
