"""Adding to users' figures. Each statement runs once for a whole batch of users."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from cinematch.stats.core.delta import SCALARS, Delta
from cinematch.stats.core.views import STATS_VERSION
from cinematch.stats.ports import UserDelta
from cinematch.stats.sqlite.community import Community
from cinematch.stats.sqlite.upserts import Upsert

_CHUNK = 500

_ADD_SCALARS = (
    f"INSERT INTO user_stats (user_id, seq, updated_at, stats_version, {', '.join(SCALARS)})"
    f" VALUES (?, ?, ?, '{STATS_VERSION}'{', ?' * len(SCALARS)})"
    " ON CONFLICT (user_id) DO UPDATE SET seq = excluded.seq, updated_at = excluded.updated_at,"
    " stats_version = excluded.stats_version, "
    + ", ".join(f"{name} = {name} + excluded.{name}" for name in SCALARS)
)
_COUNTERS = Upsert(
    "user_counters (user_id, kind, key, value)",
    4,
    "ON CONFLICT (user_id, kind, key) DO UPDATE SET value = value + excluded.value",
)
_AFFINITIES = Upsert(
    "user_affinities (user_id, type, entity_id, name, count, rated, sum_half_stars)",
    7,
    "ON CONFLICT (user_id, type, entity_id) DO UPDATE SET name = excluded.name,"
    " count = count + excluded.count, rated = rated + excluded.rated,"
    " sum_half_stars = sum_half_stars + excluded.sum_half_stars",
)
_RENAME = (
    "UPDATE user_affinities SET name = ?1"
    " WHERE user_id = ?2 AND type = ?3 AND entity_id = ?4 AND name <> ?1"
)
# The conditions repeat those of the partial indexes, which is what lets SQLite use them; left to
# itself, it would rather look through all rows of the user.
_DROP_COUNTERS = (
    "DELETE FROM user_counters INDEXED BY counters_spent"
    " WHERE user_id = ? AND value <= 0 AND value = 0"
)
_DROP_AFFINITIES = (
    "DELETE FROM user_affinities INDEXED BY affinities_spent"
    " WHERE user_id = ? AND (count <= 0 OR rated < 0 OR sum_half_stars < 0)"
    " AND count = 0 AND rated = 0 AND sum_half_stars = 0"
)
_NEGATIVE_COUNTERS = (
    "SELECT kind, key, value FROM user_counters INDEXED BY counters_spent"
    " WHERE user_id = ? AND value <= 0 AND value < 0"
)
_NEGATIVE_AFFINITIES = (
    "SELECT type, entity_id, min(count, rated, sum_half_stars)"
    " FROM user_affinities INDEXED BY affinities_spent"
    " WHERE user_id = ? AND (count <= 0 OR rated < 0 OR sum_half_stars < 0)"
)
_NEGATIVE_SCALARS = f"SELECT {', '.join(SCALARS)} FROM user_stats WHERE user_id = ?"


class Writing(Community):
    """`progress`, `apply`, `replace`, `negatives`."""

    def progress(self, tx: sqlite3.Connection, user_ids: Iterable[str]) -> dict[str, int]:
        wanted = list(user_ids)
        found: dict[str, int] = {}
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            rows = tx.execute(
                "SELECT u.user_id, coalesce(s.seq, 0) FROM users u LEFT JOIN user_stats s"
                f" ON s.user_id = u.user_id WHERE u.user_id IN ({', '.join('?' * len(chunk))})",
                chunk,
            )
            found.update((row[0], row[1]) for row in rows)
        return found

    def begin(self, tx: sqlite3.Connection, user_ids: Sequence[str]) -> None:
        """Do nothing: one writes at a time, and a row costs the same whenever it is made."""

    def apply(self, tx: sqlite3.Connection, changes: Sequence[UserDelta]) -> None:
        users = [(change.user_id,) for change in changes]
        self._add(tx, changes)
        tx.executemany(_DROP_COUNTERS, users)
        tx.executemany(_DROP_AFFINITIES, users)
        self.add_community(tx, _community(changes))

    def replace(self, tx: sqlite3.Connection, change: UserDelta) -> None:
        user_id = (change.user_id,)
        tx.execute("DELETE FROM user_counters WHERE user_id = ?", user_id)
        tx.execute("DELETE FROM user_affinities WHERE user_id = ?", user_id)
        zero = ", ".join(f"{name} = 0" for name in SCALARS)
        tx.execute(
            f"UPDATE user_stats SET {zero}, epoch = epoch + 1, verified_at = NULL,"
            " verified_seq = NULL WHERE user_id = ?",
            user_id,
        )
        self._add(tx, [change])

    def negatives(self, tx: sqlite3.Connection, user_ids: Iterable[str]) -> list[str]:
        found = []
        for user_id in user_ids:
            for row in tx.execute(_NEGATIVE_SCALARS, (user_id,)):
                found += [
                    f"{user_id}: {name} is {value}"
                    for name, value in zip(SCALARS, tuple(row), strict=True)
                    if value < 0
                ]
            for statement in (_NEGATIVE_COUNTERS, _NEGATIVE_AFFINITIES):
                rows = tx.execute(statement, (user_id,))
                found += [f"{user_id}: {row[0]} “{row[1]}” is {row[2]}" for row in rows]
        return found + self.negative_films(tx)

    def _add(self, tx: sqlite3.Connection, changes: Sequence[UserDelta]) -> None:
        tx.executemany(_ADD_SCALARS, _scalar_rows(changes))
        _COUNTERS.run(tx, _counter_rows(changes))
        moved, renamed = _affinity_rows(changes)
        _AFFINITIES.run(tx, moved)
        tx.executemany(_RENAME, renamed)


def _scalar_rows(changes: Iterable[UserDelta]) -> Iterator[tuple[object, ...]]:
    for change in changes:
        scalars = change.delta.scalars
        values = (scalars.get(name, 0) for name in SCALARS)
        yield (change.user_id, change.seq, change.as_of, *values)


def _counter_rows(changes: Iterable[UserDelta]) -> list[tuple[object, ...]]:
    return [
        (change.user_id, kind, key, value)
        for change in changes
        for (kind, key), value in change.delta.counters.items()
        if value
    ]


def _affinity_rows(
    changes: Iterable[UserDelta],
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Return the rows that move, and the names of those that do not: one may be corrected."""
    moved: list[tuple[object, ...]] = []
    renamed: list[tuple[object, ...]] = []
    for change in changes:
        user_id, names = change.user_id, change.delta.names
        for key, (films, rated, half_stars) in change.delta.affinities.items():
            if films or rated or half_stars:
                moved.append((user_id, key[0], key[1], names[key], films, rated, half_stars))
            else:
                renamed.append((names[key], user_id, key[0], key[1]))
    return moved, renamed


def _community(changes: Sequence[UserDelta]) -> Delta:
    """Return the community's part of the deltas, summed."""
    if len(changes) == 1:
        return changes[0].delta
    total = Delta()
    for change in changes:
        total.add(Delta(films=change.delta.films, trend_days=change.delta.trend_days))
    return total
