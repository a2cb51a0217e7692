"""The collections of the statistics: what their documents must be, and their indexes.

Sums are whole numbers. A document with a sum below zero says so by `below_zero`, which lets the
few there may ever be be found by a small index, or in passing.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cinematch.infra.mongo import Collection, Index
from cinematch.stats.core.delta import SCALARS

AFFINITY_SUMS: Final = ("count", "rated", "sum_half_stars")
FILM_SUMS: Final = ("watched", "rated", "sum_half_stars", "liked")
DAY_SUMS: Final = ("value",)
BELOW_ZERO: Final = {"below_zero": True}

_WHOLE: Final = {"bsonType": ["int", "long"]}
_STRING: Final = {"bsonType": "string"}
_BOOL: Final = {"bsonType": "bool"}


def _schema(required: Sequence[str], properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"bsonType": "object", "required": list(required), "properties": dict(properties)}


_USER_STATS: Final = _schema(
    ("user_id", "seq", "epoch", "stats_version", "updated_at"),
    {
        "user_id": _STRING,
        **dict.fromkeys(SCALARS, _WHOLE),
        "counters": {
            "bsonType": "object",
            "additionalProperties": {"bsonType": "object"},
        },
        "seq": {"bsonType": ["int", "long"], "minimum": 0},
        "epoch": {"bsonType": ["int", "long"], "minimum": 0},
        "stats_version": _STRING,
        "updated_at": _STRING,
        "verified_at": _STRING,
        "verified_seq": _WHOLE,
        "below_zero": _BOOL,
    },
)
_USER_AFFINITIES: Final = _schema(
    ("user_id", "type", "entity_id", "name", *AFFINITY_SUMS),
    {
        **dict.fromkeys(("user_id", "type", "entity_id", "name"), _STRING),
        **dict.fromkeys(AFFINITY_SUMS, _WHOLE),
        "below_zero": _BOOL,
    },
)

COLLECTIONS: Final = (
    Collection("user_stats", (Index((("user_id", 1),), unique=True),), _USER_STATS),
    Collection(
        "user_affinities",
        (
            Index(
                (
                    ("user_id", 1),
                    ("type", 1),
                    ("count", -1),
                    ("sum_half_stars", -1),
                    ("name", 1),
                    ("entity_id", 1),
                )
            ),
            Index((("user_id", 1),), where=BELOW_ZERO),
        ),
        _USER_AFFINITIES,
    ),
    Collection(
        "film_stats",
        (Index((("below_zero", 1),), where=BELOW_ZERO),),
        _schema(FILM_SUMS, {**dict.fromkeys(FILM_SUMS, _WHOLE), "below_zero": _BOOL}),
    ),
    Collection(
        "trend_days",
        (Index((("below_zero", 1),), where=BELOW_ZERO),),
        _schema(
            ("day", "kind", "key", *DAY_SUMS),
            {
                **dict.fromkeys(("day", "kind", "key"), _STRING),
                "value": _WHOLE,
                "below_zero": _BOOL,
            },
        ),
    ),
    Collection(
        "stat_moves",
        (Index((("user_id", 1), ("seq", -1))),),
        _schema(
            ("user_id", "seq", "payload"),
            {"user_id": _STRING, "seq": _WHOLE, "payload": {"bsonType": "binData"}},
        ),
    ),
    Collection(
        "dead_letters",
        (Index((("user_id", 1),)),),
        _schema(
            ("user_id", "seq", "payload", "reason", "set_aside_at"),
            {
                **dict.fromkeys(("user_id", "reason", "set_aside_at"), _STRING),
                "seq": _WHOLE,
                "payload": {"bsonType": "binData"},
            },
        ),
    ),
)
