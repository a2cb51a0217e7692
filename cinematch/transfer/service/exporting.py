"""What a person takes away: everything, or what other services read."""

import io
import logging
import zipfile
from collections.abc import Iterator
from typing import Any

import msgspec

from cinematch.accounts.ports import Recorder
from cinematch.diary.core import Entry
from cinematch.films.core.film import Film
from cinematch.infra.ports import Tx
from cinematch.kit.clock import to_iso
from cinematch.kit.errors import Invalid, StoreFull, Unavailable
from cinematch.transfer.core import own
from cinematch.transfer.core.outgoing import (
    IMDB_COLUMNS,
    LETTERBOXD_COLUMNS,
    imdb_row,
    letterboxd_rows,
    split_files,
    watchlist_row,
)
from cinematch.transfer.core.tables import row_text
from cinematch.transfer.service.parts import Parts

log = logging.getLogger(__name__)

FORMATS = {
    "cinematch": ("application/json", "json"),
    "letterboxd": ("application/zip", "zip"),
    "imdb": ("text/csv; charset=utf-8", "csv"),
}
_BATCH = 200
_encode = msgspec.json.Encoder().encode


class ExportService:
    """Writes exports as streams of bytes, on one consistent state of the store."""

    def __init__(self, parts: Parts, recorder: Recorder) -> None:
        self._parts = parts
        self._recorder = recorder

    def export(
        self, user_id: str, username: str, format_name: str, *, by: str | None = None
    ) -> Iterator[bytes]:
        """Yield the export in pieces; `by` is who asked, None for an operator.

        Raises:
            Invalid: there is no such format.
        """
        writers = {
            "cinematch": lambda tx: self._own(tx, user_id, username),
            "letterboxd": lambda tx: self._letterboxd(tx, user_id),
            "imdb": lambda tx: self._imdb(tx, user_id),
        }
        if format_name not in writers:
            raise Invalid.field("format", "is unknown", f"one of: {', '.join(writers)}")
        self._record(by, user_id, format_name)
        return self._streamed(writers[format_name])

    def _record(self, by: str | None, user_id: str, format_name: str) -> None:
        def work(tx: Tx) -> None:
            self._recorder.record(
                tx, by, "account.exported", user_id=user_id, details={"format": format_name}
            )

        try:
            self._parts.store.transact(work)
        except (Unavailable, StoreFull) as error:
            # Whoever can write nothing any more must still be able to take everything along.
            log.warning("an export was not recorded: %s", error)

    def _streamed(self, write: Any) -> Iterator[bytes]:
        # A snapshot cannot outlive its call, so the export is spooled to the disk first when large.
        with self._parts.uploads.spool() as spool:
            self._parts.store.snapshot(lambda tx: _fill(spool, write(tx)))
            spool.seek(0)
            while piece := spool.read(64 * 1024):
                yield piece

    def _pairs(self, tx: Tx, user_id: str) -> Iterator[tuple[Entry, Film]]:
        for entries in _batches(self._parts.entries.of_user(tx, user_id)):
            films = self._parts.films.get_many(tx, [entry.film_id for entry in entries])
            for entry in entries:
                yield entry, films[entry.film_id]

    def _own(self, tx: Tx, user_id: str, username: str) -> Iterator[bytes]:
        head = {
            "format": own.FORMAT,
            "version": own.VERSION,
            "exported_at": to_iso(self._parts.clock()),
            "username": username,
            "settings": self._parts.preferences.settings(tx, user_id),
        }
        yield _encode(head)[:-1] + b',\n"films":['
        yield from _joined(_encode(own.film_record(film)) for film in self._unseen(tx, user_id))
        yield b'],\n"entries":['
        yield from _joined(
            _encode(own.entry_record(entry, film)) for entry, film in self._pairs(tx, user_id)
        )
        yield b'],\n"lists":['
        lists = sorted(
            self._parts.lists.of_user(tx, user_id), key=lambda known: (known.created_at, known.name)
        )
        yield from _joined(_encode(own.list_record(n, known)) for n, known in enumerate(lists, 1))
        yield b'],\n"list_items":['
        yield from _joined(
            _encode(item)
            for n, known in enumerate(lists, 1)
            for item in self._items(tx, known.list_id, n)
        )
        yield b'],\n"suggestions":['
        yield from _joined(_encode(one) for one in self._parts.preferences.suggestions(tx, user_id))
        yield b"]}\n"

    def _unseen(self, tx: Tx, user_id: str) -> Iterator[Film]:
        """Yield the films of the user's own that no entry of theirs carries along."""
        films = self._parts.films.owned(tx, user_id)
        entries = self._parts.entries.get_many(tx, user_id, [film.film_id for film in films])
        return (film for film in films if film.film_id not in entries)

    def _items(self, tx: Tx, list_id: str, number: int) -> Iterator[dict[str, Any]]:
        items = self._parts.lists.items(tx, list_id)
        films = self._parts.films.get_many(tx, [item.film_id for item in items])
        for item in items:
            film = own.film_record(films[item.film_id])
            yield {"list": number, "film": film, **({"note": item.note} if item.note else {})}

    def _letterboxd(self, tx: Tx, user_id: str) -> Iterator[bytes]:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            seen = (row for pair in self._pairs(tx, user_id) for row in letterboxd_rows(*pair))
            for n, text in enumerate(split_files(LETTERBOXD_COLUMNS, seen), 1):
                _put(archive, f"films-{n}.csv", text)
            wished = (
                watchlist_row(film) for entry, film in self._pairs(tx, user_id) if entry.watchlist
            )
            columns = LETTERBOXD_COLUMNS[:5]
            for n, text in enumerate(split_files(columns, wished), 1):
                _put(archive, "watchlist.csv" if n == 1 else f"{n}-watchlist.csv", text)
        yield buffer.getvalue()

    def _imdb(self, tx: Tx, user_id: str) -> Iterator[bytes]:
        yield row_text(IMDB_COLUMNS).encode()
        for entry, film in self._pairs(tx, user_id):
            row = imdb_row(entry, film)
            if row is not None:
                yield row_text(row).encode()


def _put(archive: zipfile.ZipFile, name: str, text: str) -> None:
    # A fixed date: the same films make the same file.
    archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)


def _fill(spool: Any, pieces: Iterator[bytes]) -> None:
    for piece in pieces:
        spool.write(piece)


def _joined(pieces: Iterator[bytes]) -> Iterator[bytes]:
    for n, piece in enumerate(pieces):
        yield (b",\n" if n else b"\n") + piece


def _batches(items: Iterator[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
