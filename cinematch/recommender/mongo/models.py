"""The registry of models in MongoDB; their files are in `files.py`."""

from collections.abc import Mapping
from typing import Any

import msgspec

from cinematch.infra.mongo import MongoTx
from cinematch.recommender.core.records import ModelRecord


class MongoModels:
    """Implements `recommender.ports.ModelsRepository`.

    Of two who make a champion at once, the unique index refuses one, whose work is run again.
    """

    def add(self, tx: MongoTx, record: ModelRecord) -> None:
        tx.db["models"].insert_one({"_id": record.version, **_document(record)}, session=tx.session)

    def get(self, tx: MongoTx, version: str) -> ModelRecord | None:
        found = tx.db["models"].find_one({"_id": version}, session=tx.session)
        return _record(found) if found else None

    def all(self, tx: MongoTx) -> list[ModelRecord]:
        records = [_record(one) for one in tx.db["models"].find(session=tx.session)]
        return sorted(records, key=lambda one: (one.created_at, one.version), reverse=True)

    def champion(self, tx: MongoTx) -> ModelRecord | None:
        found = tx.db["models"].find_one({"status": "champion"}, session=tx.session)
        return _record(found) if found else None

    def save(self, tx: MongoTx, record: ModelRecord) -> None:
        tx.db["models"].replace_one({"_id": record.version}, _document(record), session=tx.session)

    def remove(self, tx: MongoTx, version: str) -> None:
        tx.db["models"].delete_one({"_id": version}, session=tx.session)


def _document(record: ModelRecord) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(record)
    return fields | {"manifest": msgspec.json.encode(record.manifest).decode()}


def _record(document: Mapping[str, Any]) -> ModelRecord:
    fields = {name: document[name] for name in ModelRecord.__struct_fields__}
    return ModelRecord(**{**fields, "manifest": msgspec.json.decode(fields["manifest"])})
