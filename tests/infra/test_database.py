"""Opening the database: schema versions, several processes at once, damage, a full disk."""

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from cinematch.infra.sqlite import migrations, open_database
from cinematch.infra.sqlite.database import FILE_NAME
from cinematch.infra.sqlite.migrations import latest_version, schema_version
from cinematch.kit.clock import system_clock
from cinematch.kit.errors import SchemaTooNew, StoreBusy, StoreDamaged, StoreFull
from cinematch.ops.service.backup import BackupService
from cinematch.ops.sqlite import SqliteSnapshots

NEXT = latest_version() + 1
ADDED = "ALTER TABLE settings ADD COLUMN note TEXT NOT NULL DEFAULT 'from before';"
OPENER = """
import sys
from pathlib import Path
from cinematch.infra.sqlite import open_database
print("ready", flush=True)
sys.stdin.readline()
database = open_database(Path(sys.argv[1]))
database.transact(lambda tx: tx.execute("INSERT INTO settings VALUES (?, '1')", (sys.argv[2],)))
database.close()
"""


def with_next_release(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Have the next release's schema be made by one more script."""
    scripts = {**migrations._scripts(), NEXT: script}
    monkeypatch.setattr(migrations, "_scripts", lambda: scripts)


def made(folder: Path) -> Path:
    """Make a database of the present release with one setting in it; return its file."""
    database = open_database(folder)
    database.transact(lambda tx: tx.execute("INSERT INTO settings VALUES ('greeting', '\"ciao\"')"))
    database.close()
    return folder / FILE_NAME


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_a_new_folder_gets_the_latest_schema_and_safe_settings(tmp_path: Path) -> None:
    database = open_database(tmp_path / "new" / "data")
    pragmas = ("journal_mode", "synchronous", "foreign_keys")
    assert database.transact(
        lambda tx: [tx.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]
    ) == ["wal", 2, 1]
    lax = "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0"
    names = database.snapshot(lambda tx: {row[0] for row in tx.execute(lax)})
    database.close()
    assert schema_version(database.path) == latest_version()
    assert {name for name in names if not name.startswith("sqlite_")} == set()


def test_a_newer_schema_is_refused_and_the_file_is_not_touched(tmp_path: Path) -> None:
    path = made(tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {NEXT}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before, changed = path.read_bytes(), path.stat().st_mtime_ns
    with pytest.raises(SchemaTooNew, match=f"schema {NEXT}, and this release knows up to"):
        open_database(tmp_path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, changed)


def test_an_older_schema_is_backed_up_then_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(tmp_path)
    backups = BackupService(tmp_path, SqliteSnapshots(path), system_clock)

    def keep(_path: Path, version: int) -> None:
        backups.create(f"before-schema-{version}")

    with_next_release(monkeypatch, ADDED)
    open_database(tmp_path, before_migration=keep).close()
    assert schema_version(path) == NEXT
    assert rows(path, "SELECT * FROM settings") == [("greeting", '"ciao"', "from before")]
    kept = backups.all()
    assert [backup.reason for backup in kept] == [f"before-schema-{NEXT - 1}"]
    assert backups.verify(backups.path(kept[0].name)).schema_version == NEXT - 1
    open_database(tmp_path, before_migration=keep).close()
    assert backups.all() == kept

    backups.restore(backups.path(kept[0].name))
    assert schema_version(path) == NEXT - 1
    monkeypatch.undo()
    open_database(tmp_path).close()
    assert rows(path, "SELECT * FROM settings") == [("greeting", '"ciao"')]


def test_without_its_backup_a_migration_does_not_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(tmp_path)

    def no_room(_path: Path, _version: int) -> None:
        raise StoreFull("no room")

    with_next_release(monkeypatch, ADDED)
    with pytest.raises(StoreFull):
        open_database(tmp_path, before_migration=no_room)
    assert schema_version(path) == NEXT - 1


def test_a_migration_that_fails_leaves_the_schema_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(tmp_path)
    with_next_release(monkeypatch, ADDED + "\nINSERT INTO no_such_table VALUES (1);")
    with pytest.raises(StoreFull, match="no_such_table"):
        open_database(tmp_path)
    monkeypatch.undo()
    assert schema_version(path) == NEXT - 1
    assert rows(path, "SELECT * FROM settings") == [("greeting", '"ciao"')]
    open_database(tmp_path).close()


def test_processes_that_open_a_new_folder_at_once_all_get_in(tmp_path: Path) -> None:
    names = [f"opener{number}" for number in range(4)]
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, str(tmp_path), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for name in names
    ]
    for opener in openers:
        assert opener.stdout is not None
        assert opener.stdout.readline() == b"ready\n"
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.write(b"\n")
        opener.stdin.flush()
    for opener in openers:
        _, errors = opener.communicate(timeout=60)
        assert (opener.returncode, errors) == (0, b"")
    found = rows(tmp_path / FILE_NAME, "SELECT name FROM settings ORDER BY name")
    assert [row[0] for row in found] == names


def test_a_file_that_is_no_database_is_told_with_the_mend_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"minutes of the meeting " * 400)
    with pytest.raises(StoreDamaged, match="cinematch restore"):
        open_database(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes().startswith(b"minutes of the meeting")


def test_a_database_that_breaks_while_it_is_read_is_told_as_damaged(tmp_path: Path) -> None:
    path = made(tmp_path)
    ((page,),) = rows(path, "SELECT rootpage FROM sqlite_master WHERE name = 'settings'")
    with path.open("rb+") as file:
        file.seek((int(str(page)) - 1) * 4096)
        file.write(b"\xff" * 4096)
    database = open_database(tmp_path)
    with pytest.raises(StoreDamaged):
        database.snapshot(lambda tx: tx.execute("SELECT * FROM settings").fetchall())
    database.close()


def test_a_full_disk_takes_a_transaction_back_whole_and_reading_goes_on(tmp_path: Path) -> None:
    database = open_database(tmp_path)

    def limit(pages: int) -> None:
        # SQLite then answers every page beyond with SQLITE_FULL, as it does on a full disk.
        database.transact(lambda tx: tx.execute(f"PRAGMA max_page_count = {pages}"))

    def fill(tx: sqlite3.Connection) -> None:
        tx.execute("INSERT INTO settings VALUES ('first', '1')")
        tx.execute("INSERT INTO settings VALUES ('much', hex(randomblob(1000000)))")

    limit(1)  # never below what there is
    with pytest.raises(StoreFull, match="full"):
        database.transact(fill)
    count = "SELECT count(*) FROM settings"
    assert database.snapshot(lambda tx: tx.execute(count).fetchone()[0]) == 0
    limit(1_000_000)
    database.transact(fill)
    assert database.snapshot(lambda tx: tx.execute(count).fetchone()[0]) == 2
    database.close()


def test_a_writer_of_another_process_that_does_not_end_is_told_as_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cinematch.infra.sqlite.database._BUSY_SECONDS", 0.05)
    database = open_database(tmp_path)
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            database.transact(lambda tx: tx.execute("DELETE FROM settings"))
        other.execute("ROLLBACK")
    database.transact(lambda tx: tx.execute("DELETE FROM settings"))
    database.close()


def test_a_broken_rule_of_the_schema_is_no_damage(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    with pytest.raises(sqlite3.IntegrityError):
        database.transact(lambda tx: tx.execute("INSERT INTO settings VALUES ('a', NULL)"))
    database.close()


def test_threads_that_have_ended_leave_no_connection_open(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    before = len(open_files(database.path))
    for _ in range(30):
        reader = threading.Thread(target=database.snapshot, args=(count_settings,))
        reader.start()
        reader.join()
    assert len(open_files(database.path)) <= before + 6, "the last two readers'"
    assert database.snapshot(count_settings) == 0
    database.close()
    assert not open_files(database.path)


def count_settings(tx: sqlite3.Connection) -> int:
    return int(tx.execute("SELECT count(*) FROM settings").fetchone()[0])


def open_files(path: Path) -> list[str]:
    """Return what this process has open of a database and its write-ahead log."""
    links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    targets = [str(link.readlink()) for link in links if link.exists()]
    return [target for target in targets if target.startswith(str(path))]
