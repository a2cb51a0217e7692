"""CSV as it really comes: any separator, a preface of Excel's, renamed columns, broken quotes."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from cinematch.transfer.core.items import BadValue

DELIMITERS = (",", ";", "\t", "|")
LONGEST_FIELD = 1_000_000


@dataclass
class Table:
    """A header, and rows to be read once."""

    columns: list[str]
    delimiter: str
    _rows: Iterator[tuple[int, list[str] | None]]

    def column(self, *names: str) -> int:
        """Return where the first of these columns stands, whatever its case; -1 when none does."""
        plain = [fold(column) for column in self.columns]
        return next((plain.index(fold(name)) for name in names if fold(name) in plain), -1)

    def need(self, *names: str) -> int:
        """Return where one of these columns stands.

        Raises:
            BadValue: none of them is there; names the column and the mend.
        """
        place = self.column(*names)
        if place < 0:
            raise BadValue(
                names[0],
                f"there is no column “{names[0]}”; found: {', '.join(self.columns)[:300]}",
                "name the column so, or import it as a plain CSV and say what its columns are",
            )
        return place

    def rows(self) -> Iterator[tuple[int, list[str] | BadValue]]:
        """Yield each row with its line number, as wide as the header, or what is wrong with it."""
        width = len(self.columns)
        for line, row in self._rows:
            if row is None:
                yield (
                    line,
                    BadValue(
                        "row",
                        "a cell of a million characters",
                        "close the quotes of the text before it",
                    ),
                )
            elif len(row) == width:
                yield line, row
            elif not row:
                continue
            elif len(row) < width:
                yield line, row + [""] * (width - len(row))
            elif not any(cell.strip() for cell in row[width:]):
                yield line, row[:width]
            else:
                yield (
                    line,
                    BadValue(
                        "row",
                        f"has {len(row)} cells where the header has {width}",
                        f"put quotes around the text that holds “{self.delimiter}”",
                    ),
                )


def fold(name: str) -> str:
    """Return a column's name for comparing: `Watched Date`, `WatchedDate` and `watched_date` alike.

    >>> fold("Watched Date") == fold("watched_date") == fold("WatchedDate")
    True
    """
    return "".join(c for c in name.casefold() if c.isalnum())


def cells(lines: Iterator[str], delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Yield rows with the number of their first line; None for a cell beyond all measure."""
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, None


def read_table(lines: Iterator[str]) -> Table:
    """Read the header, find the separator, and leave the rows to be read.

    Blank lines and Excel's `sep=;` before the header are passed over.
    """
    skipped, first, told = 0, "", ""
    for line in lines:
        stripped = line.strip().strip("\ufeff")
        if stripped[:4].casefold() == "sep=" and len(stripped) == 5:
            told = stripped[4]
        elif stripped:
            first = line.removeprefix("\ufeff")
            break
        skipped += 1
    delimiter = told if told in DELIMITERS else delimiter_of(first)
    rows = ((number + skipped, row) for number, row in cells(chain([first], lines), delimiter))
    _, header = next(rows, (1, None))
    columns = [" ".join(cell.split()) for cell in header or []]
    while columns and not columns[-1]:
        columns.pop()
    return Table(columns, delimiter, rows)


def delimiter_of(header: str) -> str:
    """Return what parts the header's names: the separator most there, outside quotes."""
    outside = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=lambda mark: (outside.count(mark), -DELIMITERS.index(mark)))


def write_safely(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> write_safely("=1+1"), write_safely("-12"), write_safely(4.5), write_safely(None)
    ("'=1+1", "'-12", '4.5', '')
    """
    if value is None:
        return ""
    text = str(value)
    risky = isinstance(value, str) and text[:1] in {"=", "+", "-", "@", "\t", "\r", "\n"}
    return f"'{text}" if risky else text


def row_text(row: Sequence[object]) -> str:
    """Write one CSV line, CRLF ended, quoted where needed."""
    out: list[str] = []
    for value in row:
        text = "" if value is None else str(value)
        quoted = any(mark in text for mark in ',"\r\n') or text != text.strip()
        out.append('"' + text.replace('"', '""') + '"' if quoted else text)
    return ",".join(out) + "\r\n"
