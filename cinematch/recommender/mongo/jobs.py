"""Long tasks in MongoDB: one document each, and one for each thing that they said."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from bson import ObjectId

from cinematch.infra.mongo import MongoTx
from cinematch.recommender.core.records import OPEN, Job, JobKind, Message

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.decode
_LATEST = [("asked_at", -1), ("_id", -1)]


class MongoJobs:
    """Implements `recommender.ports.JobsRepository`."""

    def add(self, tx: MongoTx, job: Job) -> None:
        _meet(tx)
        tx.db["recommender_jobs"].insert_one(
            {"_id": job.job_id, **_document(job)}, session=tx.session
        )

    def get(self, tx: MongoTx, job_id: str) -> Job | None:
        found = tx.db["recommender_jobs"].find_one({"_id": job_id}, session=tx.session)
        return _job(found) if found else None

    def save(self, tx: MongoTx, job: Job) -> None:
        _meet(tx)
        tx.db["recommender_jobs"].update_one(
            {"_id": job.job_id}, {"$set": _document(job)}, session=tx.session
        )

    def open(self, tx: MongoTx) -> list[Job]:
        found = tx.db["recommender_jobs"].find(
            {"status": {"$in": list(OPEN)}},
            sort=[("asked_at", 1), ("_id", 1)],
            session=tx.session,
        )
        return [_job(one) for one in found]

    def latest(self, tx: MongoTx, kind: JobKind | None, limit: int) -> list[Job]:
        found = tx.db["recommender_jobs"].find(
            {} if kind is None else {"kind": kind}, sort=_LATEST, limit=limit, session=tx.session
        )
        return [_job(one) for one in found]

    def say(self, tx: MongoTx, job_id: str, said: Sequence[Message]) -> None:
        # Whoever removes the job, or says something for it at the same moment, meets this write.
        held = tx.db["recommender_jobs"].update_one(
            {"_id": job_id}, {"$set": {"held": ObjectId()}}, session=tx.session
        )
        if not held.matched_count or not said:
            return
        last = tx.db["recommender_messages"].find_one(
            {"job_id": job_id}, {"number": 1}, sort=[("number", -1)], session=tx.session
        )
        first = last["number"] + 1 if last else 1
        tx.db["recommender_messages"].insert_many(
            [
                {
                    "_id": f"{job_id}/{number}",
                    "job_id": job_id,
                    "number": number,
                    "data": _encode(one.data).decode(),
                }
                for number, one in enumerate(said, first)
            ],
            session=tx.session,
        )

    def messages(self, tx: MongoTx, job_id: str, after: int, limit: int) -> list[Message]:
        found = tx.db["recommender_messages"].find(
            {"job_id": job_id, "number": {"$gt": after}},
            sort=[("number", 1)],
            limit=limit,
            session=tx.session,
        )
        return [Message(one["number"], _decode(one["data"])) for one in found]

    def erase_user(self, tx: MongoTx, user_id: str) -> None:
        tx.db["recommender_jobs"].update_many(
            {"asked_by": user_id}, {"$set": {"asked_by": None}}, session=tx.session
        )

    def prune(self, tx: MongoTx, keep: int) -> int:
        ended = tx.db["recommender_jobs"].find(
            {"status": {"$nin": list(OPEN)}}, {"kind": 1}, sort=_LATEST, session=tx.session
        )
        kept: dict[str, int] = {}
        gone = []
        for one in ended:
            kept[one["kind"]] = kept.get(one["kind"], 0) + 1
            if kept[one["kind"]] > keep:
                gone.append(one["_id"])
        if gone:
            for name, field in (("recommender_messages", "job_id"), ("recommender_jobs", "_id")):
                tx.db[name].delete_many({field: {"$in": gone}}, session=tx.session)
        return len(gone)


def _meet(tx: MongoTx) -> None:
    """Let two who look at what is open and then write meet, so that one of them is first."""
    tx.db["recommender_turn"].update_one(
        {"_id": "turn"}, {"$set": {"held": ObjectId()}}, upsert=True, session=tx.session
    )


def _document(job: Job) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(job)
    result = None if job.result is None else _encode(job.result).decode()
    return fields | {"options": _encode(job.options).decode(), "result": result}


def _job(document: Mapping[str, Any]) -> Job:
    fields = {name: document[name] for name in Job.__struct_fields__}
    result = None if fields["result"] is None else _decode(fields["result"])
    return Job(**{**fields, "options": _decode(fields["options"]), "result": result})
