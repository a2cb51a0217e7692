"""Settings of the installation and the record of jobs in MongoDB."""

from typing import Any

from cinematch.infra.mongo import Collection, MongoTx
from cinematch.ops.ports import JobRun

_STRING_OR_NULL = {"bsonType": ["string", "null"]}

COLLECTIONS: tuple[Collection, ...] = (
    Collection("settings", (), {"required": ["name", "value"]}),
    Collection(
        "jobs",
        (),
        {
            "required": ["name", "started_at"],
            "properties": {
                "name": {"bsonType": "string"},
                "started_at": _STRING_OR_NULL,
                "finished_at": _STRING_OR_NULL,
                "result": {"bsonType": ["object", "null"]},
            },
        },
    ),
)


class MongoOps:
    """Implements `ops.ports.OpsRepository`."""

    def setting(self, tx: MongoTx, name: str) -> Any:
        found = tx.db["settings"].find_one({"_id": name}, session=tx.session)
        return found["value"] if found else None

    def save_setting(self, tx: MongoTx, name: str, value: Any) -> None:
        tx.db["settings"].replace_one(
            {"_id": name}, {"name": name, "value": value}, upsert=True, session=tx.session
        )

    def jobs(self, tx: MongoTx) -> list[JobRun]:
        found = tx.db["jobs"].find({}, session=tx.session).sort("_id", 1)
        return [
            JobRun(one["_id"], one["started_at"], one["finished_at"], one["result"])
            for one in found
        ]

    def job_started(self, tx: MongoTx, name: str, at: str) -> None:
        tx.db["jobs"].replace_one(
            {"_id": name},
            {"name": name, "started_at": at, "finished_at": None, "result": None},
            upsert=True,
            session=tx.session,
        )

    def job_finished(self, tx: MongoTx, name: str, at: str, result: dict[str, Any]) -> None:
        tx.db["jobs"].update_one(
            {"_id": name}, {"$set": {"finished_at": at, "result": result}}, session=tx.session
        )

    def counts(self, tx: MongoTx) -> dict[str, int]:
        names = {
            "users": "users",
            "films": "movies_catalog",
            "entries": "movies",
            "events": "outbox",
        }
        return {
            name: tx.db[collection].count_documents({}, session=tx.session)
            for name, collection in names.items()
        }
