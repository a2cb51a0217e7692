"""A user's document: the scalars, and the counters by kind and key.

A counter that falls is read before, so that it can be removed when it comes to zero.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cinematch.infra.mongo import MongoTx
from cinematch.stats.core.delta import SCALARS, Delta
from cinematch.stats.core.views import STATS_VERSION
from cinematch.stats.mongo.keys import field_of, path_of
from cinematch.stats.ports import UserDelta

_USERS_AT_ONCE: Final = 1_000
_PATHS_AT_ONCE: Final = 400
"""Counters named in one look; the counters of a user of whom more fall are read whole."""


@dataclass(frozen=True)
class Known:
    """What a user's document says before a batch. `counters`: path -> value, of those read."""

    seq: int = 0
    below_zero: bool = False
    scalars: Mapping[str, int] = field(default_factory=dict)
    counters: Mapping[str, int] = field(default_factory=dict)


def read_known(tx: MongoTx, changes: Sequence[UserDelta]) -> dict[str, Known]:
    """Return what has to be known of the users who have figures."""
    falling = {
        change.user_id: [
            path_of(kind, key) for (kind, key), value in change.delta.counters.items() if value < 0
        ]
        for change in changes
    }
    found: dict[str, Known] = {}
    for users, paths in _looks(falling):
        found |= _read(tx, users, paths)
    flagged = [user_id for user_id, known in found.items() if known.below_zero]
    return found | _read(tx, flagged, ["counters"]) if flagged else found


def user_update(change: UserDelta, known: Known, *, affinities_below: bool) -> dict[str, Any]:
    """Return the update that adds a delta to a document, or makes a new one of it."""
    delta = change.delta
    moved = {name: amount for name, amount in delta.scalars.items() if amount}
    gone, counters = dict[str, str](), dict(known.counters)
    for (kind, key), amount in delta.counters.items():
        path = path_of(kind, key)
        if amount and _add(counters, path, amount):
            moved[path] = amount
        elif amount:
            gone[path] = ""
    said: dict[str, Any] = {
        "seq": change.seq,
        "updated_at": change.as_of,
        "stats_version": STATS_VERSION,
    }
    if affinities_below or _any_below(delta, known, counters):
        said["below_zero"] = True
    elif known.below_zero:
        gone["below_zero"] = ""
    return {
        "$set": said,
        "$setOnInsert": {"user_id": change.user_id, "epoch": 0},
        **({"$inc": moved} if moved else {}),
        **({"$unset": gone} if gone else {}),
    }


def fresh_document(change: UserDelta, epoch: int) -> dict[str, Any]:
    """Return the whole document of a user whose figures are these."""
    delta = change.delta
    counters: dict[str, dict[str, int]] = {}
    for (kind, key), value in delta.counters.items():
        if value:
            counters.setdefault(kind, {})[field_of(key)] = value
    numbers = (*delta.scalars.values(), *delta.counters.values(), *_rows_of(delta))
    return {
        "_id": change.user_id,
        "user_id": change.user_id,
        **{name: delta.scalars.get(name, 0) for name in SCALARS},
        "counters": counters,
        "seq": change.seq,
        "epoch": epoch,
        "stats_version": STATS_VERSION,
        "updated_at": change.as_of,
        **({"below_zero": True} if min(numbers, default=0) < 0 else {}),
    }


def _looks(falling: Mapping[str, Sequence[str]]) -> Iterator[tuple[list[str], list[str]]]:
    """Share users out among looks, each of which names the counters of all its users."""
    users: list[str] = []
    paths: set[str] = set()
    for user_id, own in falling.items():
        if len(own) > _PATHS_AT_ONCE:
            yield [user_id], ["counters"]
            continue
        if len(users) == _USERS_AT_ONCE or len(paths.union(own)) > _PATHS_AT_ONCE:
            yield users, list(paths)
            users, paths = [], set()
        users.append(user_id)
        paths.update(own)
    if users:
        yield users, list(paths)


def _read(tx: MongoTx, users: Sequence[str], paths: Iterable[str]) -> dict[str, Known]:
    shown = dict.fromkeys(("seq", "below_zero", *SCALARS, *paths), 1)
    found = tx.db["user_stats"].find(
        {"_id": {"$in": list(users)}}, shown, batch_size=_USERS_AT_ONCE, session=tx.session
    )
    return {
        one["_id"]: Known(
            seq=one["seq"],
            below_zero=one.get("below_zero", False),
            scalars={name: one.get(name, 0) for name in SCALARS},
            counters={
                f"counters.{kind}.{name}": value
                for kind, fields in one.get("counters", {}).items()
                for name, value in fields.items()
            },
        )
        for one in found
    }


def _add(counters: dict[str, int], path: str, amount: int) -> bool:
    """Add to a counter that was read or that falls; False when it comes to zero."""
    if amount > 0 and path not in counters:
        return True
    counters[path] = value = counters.get(path, 0) + amount
    return value != 0


def _any_below(delta: Delta, known: Known, counters: Mapping[str, int]) -> bool:
    scalars = (known.scalars.get(name, 0) + delta.scalars.get(name, 0) for name in SCALARS)
    return min(scalars) < 0 or min(counters.values(), default=0) < 0


def _rows_of(delta: Delta) -> Iterator[int]:
    for row in delta.affinities.values():
        yield from row
