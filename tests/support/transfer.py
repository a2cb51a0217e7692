"""Imports and exports on a real folder and a real store, worked off in the caller's thread."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from cinematch.accounts.sqlite import SqliteAccounts
from cinematch.audit.service import AuditService
from cinematch.audit.sqlite import SqliteAudit
from cinematch.diary.core import Entry
from cinematch.diary.service import DiaryService
from cinematch.diary.sqlite import SqliteEntries
from cinematch.events.core import FilmFacts
from cinematch.events.service import EventLog
from cinematch.events.sqlite import SqliteOutbox
from cinematch.films.core.film import Film, person_named
from cinematch.films.sqlite import SqliteFilms
from cinematch.infra.ports import Tx
from cinematch.infra.signals import Signals
from cinematch.infra.sqlite import open_database
from cinematch.kit.errors import NotFound
from cinematch.kit.ids import stable_id
from cinematch.lists.sqlite import SqliteLists
from cinematch.transfer.core.rows import Import
from cinematch.transfer.files import UploadFolder
from cinematch.transfer.service import (
    AccountPreferences,
    ExportService,
    ImportService,
    ImportWorker,
    Parts,
    RowView,
)
from cinematch.transfer.sqlite import SqliteImports, SqliteScratches

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


def film(title: str, year: int, **more: Any) -> Film:
    """Return a film of the catalogue, always the same for the same title and year."""
    directors = tuple(person_named(name) for name in more.pop("directors", ()))
    film_id = more.pop("film_id", stable_id(f"test:{title}:{year}"))
    facts = {"runtime": 100, "genres": ("Drama",), **more}
    return Film(film_id=film_id, title=title, year=year, directors=directors, **facts)


class Desk:
    """The room of imports with what stands beneath it, for users `u` and `v`."""

    def __init__(self, folder: Path, films: Iterable[Film] = ()) -> None:
        self.folder = folder
        self.store = open_database(folder)
        self.films, self.entries, self.outbox = SqliteFilms(), SqliteEntries(), SqliteOutbox()
        self.signals, self.lists = Signals(), SqliteLists()
        self.diary = DiaryService(
            self.store,
            self.entries,
            EventLog(self.outbox, self.clock),
            self._facts_of,
            self.signals,
            self.clock,
        )
        self.parts = Parts(
            store=self.store,
            imports=SqliteImports(),
            uploads=UploadFolder(folder / "uploads"),
            scratches=SqliteScratches(folder / "uploads"),
            films=self.films,
            entries=self.entries,
            diary=self.diary,
            lists=self.lists,
            preferences=AccountPreferences(SqliteAccounts()),
            signals=self.signals,
            clock=self.clock,
        )
        self.worker = ImportWorker(self.parts)
        self.imports = ImportService(self.parts, self.worker)
        self.audit = AuditService(self.store, SqliteAudit(), self.clock)
        self.exports = ExportService(self.parts, self.audit)
        self.store.transact(self._add_users)
        self.add(films)

    def clock(self) -> datetime:
        return NOW

    def add(self, films: Iterable[Film]) -> None:
        """Put films into the catalogue."""
        known = [replace_time(film) for film in films]
        self.store.transact(lambda tx: self.films.save(tx, known))

    def upload(self, content: bytes | str, name: str = "file.csv", **more: Any) -> Import:
        """Send a file and have it read; at once applied when asked for."""
        raw = content.encode() if isinstance(content, str) else content
        user_id = more.pop("user_id", "u")
        item = self.imports.create(user_id, name, io.BytesIO(raw), **more)
        self.worker.run_pending()
        return self.imports.get(user_id, item.import_id)

    def bring(self, content: bytes | str, name: str = "file.csv", **more: Any) -> Import:
        """Send a file and have it read and applied."""
        return self.upload(content, name, at_once=True, **more)

    def apply(self, item: Import) -> Import:
        """Apply a preview."""
        self.imports.apply(item.user_id, item.import_id)
        self.worker.run_pending()
        return self.imports.get(item.user_id, item.import_id)

    def undo(self, item: Import) -> Import:
        """Take an import back."""
        self.imports.undo(item.user_id, item.import_id)
        self.worker.run_pending()
        return self.imports.get(item.user_id, item.import_id)

    def rows(self, item: Import, outcome: str | None = None) -> list[RowView]:
        """Return all rows of an import."""
        found: list[RowView] = []
        cursor = None
        while True:
            page = self.imports.rows(
                item.user_id, item.import_id, outcome=outcome, cursor=cursor, limit=200
            )
            found += page.items
            cursor = page.next
            if cursor is None:
                return found

    def entry(self, title: str, user_id: str = "u") -> Entry:
        """Return the user's film of this title."""
        return next(e for e in self.all_entries(user_id) if e.facts.title == title)

    def all_entries(self, user_id: str = "u") -> list[Entry]:
        """Return everything of the user's."""
        return self.store.snapshot(lambda tx: list(self.entries.of_user(tx, user_id)))

    def events(self, user_id: str = "u") -> int:
        """Return how many events the user has."""
        return self.store.snapshot(lambda tx: self.outbox.last_seq(tx, user_id))

    def export(self, format_name: str = "cinematch", user_id: str = "u") -> bytes:
        """Return an export."""
        return b"".join(self.exports.export(user_id, user_id, format_name))

    def state(self, user_id: str = "u") -> bytes:
        """Return everything of the user's that a person would see, for comparing."""
        return self.export(user_id=user_id)

    def close(self) -> None:
        self.store.close()

    def _facts_of(self, tx: Tx, user_id: str, film_id: str) -> FilmFacts:
        film = self.films.get(tx, film_id)
        if film is None:
            raise NotFound("No such film.")
        return film.facts

    def _add_users(self, tx: Tx) -> None:
        tx.executemany(
            "INSERT OR IGNORE INTO users (user_id, username, username_key, password_hash, role,"
            " created_at) VALUES (?, ?, ?, '', 'user', '')",
            [(name, name, name) for name in ("u", "v")],
        )


def replace_time(film: Film) -> Film:
    """Return the film as changed at the tests' instant."""
    return msgspec.structs.replace(film, updated_at="2026-01-01T00:00:00.000000Z")


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """Return a zip of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
