"""The lake's consumer killed at random moments, in the middle of showing and merging files."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.dataset as ds
import pytest

from cinematch.events.consumer import ConsumerLoop
from cinematch.events.service import OutboxSource
from cinematch.kit.clock import system_clock
from cinematch.lake.consumer import LakeHandler
from cinematch.lake.parquet import SCHEMA, ParquetFiles
from cinematch.lake.service import LakeService
from cinematch.lake.sqlite import SqliteLakeRecords
from tests.support.outbox import USERS, Ledger, ledger_on

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
CHILD = """
import sys
from pathlib import Path
from cinematch.events.sqlite import SqliteOutbox, SqliteProgress, SqliteRelaySource
from cinematch.infra.sqlite import open_database
from tests.lake.test_killed import loop_and_lake
from tests.support.outbox import Ledger

store = open_database(Path(sys.argv[1]))
ledger = Ledger(store, SqliteOutbox(), SqliteRelaySource(), SqliteProgress())
loop, lake = loop_and_lake(ledger, Path(sys.argv[2]))
while True:
    if loop.step(0.05):
        print("taken", flush=True)
    lake.compact()
"""


def loop_and_lake(ledger: Ledger, folder: Path) -> tuple[ConsumerLoop, LakeService]:
    """Return a loop over the outbox that fills the lake in a folder, a few events at a time."""
    lake = LakeService(ledger.store, SqliteLakeRecords(), ParquetFiles(folder), system_clock)
    handler = LakeHandler(lake)
    source = OutboxSource(ledger.store, ledger.outbox, handler.name)
    loop = ConsumerLoop(handler, source, ledger.progress, ledger.store, system_clock, batch=7)
    return loop, lake


def seen(folder: Path) -> list[tuple[str, int]]:
    """Return what a plain reader finds."""
    table = ds.dataset(folder / "events", format="parquet", schema=SCHEMA).to_table()
    return sorted(
        zip(table.column("user_id").to_pylist(), table.column("seq").to_pylist(), strict=True)
    )


def test_each_event_is_there_once_and_what_is_seen_is_never_doubled(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    chance = random.Random(20261121)
    folder = tmp_path / "lake"
    with ledger_on("sqlite", request) as ledger:
        for _ in range(6):
            for user_id in USERS:
                ledger.write(user_id, 3)
            with subprocess.Popen(
                [sys.executable, "-c", CHILD, str(tmp_path), str(folder)], stdout=subprocess.PIPE
            ) as child:
                assert child.stdout is not None
                for _ in range(chance.randrange(1, 4)):
                    assert child.stdout.readline() == b"taken\n"
                time.sleep(chance.random() * 0.05)
                child.kill()
            found = seen(folder)
            assert len(found) == len(set(found))
        loop, lake = loop_and_lake(ledger, folder)
        loop.catch_up()
        lake.compact()
        written = [(user, seq) for user, seqs in ledger.written().items() for seq in seqs]
        assert seen(folder) == sorted(written)
        assert lake.status().waiting == 0
        assert len(list((folder / "events").glob("*/*.parquet"))) == 1
