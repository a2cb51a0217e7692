"""The follower's throughput in events a second, against two baselines on the same store.

- `described`: the described design: one increment for each counter of each event, each event in a
  transaction of its own (tracker spec, T160 to T169).
- `decode`: the same process reads the same events, decodes them and drops them.
"""

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.harness import Figure, against, in_turns, options, report
from benchmarks.workload import Made, write_outbox
from cinematch.events.core import Event, decode
from cinematch.events.sqlite import SqliteOutbox
from cinematch.infra.ports import Tx
from cinematch.infra.signals import Signals
from cinematch.infra.sqlite import Database, open_database
from cinematch.kit.clock import system_clock
from cinematch.stats.core.delta import delta
from cinematch.stats.follower import Follower
from cinematch.stats.sqlite import SqliteStats

_PAGE = 1000


class Described:
    """The described design: what an event changes is written counter by counter."""

    def __init__(self, store: Database) -> None:
        self._store = store

    def run(self, events: int) -> int:
        """Apply `events` events, one transaction each; return how many."""
        outbox = SqliteOutbox()
        placed = self._store.snapshot(lambda tx: outbox.after(tx, 0, events))
        for item in placed:
            event = decode(item.payload)
            self._store.transact(lambda tx, event=event: self._apply(tx, event))  # type: ignore[misc]
        return len(placed)

    def _apply(self, tx: Tx, event: Event) -> None:
        change = delta(event)
        tx.execute(
            "INSERT OR IGNORE INTO user_stats (user_id, stats_version, updated_at)"
            " VALUES (?, '', '')",
            (event.user_id,),
        )
        for name in ("total_watched", "sum_half_stars", "watch_time_minutes"):
            if amount := change.scalars.get(name, 0):
                tx.execute(
                    f"UPDATE user_stats SET {name} = {name} + ? WHERE user_id = ?",  # noqa: S608
                    (amount, event.user_id),
                )
        for (kind, key), amount in change.counters.items():
            if amount and kind in {"rating", "month"}:
                tx.execute(
                    "INSERT INTO user_counters VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
                    " SET value = value + excluded.value",
                    (event.user_id, kind, key, amount),
                )
        for (kind, key), row in change.affinities.items():
            if any(row) and kind in {"director", "actor", "genre"}:
                tx.execute(
                    "INSERT INTO user_affinities VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO"
                    " UPDATE SET count = count + excluded.count, rated = rated + excluded.rated,"
                    " sum_half_stars = sum_half_stars + excluded.sum_half_stars",
                    (event.user_id, kind, key, change.names[kind, key], *row),
                )


def follow(store: Database) -> int:
    """Apply everything as the product does; return how many events."""
    return Follower(store, SqliteOutbox(), SqliteStats(), Signals(), system_clock).catch_up()


def drop(store: Database) -> int:
    """Read and decode everything; return how many events."""
    outbox, position, count = SqliteOutbox(), 0, 0
    while page := store.snapshot(lambda tx, at=position: outbox.after(tx, at, _PAGE)):  # type: ignore[misc]
        for item in page:
            decode(item.payload)
        position, count = page[-1].position, count + len(page)
    return count


def rate(template: Path, run: Callable[[Database], int]) -> float:
    """Return events a second on a fresh copy of the data folder."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(template, folder, dirs_exist_ok=True)
        store = open_database(Path(folder))
        try:
            began = time.perf_counter()
            count = run(store)
            return count / (time.perf_counter() - began)
        finally:
            store.close()


def measure(template: Path, made: Made, *, described: int, rounds: int, note: str) -> list[Figure]:
    """Let the three take turns on one workload."""
    measured = in_turns(
        {
            "ours": lambda: rate(template, follow),
            "described": lambda: rate(template, lambda store: Described(store).run(described)),
            "decode": lambda: rate(template, drop),
        },
        rounds,
    )
    ours, n = measured["ours"], made.events
    return [
        against(
            f"follower, {note}, against the described design",
            ours,
            measured["described"],
            unit="events/s",
            n=n,
            note="aim ≥ 10",
        ),
        against(
            f"follower, {note}, against reading, decoding and dropping",
            ours,
            measured["decode"],
            unit="events/s",
            n=n,
            note="aim ≥ 0.25",
        ),
    ]


def main() -> None:
    """Measure and print."""
    chosen = options(__doc__ or "")
    events, described = (6_000, 150) if chosen.quick else (40_000, 1_000)
    figures: list[Figure] = []
    for users, note in ((2, "imports of 2 users"), (50, "50 users at once")):
        with tempfile.TemporaryDirectory() as folder:
            made = write_outbox(Path(folder), users=users, events=events, films=max(5000, events))
            figures += measure(Path(folder), made, described=described, rounds=5, note=note)
    report(figures, as_json=chosen.json)


if __name__ == "__main__":
    main()
