"""Backups: a zip with the database, its tables as JSON lines, and a manifest of checksums."""

import hashlib
import os
import re
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from cinematch import __version__
from cinematch.infra.instance import turn
from cinematch.kit.clock import Clock
from cinematch.kit.errors import NO_ROOM, Conflict, Invalid, NotFound, StoreDamaged, StoreFull
from cinematch.ops.core.manifest import FORMAT, DatabaseCopy, Manifest, TableDump, to_prune
from cinematch.ops.ports import Snapshots

FOLDER = "backups"
_DATABASE, _MANIFEST = "cinematch.db", "manifest.json"
_LOGS = ("-wal", "-shm")
_STAGED, _SCRATCH = ".cinematch.db.restoring", ".taking-"
_CHUNK = 1 << 20
_LONGEST_WAIT = 60.0  # seconds for another backup to be done
_NAME = re.compile(r"cinematch-(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\d)\d{6}Z-([a-z0-9-]+)\.zip")
# What a broken archive makes of `zipfile`'s arithmetic.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, msgspec.MsgspecError, KeyError, EOFError,
    NotImplementedError, RuntimeError, ValueError, OverflowError,
)  # fmt: skip
_READ_ME = (
    "A backup of CineMatch. cinematch.db is a complete SQLite database; tables/*.jsonl hold the\n"
    "same rows as text, one JSON object a line; manifest.json has the checksum (SHA-256) of each\n"
    "file. To bring it back: cinematch restore THIS-FILE\n"
)

Progress = Callable[[str, int, int], None]
"""`(what, done, of how many)`; raising from it cancels the work and leaves nothing behind."""


@dataclass(frozen=True)
class Backup:
    """One backup in the folder."""

    name: str
    bytes: int
    created_at: str
    reason: str


def no_progress(_what: str, _done: int, _total: int) -> None:
    """Report to nobody."""


