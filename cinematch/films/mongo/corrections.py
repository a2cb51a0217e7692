"""The corrections made to films, numbered in the order in which they were made."""

from collections.abc import Collection
from typing import Any

from cinematch.films.core.catalogue import Correction
from cinematch.films.mongo.bulk import chunks
from cinematch.infra.mongo import MongoTx


class Corrections:
    """What `MongoFilms` does with corrections."""

    def add_correction(self, tx: MongoTx, correction: Correction) -> int:
        log = tx.db["corrections"]
        # Two that take the same number meet on it, and the store runs one of them again.
        last = log.find_one({}, {"_id": 1}, sort=[("_id", -1)], session=tx.session)
        number = int(last["_id"]) + 1 if last else 1
        log.insert_one(
            {
                "_id": number,
                "film_id": correction.film_id,
                "changed_by": correction.changed_by,
                "changed_at": correction.changed_at,
                "before": correction.before,
                "after": correction.after,
                "spread": False,
            },
            session=tx.session,
        )
        return number

    def corrections(self, tx: MongoTx, film_id: str) -> list[Correction]:
        found = tx.db["corrections"].find({"film_id": film_id}, session=tx.session)
        return [_correction(one) for one in found.sort("_id", -1)]

    def corrections_to_spread(self, tx: MongoTx, limit: int) -> list[Correction]:
        found = tx.db["corrections"].find({"spread": False}, session=tx.session)
        return [_correction(one) for one in found.sort("_id", 1).limit(limit)]

    def mark_spread(self, tx: MongoTx, correction_id: int) -> None:
        tx.db["corrections"].update_one(
            {"_id": correction_id}, {"$set": {"spread": True}}, session=tx.session
        )


def forget_corrections(tx: MongoTx, film_ids: Collection[str]) -> None:
    """Remove the corrections of these films."""
    for chunk in chunks(film_ids):
        tx.db["corrections"].delete_many({"film_id": {"$in": chunk}}, session=tx.session)


def _correction(document: dict[str, Any]) -> Correction:
    return Correction(
        correction_id=document["_id"],
        film_id=document["film_id"],
        changed_by=document["changed_by"],
        changed_at=document["changed_at"],
        before=document["before"],
        after=document["after"],
    )
