"""Models' files in MongoDB, so that every machine of a cluster can load what one has trained."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from bson import ObjectId
from pymongo.errors import PyMongoError

from cinematch.infra.mongo import MongoStore, refusals
from cinematch.kit.clock import Clock, system_clock
from cinematch.kit.errors import Conflict, NotFound
from cinematch.recommender.core.errors import DamagedModel, OtherFormat
from cinematch.recommender.core.model import Model
from cinematch.recommender.ports import ModelFolder

PIECE = 4 * 1024**2
"""Bytes in one document; the server takes 16 MB."""
_COMING_IN = timedelta(hours=1)
"""No sweep takes what was begun so lately: another process may be sending it."""
_ATTEMPTS = 3
"""To load a model: another process of this folder may remove a copy as damaged that is not."""
_MANIFEST = "manifest.json"
_log = logging.getLogger(__name__)


class MongoModelFiles:
    """Implements `recommender.ports.ModelFiles`: kept in MongoDB, and in a folder to be mapped.

    A model is there once the document that names its files is, which is written after all their
    pieces; not in one transaction, which a model would be too large for.
    """

    def __init__(self, store: MongoStore, folder: ModelFolder, clock: Clock = system_clock) -> None:
        self._models = store.db["model_files"]
        self._pieces = store.db["model_pieces"]
        self._folder = folder
        self._clock = clock

    def put(self, model: Model) -> None:
        """Keep a model; see the port."""
        version = model.manifest.version
        here = bool(self._folder.files(version))
        self._folder.put(model)
        try:
            with refusals():
                self._sweep()
                self._send(version)
        except BaseException:
            if not here:
                self._folder.remove(version)
            raise

    def load(self, version: str) -> Model:
        """Map a model into memory, fetched first where it is not here; see the port."""
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._folder.load(version)
            except NotFound:
                pass
            except OtherFormat:
                raise
            except DamagedModel as refusal:
                _log.warning("%s It is fetched again.", refusal.detail)
                self._folder.remove(version)
            with refusals():
                self._fetch(version)
                self._forget_gone()
        return self._folder.load(version)

    def remove(self, version: str) -> None:
        """Remove a model's files here and there, if there are any."""
        with refusals():
            # The name first: what is left if this is killed is swept as pieces of no model.
            found = self._models.find_one_and_delete({"_id": version})
            if found is not None:
                self._pieces.delete_many({"put": found["put"]})
        self._folder.remove(version)

    def versions(self) -> list[str]:
        """Return the versions that are kept."""
        with refusals():
            return sorted(one["_id"] for one in self._models.find({}, {"_id": 1}))

    def _send(self, version: str) -> None:
        put, paths = ObjectId(), self._folder.files(version)
        seal = sha256(next(path for path in paths if path.name == _MANIFEST).read_bytes())
        try:
            files = [{"name": path.name, "pieces": self._send_file(put, path)} for path in paths]
            written = self._models.update_one(
                {"_id": version},
                {"$setOnInsert": {"put": put, "seal": seal.hexdigest(), "files": files}},
                upsert=True,
            )
        except BaseException:
            with suppress(PyMongoError):
                self._pieces.delete_many({"put": put})
            raise
        if written.matched_count:
            self._pieces.delete_many({"put": put})
            if not self._models.find_one({"_id": version, "seal": seal.hexdigest()}):
                raise Conflict(f"There is another model {version} already.")

    def _send_file(self, put: ObjectId, path: Path) -> int:
        """Send a file in pieces; return how many."""
        count = 0
        with path.open("rb") as file:
            while data := file.read(PIECE):
                self._pieces.insert_one({"put": put, "name": path.name, "n": count, "data": data})
                count += 1
        return count

    def _fetch(self, version: str) -> None:
        found = self._models.find_one({"_id": version})
        if found is None:
            raise NotFound(f"There are no files of a model {version}.")

        def fill(folder: Path) -> None:
            for file in found["files"]:
                self._fetch_file(found["put"], file, folder / Path(file["name"]).name)

        self._folder.receive(version, fill)

    def _fetch_file(self, put: ObjectId, file: Mapping[str, Any], path: Path) -> None:
        with path.open("wb") as out:
            # One by one: a cursor over them would hold a batch of 16 MB at a time.
            for n in range(file["pieces"]):
                piece = self._pieces.find_one({"put": put, "name": file["name"], "n": n})
                if piece is None:
                    return  # the checksums tell
                out.write(piece["data"])

    def _forget_gone(self) -> None:
        """Remove models from this machine's folder that were removed elsewhere."""
        kept, before = set(self.versions()), (self._clock() - _COMING_IN).timestamp()
        for version in self._folder.versions():
            paths = self._folder.files(version)
            if version not in kept and all(path.stat().st_mtime < before for path in paths):
                self._folder.remove(version)

    def _sweep(self) -> None:
        """Remove pieces of models that were never finished: whoever sent them was killed."""
        before = self._clock() - _COMING_IN
        kept = {one["put"] for one in self._models.find({}, {"put": 1})}
        for put in self._pieces.distinct("put"):
            if put not in kept and put.generation_time < before:
                self._pieces.delete_many({"put": put})