class BackupService:
    """Takes, checks, lists, prunes and restores backups of one data folder."""

    def __init__(self, data_dir: Path, snapshots: Snapshots, clock: Clock) -> None:
        self._data_dir = data_dir
        self._folder = data_dir / FOLDER
        self._snapshots = snapshots
        self._clock = clock

    def create(self, reason: str = "manual", progress: Progress = no_progress) -> Backup:
        """Take a backup while the database is in use; it appears whole or not at all.

        Raises:
            NotFound: there is no database yet.
            Conflict: another backup has been going on for a minute.
            StoreDamaged: the database is damaged; a backup of it would be none.
            StoreFull: no room, or the folder cannot be written; nothing is left behind.
        """
        now = self._clock()
        name = f"cinematch-{now:%Y%m%dT%H%M%S%f}Z-{reason}.zip"
        created_at = f"{now:%Y-%m-%dT%H:%M:%SZ}"
        try:
            with self._scratch() as scratch:
                copy, archive = scratch / _DATABASE, scratch / name
                progress("copy", 0, 1)
                self._snapshots.copy_to(copy, lambda: progress("copy", 0, 1))
                if problems := self._snapshots.check(copy):
                    raise StoreDamaged(
                        f"The database is damaged ({problems[0]}), so no backup was taken. "
                        "Bring an earlier one back: cinematch backups list."
                    )
                self._write(archive, copy, created_at, reason, progress)
                progress("ready", 1, 1)
                archive.replace(self._folder / name)
                _sync_folder(self._folder)
        except OSError as error:
            raise StoreFull(
                f"The backup could not be written to {self._folder}: {error.strerror}. "
                "Nothing was changed. Make room or allow writing there, then try again."
            ) from error
        return self.find(name)

    def all(self) -> list[Backup]:
        """Return the backups of the folder, newest first."""
        found = []
        for path in sorted(self._folder.glob("cinematch-*.zip"), reverse=True):
            match = _NAME.fullmatch(path.name)
            with suppress(FileNotFoundError):  # it is just being pruned
                if match:
                    year, month, day_hour, minute, second, reason = match.groups()
                    created = f"{year}-{month}-{day_hour}:{minute}:{second}Z"
                    found.append(Backup(path.name, path.stat().st_size, created, reason))
        return found

    def find(self, name: str) -> Backup:
        """Return one backup of the folder.

        Raises:
            NotFound: there is none of that name.
        """
        for backup in self.all():
            if backup.name == name:
                return backup
        raise NotFound(f"There is no backup called {name}.")

    def path(self, name: str) -> Path:
        """Return where a backup of the folder lies.

        Raises:
            NotFound: there is none of that name.
        """
        return self._folder / self.find(name).name

    def prune(self, keep: int) -> list[str]:
        """Delete all but the newest `keep` backups; return the names of those deleted."""
        gone = to_prune([backup.name for backup in self.all()], keep)
        for name in gone:
            (self._folder / name).unlink(missing_ok=True)
        return gone

    def sweep(self) -> None:
        """Remove what a backup or a restoration left that was cut off.

        The caller holds the instance lock, so that nothing is being restored.
        """
        (self._data_dir / _STAGED).unlink(missing_ok=True)
        if self._folder.exists():
            with suppress(Conflict), self._turn(0.0):
                self._clear()

    def verify(self, archive: Path) -> Manifest:
        """Check every byte of a backup against its manifest, and the database inside.

        Raises:
            Invalid: it is no backup, or damaged; the message names the part.
            NotFound: there is no such file.
            StoreFull: no room to unpack it.
        """
        try:
            with self._scratch() as scratch:
                return self._unpack(archive, scratch / _DATABASE)
        except OSError as error:
            raise StoreFull(f"The backup could not be unpacked: {error.strerror}.") from error

    def restore(self, archive: Path, progress: Progress = no_progress) -> Manifest:
        """Put a backup in the place of the present database, which is backed up first.

        The caller holds the instance lock and has no database open.

        Raises:
            Invalid: the file is no backup, or damaged.
            NotFound: there is no such file.
            Conflict: it is of a newer release, or a command is using the database.
            StoreFull: no room.
            In each case nothing was changed.
        """
        target = self._data_dir / _DATABASE
        staged = self._data_dir / _STAGED
        try:
            self._data_dir.mkdir(parents=True, exist_ok=True)
            progress("check", 0, 3)
            manifest = self._unpack(archive, staged)
            self._refuse_newer(manifest)
            progress("safeguard", 1, 3)
            self._safeguard(target)
            progress("replace", 2, 3)
            _sync(staged)
            # Of a sound database no log is left by now; that of a damaged one is kept beside it.
            for suffix in _LOGS:
                Path(f"{target}{suffix}").unlink(missing_ok=True)
            staged.replace(target)
            _sync_folder(self._data_dir)
            progress("replace", 3, 3)
        except OSError as error:
            raise StoreFull(f"The backup could not be restored: {error.strerror}.") from error
        finally:
            staged.unlink(missing_ok=True)
        return manifest

    def _safeguard(self, target: Path) -> None:
        """Keep what is about to be replaced; a damaged database is kept as the files that it is."""
        if not target.exists():
            return
        try:
            self.create("restore")
            self._snapshots.settle()
        except StoreDamaged:
            kept = target.with_name(f"damaged-{self._clock():%Y%m%dT%H%M%SZ}.db")
            for suffix in ("", *_LOGS):
                if (file := Path(f"{target}{suffix}")).exists():
                    shutil.copy2(file, f"{kept}{suffix}")

    def _refuse_newer(self, manifest: Manifest) -> None:
        latest = self._snapshots.latest_version()
        if manifest.schema_version > latest:
            raise Conflict(
                f"The backup has schema {manifest.schema_version} and this release knows up to "
                f"{latest}. Install the newer release to restore it; nothing was changed."
            )

    def _turn(self, seconds: float) -> AbstractContextManager[None]:
        busy = "Another backup is being taken; try again when it is there."
        return turn(self._folder / ".lock", busy, seconds)

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        """Be alone with a new folder, which goes again; what was left by others goes too."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._turn(_LONGEST_WAIT):
            self._clear()
            with tempfile.TemporaryDirectory(dir=self._folder, prefix=_SCRATCH) as scratch:
                yield Path(scratch)

    def _clear(self) -> None:
        for left in self._folder.glob(f"{_SCRATCH}*"):
            shutil.rmtree(left, ignore_errors=True)

    def _write(
        self, archive: Path, copy: Path, created_at: str, reason: str, progress: Progress
    ) -> None:
        names = self._snapshots.tables(copy)
        tables: dict[str, TableDump] = {}
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
            out.writestr("README.txt", _READ_ME)
            for done, table in enumerate(names):
                progress("tables", done, len(names))
                tables[table] = self._dump(out, copy, table)
            database = _pack(out, copy, progress)
            manifest = Manifest(
                format=FORMAT,
                cinematch=__version__,
                schema_version=self._snapshots.schema_version(copy),
                created_at=created_at,
                reason=reason,
                database=database,
                tables=tables,
            )
            out.writestr(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2))
        _sync(archive)

    def _dump(self, out: zipfile.ZipFile, copy: Path, table: str) -> TableDump:
        file, digest, count = f"tables/{table}.jsonl", hashlib.sha256(), 0
        with out.open(file, "w", force_zip64=True) as stream:
            for row in self._snapshots.rows(copy, table):
                line = msgspec.json.encode(row) + b"\n"
                stream.write(line)
                digest.update(line)
                count += 1
        return TableDump(file, count, digest.hexdigest())

    def _unpack(self, archive: Path, target: Path) -> Manifest:
        try:
            with zipfile.ZipFile(archive) as source:
                manifest = msgspec.json.decode(source.read(_MANIFEST), type=Manifest)
                if manifest.format != FORMAT:
                    raise Invalid(
                        f"{archive.name} has format {manifest.format}, made by a newer release."
                    )
                for table, dump in manifest.tables.items():
                    _expect(_digest(source, dump.file), dump.sha256, f"the table {table}")
                with source.open(manifest.database.file) as packed, target.open("wb") as out:
                    shutil.copyfileobj(packed, out, _CHUNK)
        except FileNotFoundError as error:
            raise NotFound(f"There is no file {archive}.") from error
        except OSError as error:
            if error.errno in NO_ROOM:
                raise
            raise _no_backup(archive, error) from error
        except _DAMAGE as error:
            raise _no_backup(archive, error) from error
        _expect(_sha256(target), manifest.database.sha256, "the database")
        if problems := self._snapshots.check(target):
            raise Invalid(f"The database in {archive.name} is damaged: {problems[0]}.")
        return manifest


def _no_backup(archive: Path, error: Exception) -> Invalid:
    return Invalid(
        f"{archive.name} is not a backup of CineMatch, or is damaged ({error}). "
        "Nothing was changed; choose another backup."
    )


def _pack(out: zipfile.ZipFile, copy: Path, progress: Progress) -> DatabaseCopy:
    size, done, digest = copy.stat().st_size, 0, hashlib.sha256()
    with copy.open("rb") as source, out.open(_DATABASE, "w", force_zip64=True) as packed:
        while piece := source.read(_CHUNK):
            progress("database", done, size)
            packed.write(piece)
            digest.update(piece)
            done += len(piece)
    return DatabaseCopy(_DATABASE, done, digest.hexdigest())


def _expect(found: str, wanted: str, what: str) -> None:
    if found != wanted:
        raise Invalid(f"The backup is damaged: {what} does not match its checksum.")


def _digest(source: zipfile.ZipFile, file: str) -> str:
    with source.open(file) as stream:
        return _hash(iter(lambda: stream.read(_CHUNK), b""))


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return _hash(iter(lambda: stream.read(_CHUNK), b""))


def _hash(chunks: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _sync_folder(path: Path) -> None:
    """Have a renaming survive a power cut, where folders can be synced at all."""
    if flag := getattr(os, "O_DIRECTORY", 0):
        handle = os.open(path, os.O_RDONLY | flag)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
