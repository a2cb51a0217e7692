"""kill -9 in the middle of a backup or a restoration, at each step of it."""

import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from cinematch.infra.sqlite import open_database
from cinematch.infra.sqlite.database import FILE_NAME
from cinematch.kit.clock import system_clock
from cinematch.ops.service.backup import BackupService
from cinematch.ops.sqlite import SqliteSnapshots

WORKER = """
import os, signal, sys
from pathlib import Path
from cinematch.kit.clock import system_clock
from cinematch.ops.service.backup import BackupService
from cinematch.ops.sqlite import SqliteSnapshots

folder, step, work, *file = sys.argv[1:]

def die(what, done, total):
    if step == f"{what} {done}":
        os.kill(os.getpid(), signal.SIGKILL)

backups = BackupService(Path(folder), SqliteSnapshots(Path(folder, "cinematch.db")), system_clock)
getattr(backups, work)(*(Path(name) for name in file), progress=die)
"""


def service(folder: Path) -> BackupService:
    return BackupService(folder, SqliteSnapshots(folder / FILE_NAME), system_clock)


def write(folder: Path, word: str) -> None:
    database = open_database(folder)
    database.transact(
        lambda tx: tx.execute("INSERT OR REPLACE INTO settings VALUES ('word', ?)", (word,))
    )
    database.close()


def word(folder: Path) -> str:
    with closing(open_database(folder)) as database:
        whole = database.snapshot(lambda tx: tx.execute("PRAGMA integrity_check").fetchone()[0])
        assert whole == "ok"
        return str(
            database.snapshot(
                lambda tx: tx.execute("SELECT value FROM settings WHERE name = 'word'").fetchone()
            )[0]
        )


def killed_at(step: str, folder: Path, *work: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WORKER, str(folder), step, *work], check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("step", ["copy 0", "tables 0", "tables 7", "database 0", "ready 1"])
def test_a_backup_that_is_killed_appears_not_at_all(tmp_path: Path, step: str) -> None:
    write(tmp_path, '"now"')
    backups = service(tmp_path)
    killed_at(step, tmp_path, "create")
    assert backups.all() == []
    assert len(list((tmp_path / "backups").glob(".taking-*"))) == 1
    assert word(tmp_path) == '"now"'
    taken = backups.create()
    assert backups.verify(backups.path(taken.name)).tables["settings"].rows == 1
    assert list((tmp_path / "backups").glob(".taking-*")) == []


@pytest.mark.parametrize("step", ["check 0", "safeguard 1", "replace 2", "replace 3"])
def test_a_restoration_that_is_killed_leaves_the_old_state_or_the_new_one(
    tmp_path: Path, step: str
) -> None:
    backups = service(tmp_path)
    write(tmp_path, '"then"')
    taken = backups.path(backups.create().name)
    # The log still holds the newest change, as when the server was killed too.
    database = open_database(tmp_path)
    database.transact(lambda tx: tx.execute("UPDATE settings SET value = '\"now\"'"))
    log = (tmp_path / f"{FILE_NAME}-wal").read_bytes()
    database.close()
    (tmp_path / f"{FILE_NAME}-wal").write_bytes(log)
    killed_at(step, tmp_path, "restore", str(taken))
    assert word(tmp_path) == ('"then"' if step == "replace 3" else '"now"')
    backups.sweep()
    assert not (tmp_path / ".cinematch.db.restoring").exists()
    backups.restore(taken)
    assert word(tmp_path) == '"then"'


def test_sweeping_leaves_the_work_of_another_process_alone(tmp_path: Path) -> None:
    write(tmp_path, '"now"')
    backups = service(tmp_path)
    seen: list[int] = []

    def look(what: str, _done: int, _total: int) -> None:
        if what == "ready":
            service(tmp_path).sweep()
            seen.append(len(list((tmp_path / "backups").glob(".taking-*"))))

    backups.create(progress=look)
    assert seen == [1]
    assert len(backups.all()) == 1
