"""Adding to users' figures: one bulk write for each collection, however many users there are.

The number of the last event stands in the user's document and is part of what each update looks
for, so an effect is added once: what is found there already is passed over, and of two who write
at once one begins anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from bson import ObjectId
from pymongo.operations import UpdateOne

from cinematch.infra.mongo import MongoTx
from cinematch.stats.core.delta import SCALARS, Delta
from cinematch.stats.mongo.affinities import AFFINITIES, affinity_rows, renames
from cinematch.stats.mongo.bulk import overtaken, write
from cinematch.stats.mongo.community import Community
from cinematch.stats.mongo.keys import key_of
from cinematch.stats.mongo.user_document import Known, fresh_document, read_known, user_update
from cinematch.stats.ports import UserDelta

_CHUNK: Final = 1_000


class Writing(Community):
    """`progress`, `apply`, `replace`, `negatives`."""

    def progress(self, tx: MongoTx, user_ids: Iterable[str]) -> dict[str, int]:
        wanted = list(user_ids)
        found: dict[str, int] = {}
        for start in range(0, len(wanted), _CHUNK):
            chosen = {"_id": {"$in": wanted[start : start + _CHUNK]}}
            users = tx.db["users"].find(chosen, {"_id": 1}, batch_size=_CHUNK, session=tx.session)
            found.update((user["_id"], 0) for user in users)
            held = tx.db["user_stats"].find(
                chosen, {"seq": 1}, batch_size=_CHUNK, session=tx.session
            )
            found.update((one["_id"], one["seq"]) for one in held if one["_id"] in found)
        return found

    def begin(self, tx: MongoTx, user_ids: Sequence[str]) -> None:
        found = tx.db["user_stats"].find(
            {"_id": {"$in": list(user_ids)}}, {"_id": 1}, session=tx.session
        )
        new = sorted(set(user_ids) - {one["_id"] for one in found})
        if new:
            _hold_new_owners(tx, new)
            empty = [fresh_document(UserDelta(one, Delta(), 0, ""), 0) for one in new]
            tx.db["user_stats"].insert_many(empty, session=tx.session)

    def apply(self, tx: MongoTx, changes: Sequence[UserDelta]) -> None:
        """Add the deltas; those that the figures hold already are passed over."""
        known = read_known(tx, changes)
        new = [one for one in changes if one.seq > known.get(one.user_id, _NOTHING).seq]
        if not new:
            return
        _hold_new_owners(tx, [one.user_id for one in new if one.user_id not in known])
        below = _add_affinities(tx, new, known)
        _add_to_users(tx, new, known, below)
        if self._community:
            self.add_community(tx, _community(new))

    def replace(self, tx: MongoTx, change: UserDelta) -> None:
        """Write what differs from the figures as they are; readers see the old or the new ones."""
        user_id = change.user_id
        found = tx.db["user_stats"].find_one(
            {"_id": user_id}, {"seq": 1, "epoch": 1}, session=tx.session
        )
        if found is None:
            _hold_new_owners(tx, [user_id])
        epoch = found["epoch"] + 1 if found else 0
        tx.db["user_stats"].replace_one(
            {"_id": user_id}, fresh_document(change, epoch), upsert=True, session=tx.session
        )
        AFFINITIES.replace(tx, {"user_id": user_id}, affinity_rows([change]))

    def negatives(self, tx: MongoTx, user_ids: Iterable[str]) -> list[str]:
        """Say what is below zero; the community's only where a batch moves it, too."""
        wanted, found = list(user_ids), list[str]()
        for start in range(0, len(wanted), _CHUNK):
            documents = tx.db["user_stats"].find(
                {"_id": {"$in": wanted[start : start + _CHUNK]}, "below_zero": True},
                session=tx.session,
            )
            for document in sorted(documents, key=lambda one: str(one["_id"])):
                found += _words(tx, document)
        return found + (self.negative_films(tx) if self._community else [])


_NOTHING: Final = Known()


def _hold_new_owners(tx: MongoTx, user_ids: Sequence[str]) -> None:
    """Let this transaction and the erasure of these accounts meet; see `infra.mongo.owners`.

    Whose figures exist meets it at their document, which is erased with the account.
    """
    if not user_ids:
        return
    held = tx.db["users"].update_many(
        {"_id": {"$in": list(user_ids)}}, {"$set": {"held": ObjectId()}}, session=tx.session
    )
    if held.matched_count != len(user_ids):
        raise overtaken("An account went while its figures were being written.")


def _add_affinities(
    tx: MongoTx, changes: Sequence[UserDelta], known: Mapping[str, Known]
) -> set[str]:
    """Add the affinities and return the users of whom one is below zero afterwards."""
    flagged = [user_id for user_id, one in known.items() if one.below_zero]
    suspects = (
        [one["_id"] for one in AFFINITIES.below_zero(tx, user_id={"$in": flagged})]
        if flagged
        else []
    )
    rows = list(affinity_rows(changes))
    below = AFFINITIES.add(tx, rows, suspects, list(renames(changes)))
    return {key.split("/", 1)[0] for key in below}


def _add_to_users(
    tx: MongoTx, changes: Sequence[UserDelta], known: Mapping[str, Known], below: set[str]
) -> None:
    writes = []
    for change in changes:
        user_id = change.user_id
        held = known.get(user_id)
        seq = {"$exists": False} if held is None else held.seq
        update = user_update(change, held or _NOTHING, affinities_below=user_id in below)
        writes.append(UpdateOne({"_id": user_id, "seq": seq}, update, upsert=held is None))
    done = write(tx, "user_stats", writes)
    if done is not None and done.matched_count + done.upserted_count != len(writes):
        raise overtaken("Somebody else wrote the figures of one of these users.")


def _words(tx: MongoTx, document: Mapping[str, Any]) -> list[str]:
    user_id = document["_id"]
    found = [
        f"{user_id}: {name} is {document[name]}" for name in SCALARS if document.get(name, 0) < 0
    ]
    for kind, fields in document.get("counters", {}).items():
        found += [
            f"{user_id}: {kind} “{key_of(field)}” is {value}"
            for field, value in fields.items()
            if value < 0
        ]
    for row in AFFINITIES.below_zero(tx, user_id=user_id):
        least = min(row[name] for name in AFFINITIES.fields)
        found.append(f"{user_id}: {row['type']} “{row['entity_id']}” is {least}")
    return found


def _community(changes: Sequence[UserDelta]) -> Delta:
    """Return the community's part of the deltas, summed."""
    if len(changes) == 1:
        return changes[0].delta
    total = Delta()
    for change in changes:
        total.add(Delta(films=change.delta.films, trend_days=change.delta.trend_days))
    return total
