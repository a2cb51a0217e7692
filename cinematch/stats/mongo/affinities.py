"""Users' affinities: one document per user, type and director, actor, genre and so on."""

from collections.abc import Iterable, Iterator
from typing import Final

from pymongo.operations import UpdateOne

from cinematch.stats.core.delta import Key
from cinematch.stats.mongo.collections import AFFINITY_SUMS
from cinematch.stats.mongo.sums import Row, Sums
from cinematch.stats.ports import UserDelta

AFFINITIES: Final = Sums("user_affinities", AFFINITY_SUMS)


def affinity_id(user_id: str, key: Key) -> str:
    """Return the `_id` of one of the user's affinities."""
    return f"{user_id}/{key[0]}/{key[1]}"


def affinity_rows(changes: Iterable[UserDelta]) -> Iterator[Row]:
    """Yield the affinities that move."""
    for change in changes:
        user_id, names = change.user_id, change.delta.names
        for key, amounts in change.delta.affinities.items():
            if any(amounts):
                kind, entity_id = key
                yield Row(
                    f"{user_id}/{kind}/{entity_id}",
                    amounts,
                    {"user_id": user_id, "type": kind, "entity_id": entity_id},
                    {"name": names[key]},
                )


def renames(changes: Iterable[UserDelta]) -> Iterator[UpdateOne]:
    """Yield the writes of names where no sum moves: one may have been corrected."""
    for change in changes:
        names = change.delta.names
        for key, amounts in change.delta.affinities.items():
            if not any(amounts):
                name = names[key]
                yield UpdateOne(
                    {"_id": affinity_id(change.user_id, key), "name": {"$ne": name}},
                    {"$set": {"name": name}},
                )
