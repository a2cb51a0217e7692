"""The files of a data set, in a folder or in a zip, by their names, whatever folder inside."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol, cast

from cinematch.kit.errors import Invalid

_ENCRYPTED = 1
_WORDS = ("readme", "license")
_MOST_TEXT = 256 * 2**20  # bytes of a file that is read as a whole


class Files(Protocol):
    """Names are in small letters."""

    def has(self, name: str) -> bool:
        """Whether there is a file of that name."""
        ...

    def open(self, name: str) -> AbstractContextManager[tuple[BinaryIO, int]]:
        """Yield a file and its size in bytes."""
        ...


@contextmanager
def opened(path: Path) -> Iterator[Files]:
    """Yield the files of a folder or a zip.

    Raises:
        Invalid: it is neither, or the zip is damaged.
    """
    if path.is_dir():
        yield _Folder(path)
        return
    if not path.is_file():
        raise Invalid.field("folder", f"there is no {path}", "give a folder or a zip")
    try:
        with zipfile.ZipFile(path) as archive:
            yield _Zip(archive)
    except (EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise Invalid.field(
            path.name, f"is no zip that can be read ({error})", "download the data set again"
        ) from error


def text_of(files: Files, name: str) -> str:
    """Return a file's text, of UTF-8 or else of Latin-1.

    Raises:
        Invalid: it is too large to be what it seems.
    """
    with files.open(name) as (file, _):
        held = file.read(_MOST_TEXT + 1)
    if len(held) > _MOST_TEXT:
        raise Invalid.field(name, "is too large", "is it the right file?")
    try:
        return held.decode("utf-8-sig")
    except UnicodeDecodeError:
        return held.decode("latin-1")


class _Folder:
    def __init__(self, root: Path) -> None:
        self._paths = {path.name.casefold(): path for path in root.iterdir() if path.is_file()}

    def has(self, name: str) -> bool:
        return name in self._paths

    @contextmanager
    def open(self, name: str) -> Iterator[tuple[BinaryIO, int]]:
        path = self._paths[name]
        with path.open("rb") as file:
            yield file, path.stat().st_size


class _Zip:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._infos: dict[str, list[zipfile.ZipInfo]] = {}
        for info in archive.infolist():
            if not info.is_dir():
                name = PurePosixPath(info.filename).name.casefold()
                self._infos.setdefault(name, []).append(info)

    def has(self, name: str) -> bool:
        return name in self._infos

    @contextmanager
    def open(self, name: str) -> Iterator[tuple[BinaryIO, int]]:
        info, *others = self._infos[name]
        if others and not name.startswith(_WORDS):
            raise Invalid.field(name, "is there more than once", "give a zip of one data set")
        if info.flag_bits & _ENCRYPTED:
            raise Invalid.field(name, "is encrypted", "download the data set again")
        with self._archive.open(info) as file:
            yield cast(BinaryIO, file), info.file_size
