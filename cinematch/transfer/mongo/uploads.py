"""Uploaded files in GridFS, so that any process can read what another one received."""

import tempfile
from collections.abc import Collection as Several
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from bson import ObjectId
from gridfs import GridFSBucket, GridIn
from gridfs.errors import CorruptGridFile, NoFile

from cinematch.infra.mongo import Collection, Index, MongoStore
from cinematch.infra.mongo.database import refusals
from cinematch.kit.clock import Clock, system_clock
from cinematch.kit.errors import StoreFull
from cinematch.transfer.core.items import BadFile, Documents
from cinematch.transfer.core.opening import MOST_BYTES, open_documents, too_large

_BUCKET = "uploads"
_COMING_IN = timedelta(hours=6)
_PIECE = 256 * 1024
_SPOOLED = 4 * 1024**2

COLLECTIONS: tuple[Collection, ...] = (
    Collection(f"{_BUCKET}.files", (Index([("filename", 1), ("uploadDate", 1)]),)),
    Collection(f"{_BUCKET}.chunks", (Index([("files_id", 1), ("n", 1)], unique=True),)),
)


class MongoUploads:
    """Implements `transfer.ports.Uploads`: a file's name is its import's number.

    A file is there once its last piece is: the document that names it is written after all of
    them. Reading takes a copy to this machine's disk, since archives are read to and fro.
    """

    def __init__(
        self,
        store: MongoStore,
        *,
        most_bytes: int = MOST_BYTES,
        coming_in: timedelta = _COMING_IN,
        clock: Clock = system_clock,
    ) -> None:
        """Keep files in the store's database.

        `coming_in`: no sweep takes what was written so lately. Another process may be receiving
        it, or be about to note its import, whatever the one that sweeps knows.
        """
        self._files = store.db[f"{_BUCKET}.files"]
        self._pieces = store.db[f"{_BUCKET}.chunks"]
        self._bucket = GridFSBucket(store.db, _BUCKET)
        self._most_bytes = most_bytes
        self._coming_in = coming_in
        self._clock = clock

    def receive(self, import_id: str, stream: BinaryIO) -> int:
        """Store a file; see the port."""
        file_id = ObjectId()
        with refusals():
            file = self._bucket.open_upload_stream_with_id(file_id, import_id)
            try:
                size = self._pour(stream, file)
            except BaseException:
                file.abort()
                raise
            file.close()
            self._remove({"filename": import_id, "_id": {"$ne": file_id}})
        return size

    @contextmanager
    def open(self, import_id: str, filename: str) -> Iterator[Documents]:
        """Open a stored file; see the port."""
        with tempfile.TemporaryDirectory(prefix="cinematch-upload-") as folder:
            copy = Path(folder) / "upload"
            self._copy(import_id, copy)
            with open_documents(lambda: copy.open("rb"), filename) as documents:
                yield documents

    @contextmanager
    def spool(self) -> Iterator[BinaryIO]:
        """Open a nameless file; see the port."""
        with tempfile.SpooledTemporaryFile(_SPOOLED) as spool:
            yield spool  # type: ignore[misc]

    def discard(self, import_id: str) -> None:
        """Remove the file, if it is there."""
        with refusals():
            self._remove({"filename": import_id})

    def sweep(self, wanted: Several[str], older_than: datetime | None = None) -> int:
        """Remove all files but those of these imports; see the port."""
        latest = self._clock() - self._coming_in
        before = latest if older_than is None else min(older_than, latest)
        with refusals():
            gone = self._remove({"filename": {"$nin": list(wanted)}, "uploadDate": {"$lt": before}})
            self._sweep_pieces(before)
        return gone

    def _pour(self, stream: BinaryIO, file: GridIn) -> int:
        size = 0
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > self._most_bytes:
                raise too_large(self._most_bytes)
            file.write(piece)
        return size

    def _copy(self, import_id: str, path: Path) -> None:
        try:
            with refusals(), path.open("wb") as file:
                self._bucket.download_to_stream_by_name(import_id, file)
        except NoFile as error:
            raise BadFile("The uploaded file is gone.", "Send it again.") from error
        except CorruptGridFile as error:
            raise BadFile("The uploaded file is damaged.", "Send it again.") from error
        except OSError as error:
            raise StoreFull(
                f"The uploaded file cannot be copied here to be read ({error.strerror}); "
                "make room in the folder for temporary files."
            ) from error

    def _remove(self, query: Mapping[str, Any]) -> int:
        gone = 0
        for found in self._files.find(query, {"_id": 1}):
            # The name first: what is left if this is killed is swept as pieces without a file.
            gone += self._files.delete_one({"_id": found["_id"]}).deleted_count
            self._pieces.delete_many({"files_id": found["_id"]})
        return gone

    def _sweep_pieces(self, before: datetime) -> None:
        """Remove pieces whose file was never finished: whoever wrote it was killed."""
        for file_id in self._pieces.distinct("files_id"):
            young = file_id.generation_time >= before
            if not young and not self._files.find_one({"_id": file_id}, {"_id": 1}):
                self._pieces.delete_many({"files_id": file_id})
