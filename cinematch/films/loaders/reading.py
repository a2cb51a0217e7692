"""Reading large files line by line: what is malformed is counted and named, and passed over."""

import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from cinematch.kit.errors import Conflict, Invalid

Report = Callable[[str, int, int], None]
"""(what, done, of how many). It may raise to stop the work: the next run goes on from there."""

Order = Callable[[str], tuple[int, str]]

_KEPT = 50
_EVERY = 20_000


class Unsorted(Conflict):
    """A file is not in the order in which it is read together with the others."""

    code, title = "unsorted_file", "A file is not sorted"


@dataclass
class Malformed:
    """Lines that could not be used: how many, and the first of them in words."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def note(self, file: str, line: int, what: str) -> None:
        """Count one line."""
        self.count += 1
        if len(self.first) < _KEPT:
            self.first.append(f"{file}, line {line}: {what}")


def find_file(folder: Path, name: str) -> Path:
    """Return the file of that name, packed by gzip or not.

    Raises:
        Invalid: it is not there.
    """
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise Invalid.field("folder", f"has no {name} or {name}.gz", "download it into this folder")


def by_text(key: str) -> tuple[int, str]:
    """Order of `LC_ALL=C sort`: tt10000000 before tt9999999."""
    return 0, key


def by_number(key: str) -> tuple[int, str]:
    """Order of numbers: tt9999999 before tt10000000."""
    return len(key), key


class Table:
    """One tab-separated file, read once from the top."""

    def __init__(
        self, path: Path, columns: Sequence[str], malformed: Malformed, report: Report
    ) -> None:
        self.path = path
        self._columns = columns
        self._malformed = malformed
        self._report = report

    def rows(self) -> Iterator[list[str]]:
        """Yield the wanted columns of each line; `\\N` is read as nothing.

        Raises:
            Invalid: the file is cut short, not gzip, or has no such columns.
        """
        size = self.path.stat().st_size
        try:
            with self.path.open("rb") as raw:
                unpacked = gzip.GzipFile(fileobj=raw) if self.path.suffix == ".gz" else raw
                yield from self._rows(raw, cast(BinaryIO, unpacked), size)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Invalid.field(
                self.path.name, f"cannot be unpacked ({error})", "download the file again"
            ) from error

    def _rows(self, raw: BinaryIO, lines: BinaryIO, size: int) -> Iterator[list[str]]:
        header = lines.readline().decode("utf-8-sig", "replace").rstrip("\r\n").split("\t")
        if missing := [name for name in self._columns if name not in header]:
            raise Invalid.field(
                self.path.name, f"has no column {missing[0]}", "is it the right file?", 1
            )
        places = [header.index(name) for name in self._columns]
        for number, line in enumerate(lines, start=2):
            if number % _EVERY == 0:
                self._report(self.path.name, raw.tell(), size)
            try:
                cells = line.decode("utf-8").rstrip("\r\n").split("\t")
            except UnicodeDecodeError:
                self._malformed.note(self.path.name, number, "is not UTF-8")
                continue
            if len(cells) != len(header):
                what = f"has {len(cells)} fields instead of {len(header)}"
                self._malformed.note(self.path.name, number, what)
                continue
            yield ["" if cells[place] == r"\N" else cells[place] for place in places]


class Lockstep:
    """A file sorted by its first column, read beside others in the same order."""

    def __init__(self, table: Table, order: Order) -> None:
        self._table = table
        self._rows = table.rows()
        self._order = order
        self._ahead: list[str] | None = next(self._rows, None)

    def take(self, key: str) -> list[list[str]]:
        """Return the rows of `key`, leaving behind what stands before it.

        Raises:
            Unsorted: the file goes back.
        """
        wanted, found = self._order(key), []
        while self._ahead is not None and self._order(self._ahead[0]) <= wanted:
            if self._ahead[0] == key:
                found.append(self._ahead)
            self._step(self._ahead[0])
        return found

    def _step(self, last: str) -> None:
        self._ahead = next(self._rows, None)
        if self._ahead is not None and self._order(self._ahead[0]) < self._order(last):
            raise Unsorted(
                f"{self._table.path.name}: {self._ahead[0]} comes after {last}. Sort the lines "
                "after the header by the first column (LC_ALL=C sort), then load again."
            )
