"""Uploaded files on the disk."""

import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from cinematch.kit.errors import StoreFull
from cinematch.transfer.core.items import BadFile, Documents
from cinematch.transfer.core.opening import MOST_BYTES, open_documents, too_large

_PIECE = 256 * 1024
_SPOOLED = 4 * 1024**2
_SUFFIX = ".upload"


class UploadFolder:
    """Implements `transfer.ports.Uploads` in a folder of the data folder."""

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes

    def receive(self, import_id: str, stream: BinaryIO) -> int:
        """Store a file; see the port."""
        path, size = self._path(import_id), 0
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                while piece := stream.read(_PIECE):
                    size += len(piece)
                    if size > self._most_bytes:
                        break
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            path.unlink(missing_ok=True)
            raise StoreFull(
                f"The file cannot be stored ({error.strerror}); make room, then send it again."
            ) from error
        if size > self._most_bytes:
            path.unlink(missing_ok=True)
            raise too_large(self._most_bytes)
        return size

    @contextmanager
    def open(self, import_id: str, filename: str) -> Iterator[Documents]:
        """Open a stored file; see the port."""
        path = self._path(import_id)

        def opener() -> BinaryIO:
            try:
                return path.open("rb")
            except FileNotFoundError as error:
                raise BadFile("The uploaded file is gone.", "Send it again.") from error

        with open_documents(opener, filename) as documents:
            yield documents

    @contextmanager
    def spool(self) -> Iterator[BinaryIO]:
        """Open a nameless file; see the port."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.SpooledTemporaryFile(_SPOOLED, dir=str(self._folder)) as spool:
            yield spool  # type: ignore[misc]

    def discard(self, import_id: str) -> None:
        """Remove the file, if it is there."""
        self._path(import_id).unlink(missing_ok=True)

    def sweep(self, wanted: Collection[str], older_than: datetime | None = None) -> int:
        """Remove all files but those of these imports; see the port."""
        gone = 0
        for path in self._folder.glob(f"*{_SUFFIX}"):
            with suppress(FileNotFoundError):
                changed = path.stat().st_mtime
                young = older_than is not None and changed >= older_than.timestamp()
                if not young and path.name.removesuffix(_SUFFIX) not in wanted:
                    path.unlink()
                    gone += 1
        return gone

    def _path(self, import_id: str) -> Path:
        return self._folder / f"{import_id}{_SUFFIX}"
