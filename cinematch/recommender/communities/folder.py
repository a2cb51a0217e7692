"""Background communities in a folder: one file of arrays each, and one that tells what is in it.

    NAME.json           what is told of it (`CommunityRecord`); without it there is no community
    NAME-CHECKSUM.npz   the arrays, and as JSON in UTF-8 the users' ids and the source's films

Each is written beside and moved into its place, the telling one last: whatever happens meanwhile,
the community of before or the new one is there, whole. What is left over goes with the next write.
"""

import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import msgspec
import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from cinematch.kit.errors import NO_ROOM, Conflict, Invalid, NotFound, StoreFull
from cinematch.recommender.core.background import Background, SourceFilm
from cinematch.recommender.core.ratings import Ratings
from cinematch.recommender.core.records import CommunityRecord

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}", re.ASCII)
_TAKEN = frozenset({"own", "hybrid", "auto"})
_UNFINISHED = ".unfinished-"


class DamagedCommunity(Conflict):
    """A background community is not what was kept."""

    code, title = "damaged_community", "A background community is damaged"


class FolderCommunities:
    """Implements `recommender.ports.Communities`; the folder is made when it is needed."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def all(self) -> list[CommunityRecord]:
        """Return what is kept, by name.

        Raises:
            DamagedCommunity: what is told of one cannot be read.
        """
        return [_record(path) for path in sorted(self._root.glob("*.json"))]

    def put(self, background: Background, added_at: str) -> CommunityRecord:
        """Keep a community, in the place of one of the same name."""
        name = _checked(background.name)
        with self._alone() as work:
            arrays = work / "arrays"
            with arrays.open("wb") as file:
                np.savez(file, allow_pickle=False, **_arrays(background))
                os.fsync(file.fileno())
            checksum = _checksum(arrays)
            record = CommunityRecord(
                name=name,
                licence=background.licence,
                users=background.ratings.users,
                films=background.ratings.films,
                ratings=len(background.ratings),
                added_at=added_at,
                noise_floor=background.noise_floor,
                file=f"{name}-{checksum[:16]}.npz",
                checksum=checksum,
            )
            told = work / "told"
            with told.open("wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            arrays.replace(self._root / record.file)
            told.replace(self._root / f"{name}.json")
            self._tidy()
        return record

    def load(self, name: str) -> Background:
        """Return a community."""
        while True:
            record = _record(self._path(name))
            try:
                return self._loaded(record)
            except DamagedCommunity:
                if _record(self._path(name)) == record:
                    raise
                # Another has taken its place meanwhile, and what was told before is gone.

    def _loaded(self, record: CommunityRecord) -> Background:
        name, path = record.name, self._root / record.file
        try:
            if _checksum(path) != record.checksum:
                raise _damaged(name)
            with np.load(path, allow_pickle=False) as arrays:
                return _background(record, arrays)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, msgspec.MsgspecError):
            raise _damaged(name) from None

    def remove(self, name: str) -> None:
        """Remove a community."""
        path = self._path(name)
        with self._alone():
            path.unlink(missing_ok=True)
            self._tidy()

    def _path(self, name: str) -> Path:
        path = self._root / f"{name}.json"
        if _NAME.fullmatch(name) is None or not path.exists():
            raise NotFound(f"There is no background community “{name}”.")
        return path

    @contextmanager
    def _alone(self) -> Iterator[Path]:
        """Keep other writers away; yield a folder to write in, beside the communities."""
        try:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(self._root / ".lock"):
                for left in self._root.glob(f"{_UNFINISHED}*"):
                    shutil.rmtree(left, ignore_errors=True)
                work = Path(mkdtemp(prefix=_UNFINISHED, dir=self._root))
                try:
                    yield work
                    _keep_folder(self._root)
                finally:
                    shutil.rmtree(work, ignore_errors=True)
        except OSError as error:
            if error.errno in NO_ROOM:
                raise StoreFull(
                    f"{self._root} cannot be written ({error.strerror}). Nothing was kept: make "
                    "room, and try again."
                ) from error
            raise

    def _tidy(self) -> None:
        """Remove arrays of which nothing is told any more."""
        try:
            told = {record.file for record in self.all()}
        except DamagedCommunity:
            return  # whose arrays are which is not known then
        for path in self._root.glob("*.npz"):
            if path.name not in told:
                path.unlink(missing_ok=True)


def _checked(name: str) -> str:
    if _NAME.fullmatch(name) is None or name in _TAKEN:
        raise Invalid.field(
            "name", f"“{name[:80]}” cannot be one", "small letters, digits, dots and dashes"
        )
    return name


def _record(path: Path) -> CommunityRecord:
    try:
        record = msgspec.json.decode(path.read_bytes(), type=CommunityRecord)
    except (OSError, msgspec.MsgspecError):
        raise _damaged(path.stem) from None
    if record.name != path.stem or record.file != Path(record.file).name:
        raise _damaged(path.stem)
    return record


def _damaged(name: str) -> DamagedCommunity:
    return DamagedCommunity(
        f"The background community “{name}” is not what was kept. Add it again, or remove it: "
        f"cinematch community remove {name}"
    )


def _arrays(background: Background) -> dict[str, NDArray[Any]]:
    ratings = background.ratings
    half_stars = np.where(ratings.rated, np.nan_to_num(ratings.stars) * 2, 0)
    return {
        "user": ratings.user,
        "film": ratings.film,
        "half_stars": half_stars.astype(np.int8),
        "at": ratings.at,
        "liked": ratings.liked,
        "user_ids": _bytes(ratings.user_ids),
        "film_ids": _bytes(ratings.film_ids),
        "films": _bytes(background.films),
    }


def _background(record: CommunityRecord, arrays: Any) -> Background:
    half_stars = arrays["half_stars"]
    stars = np.where(half_stars > 0, half_stars / np.float32(2), np.float32(np.nan))
    ratings = Ratings(
        user_ids=_decoded(arrays["user_ids"], tuple[str, ...]),
        film_ids=_decoded(arrays["film_ids"], tuple[str, ...]),
        user=arrays["user"],
        film=arrays["film"],
        stars=stars.astype(np.float32),
        at=arrays["at"],
        liked=arrays["liked"],
    )
    films = _decoded(arrays["films"], tuple[SourceFilm, ...])
    return Background(record.name, record.licence, ratings, films, record.noise_floor)


def _bytes(held: Any) -> NDArray[np.uint8]:
    return np.frombuffer(msgspec.json.encode(held), dtype=np.uint8)


def _decoded(held: NDArray[np.uint8], kind: Any) -> Any:
    return msgspec.json.decode(held.tobytes(), type=kind)


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _keep_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
