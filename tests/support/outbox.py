"""A store with accounts and an outbox, on either side, and handlers that count."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TypeVar

import pytest

from cinematch.events.core import Event
from cinematch.events.mongo import COLLECTIONS, MongoOutbox, MongoProgress, MongoRelaySource
from cinematch.events.ports import ConsumerProgress, Outbox, RelaySource
from cinematch.events.sqlite import SqliteOutbox, SqliteProgress, SqliteRelaySource
from cinematch.infra.mongo import Collection, MongoStore
from cinematch.infra.ports import Store, Tx
from cinematch.infra.sqlite import open_database
from tests.support.builders import facts, image
from tests.support.mongo import fresh_store

T = TypeVar("T")
NOW = "2026-03-01T20:15:00.000000Z"
USERS = tuple(f"user{number:02}" for number in range(20))


def event(user_id: str, seq: int, film: str = "senso") -> Event:
    """Return a user's event; whose film it is about is of no matter here."""
    return Event(
        event_id=f"{user_id}-{seq}",
        user_id=user_id,
        seq=seq,
        event_type="ADD",
        occurred_at=NOW,
        after=image(facts(film), "2026-03-01", rating=9),
    )


@dataclass(frozen=True)
class Ledger:
    """A store with the accounts `USERS` and every part that events need in it."""

    store: Store
    outbox: Outbox
    source: RelaySource
    progress: ConsumerProgress

    def write(self, user_id: str, count: int = 1) -> None:
        """Write a user's next events."""
        self.store.transact(lambda tx: self.write_in(tx, user_id, count))

    def write_in(self, tx: Tx, user_id: str, count: int = 1) -> None:
        """Write a user's next events in a transaction."""
        first = self.outbox.next_seq(tx, user_id, count)
        self.outbox.append(tx, *(event(user_id, seq) for seq in range(first, first + count)))

    def written(self) -> dict[str, list[int]]:
        """Return the numbers of every user who has events."""
        last = self.store.snapshot(
            lambda tx: {user_id: self.outbox.last_seq(tx, user_id) for user_id in USERS}
        )
        return {user_id: list(range(1, seq + 1)) for user_id, seq in last.items() if seq}

    def lag(self) -> int:
        """Return how many events are not published."""
        return self.store.snapshot(self.source.lag).count


@contextmanager
def ledger_on(kind: str, request: pytest.FixtureRequest) -> Iterator[Ledger]:
    """Yield a ledger on `sqlite` or `mongo`."""
    if kind == "sqlite":
        with closing(open_database(request.getfixturevalue("tmp_path"))) as database:
            database.transact(
                lambda tx: tx.executemany(
                    "INSERT INTO users (user_id, username, username_key, password_hash, role,"
                    " created_at) VALUES (?, ?, ?, '', 'user', '')",
                    [(name, name, name) for name in USERS],
                )
            )
            yield Ledger(database, SqliteOutbox(), SqliteRelaySource(), SqliteProgress())
    else:
        collections = (*COLLECTIONS, Collection("users"), Collection("effects"))
        with fresh_store(request.getfixturevalue("mongo_server"), collections) as store:
            yield mongo_ledger(store)


def mongo_ledger(store: MongoStore) -> Ledger:
    """Return a ledger on a database that has the collections."""
    store.db.users.insert_many([{"_id": name, "user_id": name, "seq": 0} for name in USERS])
    return Ledger(store, MongoOutbox(), MongoRelaySource(), MongoProgress())


class Counting:
    """A handler whose effect is kept in the store: how many events of each user, and which last.

    The effect uses the outbox's positions, which are the same on either side. An event that comes
    again or out of order counts as disorder, which `refuses` (numbers that it cannot take) is not.
    """

    def __init__(self, ledger: Ledger, name: str = "counting", refuses: Sequence[int] = ()) -> None:
        self.name = name
        self.refuses = set(refuses)
        self.calls = self.afters = 0
        self._ledger = ledger

    def handle(self, tx: Tx, events: Sequence[Event]) -> None:
        """Count every event."""
        self.calls += 1
        seen: dict[str, list[int]] = {}
        for one in events:
            if one.seq in self.refuses:
                raise ValueError(f"cannot take {one.seq}")
            seen.setdefault(one.user_id, []).append(one.seq)
        for user_id, numbers in seen.items():
            last = self._get(tx, f"last/{user_id}")
            if numbers != sorted(set(numbers)) or numbers[0] <= last:
                self._set(tx, "disorder", 1)
            self._set(tx, f"last/{user_id}", max(last, numbers[-1]))
            self._set(tx, f"count/{user_id}", self._get(tx, f"count/{user_id}") + len(numbers))

    def afterwards(self) -> None:
        """Count the calls."""
        self.afters += 1

    def counted(self) -> dict[str, int]:
        """Return how many events of each user were handled."""
        found = self._ledger.store.snapshot(
            lambda tx: {user_id: self._get(tx, f"count/{user_id}") for user_id in USERS}
        )
        return {user_id: count for user_id, count in found.items() if count}

    def disorder(self) -> bool:
        """Say whether any event came twice or before an earlier one."""
        return bool(self._ledger.store.snapshot(lambda tx: self._get(tx, "disorder")))

    def is_whole(self) -> bool:
        """Say whether every event written was handled."""
        return self.counted() == {user: len(seqs) for user, seqs in self._ledger.written().items()}

    def _get(self, tx: Tx, key: str) -> int:
        return self._ledger.outbox.position(tx, f"{self.name}:{key}")

    def _set(self, tx: Tx, key: str, value: int) -> None:
        self._ledger.outbox.save_position(tx, f"{self.name}:{key}", value)


def wait_until(
    condition: Callable[[], bool],
    what: str,
    seconds: float = 60,
    step: Callable[[], object] | None = None,
) -> None:
    """Wait until a condition holds, doing `step` (or a short pause) in between."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for: {what}"
        if step is None:
            time.sleep(0.02)
        else:
            step()


class Died(BaseException):
    """The process is gone: nobody catches it."""


class DyingStore:
    """A store whose process dies at its `step`-th transaction, before it or just after its commit.

    Reads and writes count alike. It is the store itself but for that: what is committed is kept.
    """

    def __init__(self, store: Store, step: int, *, after: bool) -> None:
        self._store = store
        self._left = step
        self._after = after

    def transact(self, work: Callable[[Tx], T]) -> T:
        """Run work, or die."""
        return self._run(self._store.transact, work)

    def snapshot(self, work: Callable[[Tx], T]) -> T:
        """Run work, or die."""
        return self._run(self._store.snapshot, work)

    def close(self) -> None:
        """The store outlives us."""

    def _run(self, run: Callable[[Callable[[Tx], T]], T], work: Callable[[Tx], T]) -> T:
        self._left -= 1
        if self._left < 1 and not self._after:
            raise Died
        result = run(work)
        if self._left < 1:
            raise Died
        return result
