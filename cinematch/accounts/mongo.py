"""Accounts in MongoDB."""

from collections.abc import Sequence
from typing import Any

from cinematch.accounts.core import Account, ApiToken, Session
from cinematch.infra.mongo import Collection, Index, MongoTx
from cinematch.infra.mongo.owners import hold_owner

_STRING, _STRING_OR_NULL = {"bsonType": "string"}, {"bsonType": ["string", "null"]}
_OWN = ("sessions", "api_tokens")
_ACCOUNT = (
    "user_id", "username", "password_hash", "role", "created_at", "disabled", "settings", "seq",
)  # fmt: skip

COLLECTIONS: tuple[Collection, ...] = (
    Collection(
        "users",
        (Index([("username_key", 1)], unique=True), Index([("created_at", 1), ("_id", 1)])),
        {
            "required": ["username_key", "has_data", *_ACCOUNT],
            "properties": {
                "user_id": _STRING,
                "username": _STRING,
                "username_key": _STRING,
                "password_hash": _STRING,
                "role": {"enum": ["user", "administrator"]},
                "disabled": {"bsonType": "bool"},
                "has_data": {"bsonType": "bool"},
                "settings": {"bsonType": "object"},
                "seq": {"bsonType": ["int", "long"], "minimum": 0},
                "created_at": _STRING,
            },
        },
    ),
    Collection(
        "sessions",
        (Index([("user_id", 1), ("expires_at", 1)]),),
        {
            "required": ["session_id", "user_id", "refresh_hash", "used_at", "expires_at"],
            "properties": {
                "user_id": _STRING,
                "refresh_hash": _STRING,
                "previous_hash": _STRING_OR_NULL,
                "created_at": _STRING,
                "used_at": _STRING,
                "expires_at": _STRING,
            },
        },
    ),
    Collection(
        "api_tokens",
        (Index([("token_hash", 1)], unique=True), Index([("user_id", 1), ("created_at", -1)])),
        {
            "required": ["token_id", "user_id", "name", "token_hash", "created_at"],
            "properties": {
                "user_id": _STRING,
                "name": _STRING,
                "token_hash": _STRING,
                "created_at": _STRING,
                "last_used_at": _STRING_OR_NULL,
            },
        },
    ),
)


