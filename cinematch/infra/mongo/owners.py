"""What a foreign key does elsewhere: nothing is written for an account that is being erased."""

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
    # A value that is new each time: an update that changes nothing would meet nobody.
    held = tx.db["users"].update_one(
        {"_id": user_id}, {"$set": {"held": ObjectId()}}, session=tx.session
    )
    if not held.matched_count:
        raise NotFound("The account does not exist any more.")
