"""The documents of an upload, read from wherever its bytes are kept.

Archives are read in place: nothing of them is ever unpacked.
"""

import codecs
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from cinematch.kit.errors import TooLarge
from cinematch.transfer.core.items import BadFile

MOST_BYTES = 250 * 1024 * 1024  # of an upload
MOST_MEMBERS = 5_000
MOST_UNPACKED = 2 * 1024**3
HIGHEST_RATIO = 200  # of a member beyond a megabyte: real CSV shrinks ten- to thirtyfold
LONGEST_LINE = 1_000_000  # characters
_PIECE = 256 * 1024
_SNIFFED = 64 * 1024
_READ = (".csv", ".json", ".tsv", ".txt")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

Opener = Callable[[], BinaryIO]
"""Gives the upload's bytes from their beginning, to be closed by who asked; as often as asked."""


def too_large(most_bytes: int) -> TooLarge:
    """Return the refusal of an upload of more than so many bytes."""
    return TooLarge(
        f"The file is larger than {most_bytes // 1024**2} MB. "
        "Send the service's own export, or split the file."
    )


@contextmanager
def open_documents(opener: Opener, filename: str) -> Iterator["OpenFile | OpenArchive"]:
    """Open an upload as the documents that it holds.

    Raises:
        BadFile: it is damaged, or of a kind that is refused.
    """
    with opener() as file:
        start = file.read(2)
        file.seek(0)
        if start != b"PK":
            yield OpenFile(opener, filename)
            return
        with _damage_told():
            archive = zipfile.ZipFile(file)
        with archive:
            yield OpenArchive(archive)


class OpenFile:
    """A plain file: the only document of its upload."""

    def __init__(self, opener: Opener, filename: str) -> None:
        self._opener = opener
        self.names = [filename]
        with opener() as file:
            self._encoding = encoding_of(file)

    def lines(self, name: str) -> Iterator[str]:  # noqa: ARG002 - there is but one
        """Yield the lines."""
        with self._opener() as file:
            yield from _lines(file, self._encoding)

    def chunks(self, name: str) -> Iterator[str]:  # noqa: ARG002 - there is but one
        """Yield the text in pieces."""
        with self._opener() as file:
            yield from _chunks(file, self._encoding)


class OpenArchive:
    """A zip: its tables and JSON files, none of which is unpacked to the disk."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._encodings: dict[str, str] = {}
        members = _checked(archive.infolist())
        self._members: dict[str, zipfile.ZipInfo] = {}
        for info in members:
            name = _shown(info.filename)
            self._members[f"{len(self._members)}-{name}" if name in self._members else name] = info
        self.names = list(self._members)

    def lines(self, name: str) -> Iterator[str]:
        """Yield the lines of a member."""
        encoding = self._encoding(name)
        with _damage_told(), self._archive.open(self._members[name]) as file:
            yield from _lines(file, encoding)  # type: ignore[arg-type]

    def chunks(self, name: str) -> Iterator[str]:
        """Yield the text of a member in pieces."""
        encoding = self._encoding(name)
        with _damage_told(), self._archive.open(self._members[name]) as file:
            yield from _chunks(file, encoding)  # type: ignore[arg-type]

    def _encoding(self, name: str) -> str:
        if name not in self._encodings:
            with _damage_told(), self._archive.open(self._members[name]) as file:
                self._encodings[name] = encoding_of(file)  # type: ignore[arg-type]
        return self._encodings[name]


@contextmanager
def _damage_told() -> Iterator[None]:
    """Turn what `zipfile` meets in a broken archive into words.

    It answers one with whatever its arithmetic comes to: a seek to a negative place, an unpacking
    error, a method that it does not know; and with a RuntimeError a member under a password.
    """
    try:
        yield
    except (
        zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError,
        NotImplementedError, RuntimeError, ValueError, OverflowError,
    ) as error:  # fmt: skip
        if "password" in str(error):
            raise BadFile("The zip is locked with a password.", "Send it without one.") from error
        raise BadFile(
            f"The zip is damaged or cut off ({error}).", "Download it again, whole, and send it."
        ) from error


def _checked(infos: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    if len(infos) > MOST_MEMBERS:
        raise BadFile(f"The zip holds {len(infos)} files.", "Send the service's export as it came.")
    wanted = []
    for info in infos:
        name = info.filename.casefold()
        if name.endswith((".zip", ".gz", ".7z", ".rar", ".tar")):
            raise BadFile(
                f"There is an archive inside the zip ({_shown(info.filename)[:100]}).",
                "Unpack it first and send that one.",
            )
        if info.is_dir() or not name.endswith(_READ) or "__macosx/" in name:
            continue
        if info.file_size > HIGHEST_RATIO * max(info.compress_size, 1) and info.file_size > 1024**2:
            raise BadFile(
                f"{_shown(info.filename)[:100]} would unpack to {info.file_size} bytes.",
                "This is no export of a service that we know.",
            )
        wanted.append(info)
    if sum(info.file_size for info in wanted) > MOST_UNPACKED:
        raise BadFile("The zip would unpack to more than 2 GB.", "Send a smaller one.")
    return wanted


def _shown(name: str) -> str:
    """Return a member's name for reading and telling; as a path it is never used."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    return "".join(c for c in "/".join(parts) if c.isprintable())[:300]


def encoding_of(file: BinaryIO) -> str:
    """Tell a text's encoding: a byte order mark, UTF-8 where all of it is, else Windows-1252.

    Windows-1252 also reads Latin-1, which differs from it in control characters only.
    """
    start = file.read(_SNIFFED)
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return encoding
    if len(start) > 3 and start.count(b"\0") * 3 > len(start):
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")()
    piece = start
    try:
        while piece:
            decoder.decode(piece)
            piece = file.read(_PIECE)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _text(file: BinaryIO, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(file, encoding, errors="replace", newline="")


def _lines(file: BinaryIO, encoding: str) -> Iterator[str]:
    with _text(file, encoding) as text:
        while line := text.readline(LONGEST_LINE):
            yield line.replace("\0", "") if "\0" in line else line


def _chunks(file: BinaryIO, encoding: str) -> Iterator[str]:
    with _text(file, encoding) as text:
        while piece := text.read(_PIECE):
            yield piece.replace("\0", "")
