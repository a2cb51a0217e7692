"""What a foreign key does elsewhere: nothing is written for an account that is being erased."""

from collections.abc import Sequence

from bson import ObjectId

from cinematch.infra.mongo.database import MongoTx
from cinematch.kit.errors import NotFound


def hold_owner(tx: MongoTx, user_id: str) -> None:
    """Let this transaction and the erasure of the account meet, so that one of them is first.

    Without it a transaction that adds a document and one that erases its owner would change
    different documents: both would be kept, and the new document would stay behind.

    Raises:
        NotFound: the account is gone.
    """
    hold_owners(tx, [user_id])


def hold_owners(tx: MongoTx, user_ids: Sequence[str]) -> None:
    """Do as `hold_owner` for several, each named once.

    Raises:
        NotFound: one of the accounts is gone.
    """
    # A value that is new each time: an update that changes nothing would meet nobody.
    held = tx.db["users"].update_many(
        {"_id": {"$in": list(user_ids)}}, {"$set": {"held": ObjectId()}}, session=tx.session
    )
    if held.matched_count != len(user_ids):
        raise NotFound("The account does not exist any more.")
