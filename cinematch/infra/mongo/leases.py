"""Who does alone what must be done by one process only: a lease that runs out with its holder."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from cinematch.infra.mongo.database import MongoStore, MongoTx
from cinematch.infra.mongo.schema import Collection
from cinematch.kit.clock import Clock, to_iso
from cinematch.kit.errors import CineMatchError

COLLECTIONS = (
    Collection(
        "leases",
        schema={
            "bsonType": "object",
            "required": ["_id", "holder", "until"],
            "properties": {
                "_id": {"bsonType": "string"},
                "holder": {"bsonType": "string"},
                "until": {"bsonType": "string"},
            },
        },
    ),
)
_log = logging.getLogger(__name__)


class MongoLease:
    """One name, held by one process at a time, and taken over when that one is not heard of.

    `keep` runs `begin` when the lease is won and `end` when it is lost or given back. When `begin`
    fails, `end` is run, the lease given back, and whoever wins it tries again. Processes'
    clocks may differ by less than `seconds`; what is done under the lease is guarded by its own
    transactions all the same.
    """

    def __init__(
        self, store: MongoStore, name: str, holder: str, clock: Clock, *, seconds: float = 15.0
    ) -> None:
        self._store = store
        self._name = name
        self._holder = holder
        self._clock = clock
        self._seconds = seconds
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.held = False

    def take(self) -> bool:
        """Take or renew the lease; False while another holds it.

        Raises:
            StoreBusy: the server does not answer.
        """
        return self._store.transact(self._take)

    def give_back(self) -> None:
        """Let go of it, if it is ours."""
        self._store.transact(
            lambda tx: tx.db["leases"].delete_one(
                {"_id": self._name, "holder": self._holder}, session=tx.session
            )
        )

    def keep(self, begin: Callable[[], object], end: Callable[[], object]) -> None:
        """Try for the lease in a thread of its own, until `stop`."""
        self._thread = threading.Thread(
            target=self._run, args=(begin, end), name=f"lease-{self._name}", daemon=True
        )
        self._thread.start()

    def stop(self, timeout: float = 8.0) -> None:
        """End what runs under the lease and give it back."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def _take(self, tx: MongoTx) -> bool:
        now = self._clock()
        until = to_iso(now + timedelta(seconds=self._seconds))
        found = tx.db["leases"].find_one({"_id": self._name}, session=tx.session)
        if found and found["holder"] != self._holder and found["until"] > to_iso(now):
            return False
        tx.db["leases"].replace_one(
            {"_id": self._name},
            {"_id": self._name, "holder": self._holder, "until": until},
            upsert=True,
            session=tx.session,
        )
        return True

    def _run(self, begin: Callable[[], object], end: Callable[[], object]) -> None:
        while not self._stopping.is_set():
            held = self._taken()
            if held and not self.held:
                self._begin(begin, end)
            elif self.held and not held:
                _log.warning("The lease %s was lost.", self._name)
                self._end(end)
            self._stopping.wait(self._seconds / 3)
        if self.held:
            self._end(end)
            self._let_go()

    def _begin(self, begin: Callable[[], object], end: Callable[[], object]) -> None:
        self.held = True
        try:
            begin()
        except Exception:  # noqa: BLE001 - nothing else would ever begin it again
            _log.exception("What the lease %s is for could not begin; tried again.", self._name)
            self._end(end)
            self._let_go()

    def _end(self, end: Callable[[], object]) -> None:
        self.held = False
        try:
            end()
        except Exception:  # noqa: BLE001 - the lease is gone all the same
            _log.exception("What the lease %s is for did not end well.", self._name)

    def _taken(self) -> bool:
        try:
            return self.take()
        except CineMatchError as refusal:
            _log.warning("The lease %s cannot be renewed: %s", self._name, refusal.detail)
            return False

    def _let_go(self) -> None:
        try:
            self.give_back()
        except CineMatchError as refusal:
            _log.warning("The lease %s runs out by itself: %s", self._name, refusal.detail)