class MongoAccounts:
    """Implements `accounts.ports.AccountsRepository`.

    `hanging` are the collections of other rooms whose documents, by `user_id`, go with an account.
    """

    def __init__(self, hanging: Sequence[str] = ()) -> None:
        self._hanging = (*_OWN, *(name for name in hanging if name not in _OWN))

    def add(self, tx: MongoTx, account: Account, key: str) -> bool:
        # Of two who look at the same moment the index refuses one, whose work then runs again.
        if self.by_key(tx, key) is not None:
            return False
        fields = {name: getattr(account, name) for name in _ACCOUNT}
        tx.db["users"].insert_one(
            {"_id": account.user_id, "username_key": key, "has_data": False, **fields},
            session=tx.session,
        )
        return True

    def get(self, tx: MongoTx, user_id: str) -> Account | None:
        return _account(tx.db["users"].find_one({"_id": user_id}, session=tx.session))

    def by_key(self, tx: MongoTx, key: str) -> Account | None:
        return _account(tx.db["users"].find_one({"username_key": key}, session=tx.session))

    def save(self, tx: MongoTx, account: Account) -> None:
        changed = ("password_hash", "role", "disabled", "settings")
        tx.db["users"].update_one(
            {"_id": account.user_id},
            {"$set": {name: getattr(account, name) for name in changed}},
            session=tx.session,
        )

    def delete(self, tx: MongoTx, user_id: str) -> None:
        # First of all: who adds something meanwhile then has to wait for this, not this for them.
        tx.db["users"].delete_one({"_id": user_id}, session=tx.session)
        for name in self._hanging:
            tx.db[name].delete_many({"user_id": user_id}, session=tx.session)

    def counts(self, tx: MongoTx) -> tuple[int, int]:
        users = tx.db["users"]
        return (
            users.count_documents({}, session=tx.session),
            users.count_documents({"role": "administrator", "disabled": False}, session=tx.session),
        )

    def ids(self, tx: MongoTx) -> list[str]:
        found = tx.db["users"].find({}, {"_id": 1}, session=tx.session)
        return [one["_id"] for one in found.sort([("created_at", 1), ("_id", 1)])]

    def page(self, tx: MongoTx, limit: int, after: tuple[str, str] | None) -> list[Account]:
        created_at, user_id = after or ("", "")
        query = {
            "$or": [
                {"created_at": {"$gt": created_at}},
                {"created_at": created_at, "_id": {"$gt": user_id}},
            ]
        }
        found = tx.db["users"].find(query, session=tx.session)
        listed = found.sort([("created_at", 1), ("_id", 1)]).limit(limit)
        return [account for one in listed if (account := _account(one))]

    def add_session(self, tx: MongoTx, session: Session) -> None:
        hold_owner(tx, session.user_id)
        tx.db["sessions"].delete_many(
            {"user_id": session.user_id, "expires_at": {"$lte": session.created_at}},
            session=tx.session,
        )
        tx.db["sessions"].insert_one(
            {"_id": session.session_id, **vars(session)}, session=tx.session
        )

    def session(self, tx: MongoTx, session_id: str) -> tuple[Session, Account] | None:
        found = tx.db["sessions"].find_one({"_id": session_id}, {"_id": 0}, session=tx.session)
        account = self.get(tx, found["user_id"]) if found else None
        return (Session(**found), account) if found and account else None

    def save_session(self, tx: MongoTx, session: Session) -> None:
        changed = ("refresh_hash", "previous_hash", "used_at", "expires_at")
        tx.db["sessions"].update_one(
            {"_id": session.session_id},
            {"$set": {name: getattr(session, name) for name in changed}},
            session=tx.session,
        )

    def delete_session(self, tx: MongoTx, session_id: str) -> None:
        tx.db["sessions"].delete_one({"_id": session_id}, session=tx.session)

    def delete_sessions(self, tx: MongoTx, user_id: str, *, keep: str | None = None) -> None:
        tx.db["sessions"].delete_many(
            {"user_id": user_id, "_id": {"$ne": keep}}, session=tx.session
        )

    def add_token(self, tx: MongoTx, token: ApiToken) -> None:
        hold_owner(tx, token.user_id)
        tx.db["api_tokens"].insert_one({"_id": token.token_id, **vars(token)}, session=tx.session)

    def token(self, tx: MongoTx, token_hash: str) -> tuple[ApiToken, Account] | None:
        found = tx.db["api_tokens"].find_one(
            {"token_hash": token_hash}, {"_id": 0}, session=tx.session
        )
        account = self.get(tx, found["user_id"]) if found else None
        return (ApiToken(**found), account) if found and account else None

    def tokens(self, tx: MongoTx, user_id: str) -> list[ApiToken]:
        found = tx.db["api_tokens"].find({"user_id": user_id}, session=tx.session)
        listed = found.sort([("created_at", -1), ("_id", 1)])
        return [ApiToken(**{k: v for k, v in one.items() if k != "_id"}) for one in listed]

    def touch_token(self, tx: MongoTx, token_id: str, used_at: str) -> None:
        tx.db["api_tokens"].update_one(
            {"_id": token_id}, {"$set": {"last_used_at": used_at}}, session=tx.session
        )

    def delete_token(self, tx: MongoTx, user_id: str, token_id: str) -> bool:
        deleted = tx.db["api_tokens"].delete_one(
            {"_id": token_id, "user_id": user_id}, session=tx.session
        )
        return deleted.deleted_count == 1


def _account(document: dict[str, Any] | None) -> Account | None:
    return Account(**{name: document[name] for name in _ACCOUNT}) if document else None
