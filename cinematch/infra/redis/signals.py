"""The bells of `infra.signals` over all processes: Redis carries them, nothing depends on one."""

import base64
import json
import logging
import threading
from typing import Any

import redis

from cinematch.infra.signals import Signals

_CHANNEL = "cinematch:signals"
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_log = logging.getLogger(__name__)


class RedisSignals(Signals):
    """Rings here at once and in every other process by publish/subscribe.

    A bell may be missed while Redis is away; who waits looks again by itself after a moment.
    """

    def __init__(self, client: "redis.Redis", own_name: str) -> None:
        super().__init__()
        self._client = client
        self._own_name = own_name
        self._stopping = threading.Event()
        self._subscribed = threading.Event()
        self._thread: threading.Thread | None = None
        self._away = False

    def start(self) -> None:
        """Begin to hear the other processes, in a thread of its own."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._hear, name="redis-signals", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 3.0) -> None:
        """Hear no more."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def wait_until_heard(self, timeout: float) -> bool:
        """Wait until this process would hear the others; say whether it does."""
        return self._subscribed.wait(timeout)

    def written(self) -> None:
        super().written()
        self._publish({"kind": "written"})

    def advanced(self, user_id: str, seq: int) -> None:
        super().advanced(user_id, seq)
        self._publish({"kind": "advanced", "user_id": user_id, "seq": seq})

    def tell(self, user_id: str, name: str, payload: bytes) -> None:
        super().tell(user_id, name, payload)
        data = base64.b64encode(payload).decode()
        self._publish({"kind": "tell", "user_id": user_id, "name": name, "payload": data})

    def _publish(self, message: dict[str, Any]) -> None:
        try:
            self._client.publish(_CHANNEL, json.dumps({"from": self._own_name, **message}))
            self._away = False
        except redis.RedisError as error:
            if not self._away:
                _log.warning("Redis is away, other processes are not told: %s", error)
            self._away = True

    def _hear(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                with self._client.pubsub() as subscription:  # type: ignore[no-untyped-call]
                    subscription.subscribe(_CHANNEL)
                    while not self._stopping.is_set():
                        self._take(subscription.get_message(timeout=0.25))
                        pause = _FIRST_PAUSE
            except redis.RedisError as error:
                self._subscribed.clear()
                _log.warning("Redis is away, asking again in %.1f s: %s", pause, error)
                self._stopping.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    def _take(self, message: dict[str, Any] | None) -> None:
        if message is None:
            return
        if message["type"] == "subscribe":
            self._subscribed.set()
            return
        told = json.loads(message["data"])
        if told["from"] == self._own_name:
            return
        if told["kind"] == "written":
            super().written()
        elif told["kind"] == "advanced":
            super().advanced(told["user_id"], told["seq"])
        elif told["kind"] == "tell":
            super().tell(told["user_id"], told["name"], base64.b64decode(told["payload"]))
