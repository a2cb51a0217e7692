"""Backups: taken in use, whole or not at all, readable without us, brought back exactly."""

import json
import random
import sqlite3
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cinematch.infra.sqlite import Database, open_database
from cinematch.infra.sqlite.database import FILE_NAME
from cinematch.kit.errors import Conflict, Invalid, NotFound, StoreDamaged
from cinematch.ops.service.backup import BackupService
from cinematch.ops.sqlite import SqliteSnapshots


class Ticking:
    """A clock that goes on by one second at each look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 3, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path)
    opened.transact(lambda tx: tx.execute("INSERT INTO settings VALUES ('greeting', '\"ciao\"')"))
    yield opened
    opened.close()


@pytest.fixture
def backups(tmp_path: Path, database: Database) -> BackupService:
    return BackupService(tmp_path, SqliteSnapshots(tmp_path / FILE_NAME), Ticking())


def greeting(folder: Path) -> str:
    reopened = open_database(folder)
    try:
        return str(
            reopened.snapshot(
                lambda tx: tx.execute(
                    "SELECT value FROM settings WHERE name = 'greeting'"
                ).fetchone()
            )[0]
        )
    finally:
        reopened.close()


def test_a_backup_is_readable_without_us(tmp_path: Path, backups: BackupService) -> None:
    path = backups.path(backups.create().name)
    with zipfile.ZipFile(path) as archive:
        lines = archive.read("tables/settings.jsonl").decode().splitlines()
        manifest = json.loads(archive.read("manifest.json"))
        archive.extract("cinematch.db", tmp_path / "elsewhere")
    assert json.loads(lines[0]) == {"name": "greeting", "value": '"ciao"'}
    assert manifest["tables"]["settings"]["rows"] == 1
    plain = sqlite3.connect(tmp_path / "elsewhere" / "cinematch.db")
    assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    plain.close()


def test_it_is_taken_while_a_writer_is_in_the_middle_of_its_transaction(
    tmp_path: Path, database: Database, backups: BackupService
) -> None:
    def work(tx: sqlite3.Connection) -> str:
        tx.execute("UPDATE settings SET value = '\"half\"'")
        return backups.create().name

    name = database.transact(work)
    database.close()
    backups.restore(backups.path(name))
    assert greeting(tmp_path) == '"ciao"'


def test_restoring_brings_back_the_state_and_keeps_what_was_there(
    tmp_path: Path, database: Database, backups: BackupService
) -> None:
    taken = backups.create()
    database.transact(lambda tx: tx.execute("UPDATE settings SET value = '\"later\"'"))
    database.close()
    backups.restore(backups.path(taken.name))
    assert greeting(tmp_path) == '"ciao"'
    safeguard = next(b for b in backups.all() if b.reason == "restore")
    backups.restore(backups.path(safeguard.name))
    assert greeting(tmp_path) == '"later"'


@pytest.mark.parametrize("spoilt", ["cut", "flipped", "nonsense", "no manifest"])
def test_a_damaged_backup_is_refused_and_nothing_is_changed(
    tmp_path: Path, database: Database, backups: BackupService, spoilt: str
) -> None:
    source = backups.path(backups.create().name)
    raw = source.read_bytes()
    bad = tmp_path / "bad.zip"
    middle = raw.index(b"SQLite format 3") + 40 if b"SQLite format 3" in raw else len(raw) // 2
    if spoilt == "cut":
        bad.write_bytes(raw[: len(raw) // 2])
    elif spoilt == "flipped":
        bad.write_bytes(raw[:middle] + bytes([raw[middle] ^ 0xFF]) + raw[middle + 1 :])
    elif spoilt == "nonsense":
        bad.write_bytes(b"not a zip at all")
    else:
        with zipfile.ZipFile(bad, "w") as archive:
            archive.writestr("cinematch.db", b"")
    database.close()
    with pytest.raises(Invalid):
        backups.restore(bad)
    assert greeting(tmp_path) == '"ciao"'


def test_a_damaged_database_is_put_aside_when_a_backup_replaces_it(
    tmp_path: Path, database: Database, backups: BackupService
) -> None:
    taken = backups.create()
    database.close()
    (tmp_path / FILE_NAME).write_bytes(b"nothing of a database" * 500)
    backups.restore(backups.path(taken.name))
    assert greeting(tmp_path) == '"ciao"'
    assert len(list(tmp_path.glob("damaged-*.db"))) == 1


def test_only_the_newest_are_kept(backups: BackupService) -> None:
    names = [backups.create("nightly").name for _ in range(4)]
    assert backups.prune(2) == names[:2]
    assert [backup.name for backup in backups.all()] == [names[3], names[2]]


def test_a_name_that_is_no_backup_of_ours_is_not_found(backups: BackupService) -> None:
    with pytest.raises(NotFound):
        backups.path("../cinematch.db")


def test_a_backup_of_a_newer_release_is_refused_and_nothing_is_changed(
    tmp_path: Path, database: Database, backups: BackupService, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = backups.path(backups.create().name)
    database.close()
    monkeypatch.setattr("cinematch.ops.sqlite.records.latest_version", lambda: 0)
    with pytest.raises(Conflict, match="newer release"):
        backups.restore(taken)
    assert greeting(tmp_path) == '"ciao"'
    assert len(backups.all()) == 1


def test_restoring_is_refused_while_a_command_uses_the_database(
    tmp_path: Path, database: Database, backups: BackupService
) -> None:
    taken = backups.path(backups.create().name)
    database.transact(lambda tx: tx.execute("UPDATE settings SET value = '\"later\"'"))
    with pytest.raises(Conflict, match="using the database"):
        backups.restore(taken)
    assert not (tmp_path / ".cinematch.db.restoring").exists()
    database.close()
    assert greeting(tmp_path) == '"later"'


def test_of_a_damaged_database_no_backup_is_taken_and_the_good_ones_stay(
    tmp_path: Path, database: Database, backups: BackupService
) -> None:
    good = backups.create()
    database.close()
    path = tmp_path / FILE_NAME
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2 :] = b"\xff" * (len(raw) - len(raw) // 2)
    path.write_bytes(raw)
    with pytest.raises(StoreDamaged, match="damaged"):
        backups.create()
    assert [backup.name for backup in backups.all()] == [good.name]
    backups.restore(backups.path(good.name))
    assert greeting(tmp_path) == '"ciao"'
    assert len(list(tmp_path.glob("damaged-*.db"))) == 1


def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    backups = BackupService(tmp_path, SqliteSnapshots(tmp_path / FILE_NAME), Ticking())
    with pytest.raises(NotFound):
        backups.create()
    assert not (tmp_path / FILE_NAME).exists()


def test_leaving_off_in_the_middle_leaves_nothing_behind(
    tmp_path: Path, backups: BackupService
) -> None:
    def stop(what: str, _done: int, _total: int) -> None:
        if what == "database":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backups.create(progress=stop)
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [".lock"]


def test_a_flipped_byte_anywhere_is_told_or_harmless(
    tmp_path: Path, database: Database, backups: BackupService
) -> None:
    raw = backups.path(backups.create().name).read_bytes()
    bad, chance, told = tmp_path / "bad.zip", random.Random(1888), 0
    for _ in range(80):
        place = chance.randrange(len(raw))
        changed = bytes([raw[place] ^ (1 << chance.randrange(8))])
        bad.write_bytes(raw[:place] + changed + raw[place + 1 :])
        try:
            manifest = backups.verify(bad)
        except Invalid:
            told += 1
        else:
            assert manifest.tables["settings"].rows == 1
    assert told > 40


def test_a_file_of_another_name_in_the_folder_is_no_backup(
    tmp_path: Path, backups: BackupService
) -> None:
    taken = backups.create()
    (tmp_path / "backups" / "cinematch-copy of mine.zip").write_bytes(b"")
    assert [backup.name for backup in backups.all()] == [taken.name]
    assert backups.prune(1) == []
