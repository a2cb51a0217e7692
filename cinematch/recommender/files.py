"""Models as files: one folder for each, which is there whole or not at all."""

import errno
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np
from numpy.typing import NDArray

from cinematch.kit.clock import Clock, system_clock
from cinematch.kit.errors import Conflict, NotFound, StoreFull, Unavailable
from cinematch.kit.ids import new_id
from cinematch.recommender.core.errors import DamagedModel, OtherFormat
from cinematch.recommender.core.model import FORMAT, Manifest, Model

_MANIFEST, _FILMS, _ARRAY = "manifest.json", "film_ids.json", ".npy"
_HIDDEN = "."
_COMING_IN = timedelta(hours=1)
"""No sweep takes what was begun so lately: another process may be writing it."""


class _File(msgspec.Struct, frozen=True):
    bytes: int
    sha256: str


class _Contents(msgspec.Struct, frozen=True):
    manifest: Manifest
    files: dict[str, _File]


class _Sealed(msgspec.Struct, frozen=True):
    """What `manifest.json` holds; the checksum is of the text of `contents`."""

    sha256: str
    contents: msgspec.Raw


class _Format(msgspec.Struct, frozen=True):
    format: int


class _AnyContents(msgspec.Struct, frozen=True):
    """What is read of contents of any format."""

    manifest: _Format


class FolderModelFiles:
    """Implements `recommender.ports.ModelFolder`.

    Arrays are mapped: all processes of a machine share one copy of them in memory. Checksums are
    looked at once for each version and process, sizes every time.
    """

    def __init__(self, folder: Path, clock: Clock = system_clock) -> None:
        self._folder = folder
        self._clock = clock
        self._checked: dict[str, str] = {}
        self._turn = threading.Lock()

    def put(self, model: Model) -> None:
        """Keep a model; see the port."""

        def fill(folder: Path) -> None:
            files = {_FILMS: _write(folder / _FILMS, msgspec.json.encode(model.film_ids))}
            for name, array in model.arrays().items():
                files[f"{name}{_ARRAY}"] = _save(folder / f"{name}{_ARRAY}", array)
            _write(folder / _MANIFEST, _seal(_Contents(model.manifest, files)))

        self.receive(model.manifest.version, fill)

    def receive(self, version: str, fill: Callable[[Path], None]) -> None:
        """Keep what `fill` writes; see the port."""
        target = self._path(version)
        with self._room():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._sweep()
            coming = self._folder / f"{_HIDDEN}coming-{new_id()}"
            coming.mkdir()
            try:
                fill(coming)
                for path in coming.iterdir():
                    _sync(path)
                _sync(coming)
                sealed, contents = _read(coming, version)
                _check(coming, version, contents)
                self._show(coming, target, sealed)
            except BaseException:
                shutil.rmtree(coming, ignore_errors=True)
                raise

    def load(self, version: str) -> Model:
        """Map a model into memory; see the port."""
        folder = self._path(version)
        if not folder.is_dir():
            raise NotFound(f"There are no files of a model {version}.")
        try:
            sealed, contents = _read(folder, version)
            with self._turn:
                if self._checked.get(version) == sealed:
                    _measure(folder, version, contents)
                else:
                    _check(folder, version, contents)
                    self._checked[version] = sealed
            film_ids = msgspec.json.decode((folder / _FILMS).read_bytes(), type=tuple[str, ...])
            arrays = {
                name.removesuffix(_ARRAY): _mapped(folder / name)
                for name in contents.files
                if name.endswith(_ARRAY)
            }
            return Model.of(contents.manifest, film_ids, arrays)
        except (ValueError, TypeError, msgspec.DecodeError) as error:
            raise _damaged(version, str(error)) from error
        except OSError as error:
            if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EIO}:
                raise _damaged(version, error.strerror or str(error)) from error
            raise Unavailable(
                f"The model {version} cannot be read just now ({error.strerror})."
            ) from error

    def remove(self, version: str) -> None:
        """Remove a model's files, if there are any."""
        going = self._folder / f"{_HIDDEN}going-{new_id()}"
        with self._room(), suppress(FileNotFoundError):
            self._path(version).rename(going)
        self._checked.pop(version, None)
        shutil.rmtree(going, ignore_errors=True)

    def versions(self) -> list[str]:
        """Return the versions that are kept."""
        return sorted(path.parent.name for path in self._folder.glob(f"[!.]*/{_MANIFEST}"))

    def files(self, version: str) -> list[Path]:
        """Return the files of a model, empty when there is none."""
        return sorted(self._path(version).glob("*"))

    def _path(self, version: str) -> Path:
        if not version or version.startswith(_HIDDEN) or Path(version).name != version:
            raise NotFound("A model of such a name cannot be.")
        return self._folder / version

    def _show(self, coming: Path, target: Path, sealed: str) -> None:
        """Let a folder be seen under its name, unless the same model is there already."""
        try:
            coming.rename(target)
        except OSError as error:
            if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
                raise
            there, _ = _read(target, target.name)
            if there != sealed:
                raise Conflict(f"There is another model {target.name} already.") from error
            shutil.rmtree(coming)
        else:
            self._checked[target.name] = sealed
            _sync(self._folder)

    def _sweep(self) -> None:
        """Remove what processes left behind that were killed at writing or removing."""
        before = (self._clock() - _COMING_IN).timestamp()
        for path in self._folder.glob(f"{_HIDDEN}*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def _room(self) -> Iterator[None]:
        """Turn the system's words for "no room" into the tree of errors."""
        try:
            yield
        except OSError as error:
            if isinstance(error, FileNotFoundError):
                raise
            raise StoreFull(
                f"The model cannot be kept in {self._folder} ({error.strerror}); nothing was "
                "changed. Make room or allow writing there, then try again."
            ) from error


class _Summing:
    """A file that is written to, and what goes into its checksum."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sum = sha256()
        self._bytes = 0

    def write(self, data: Any) -> int:
        """Write bytes."""
        self._sum.update(data)
        self._bytes += memoryview(data).nbytes
        return self._file.write(data)

    def told(self) -> _File:
        """Return size and checksum."""
        return _File(self._bytes, self._sum.hexdigest())


def _write(path: Path, data: bytes) -> _File:
    with path.open("wb") as file:
        summing = _Summing(file)
        summing.write(data)
    return summing.told()


def _save(path: Path, array: NDArray[Any]) -> _File:
    with path.open("wb") as file:
        summing = _Summing(file)
        np.lib.format.write_array(summing, np.asarray(array), allow_pickle=False)
    return summing.told()


def _seal(contents: _Contents) -> bytes:
    """Return the text of `manifest.json`.

    Raises:
        ValueError: the manifest holds what JSON does not, such as a figure that is no number.
    """
    raw = msgspec.json.encode(contents)
    try:
        msgspec.json.decode(raw, type=_Contents)
    except msgspec.ValidationError as error:
        raise ValueError(f"The manifest cannot be kept: {error}") from error
    return msgspec.json.encode(_Sealed(sha256(raw).hexdigest(), msgspec.Raw(raw)))


def _read(folder: Path, version: str) -> tuple[str, _Contents]:
    """Return the checksum and contents of a manifest.

    Raises:
        DamagedModel: it is missing, or not what was written.
        OtherFormat: this release does not read it.
    """
    try:
        sealed = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=_Sealed)
        raw = bytes(sealed.contents)
        if sha256(raw).hexdigest() != sealed.sha256:
            raise _damaged(version, f"{_MANIFEST} is not what was written")
        found = msgspec.json.decode(raw, type=_AnyContents).manifest.format
        if found != FORMAT:
            raise OtherFormat(
                f"The model {version} cannot be used here: it is of format {found}, and this "
                f"release reads {FORMAT}. Train again, or go back to another one."
            )
        contents = msgspec.json.decode(raw, type=_Contents)
    except FileNotFoundError as error:
        raise _damaged(version, f"{_MANIFEST} is missing") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _damaged(version, f"{_MANIFEST} is not what was written") from error
    if contents.manifest.version != version:
        raise _damaged(version, f"its files are those of {contents.manifest.version}")
    if any(Path(name).name != name for name in contents.files) or _FILMS not in contents.files:
        raise _damaged(version, f"{_MANIFEST} names files that cannot be its own")
    return sealed.sha256, contents


def _measure(folder: Path, version: str, contents: _Contents) -> None:
    """Look at the sizes of all files."""
    for name, told in contents.files.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != told.bytes:
            raise _damaged(version, f"{name} is missing or cut off")


def _check(folder: Path, version: str, contents: _Contents) -> None:
    """Look at the checksums of all files."""
    _measure(folder, version, contents)
    for name, told in contents.files.items():
        with (folder / name).open("rb") as file:
            if file_digest(file, "sha256").hexdigest() != told.sha256:
                raise _damaged(version, f"{name} is not what was written")


def _mapped(path: Path) -> NDArray[Any]:
    array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return array


def _damaged(version: str, why: str) -> DamagedModel:
    return DamagedModel(
        f"The model {version} cannot be used: {why.rstrip('.')}. Train again, or go back to "
        "another one."
    )


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
