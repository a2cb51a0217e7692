"""A server that speaks MongoDB's protocol, as a process of its own, and fresh databases on it."""

import os
import shutil
import signal
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cinematch.infra.mongo import Collection, MongoStore, open_mongo, prepare
from cinematch.kit.errors import StoreBusy
from tests.support.ports import free_port
from tests.support.process import ServerProcess

INSTALL = "pip install --pre SecantusDB (it is in requirements-dev.txt)"


class MongoServer(ServerProcess):
    """`secantusd-py`, which may be killed and started again on the same folder and port."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.port = free_port()

    def url(self, database: str) -> str:
        """Return the connection string of one database; journaled, or a kill may lose writes."""
        return f"mongodb://127.0.0.1:{self.port}/{database}?journal=true"

    def start(self) -> None:
        """Start, and return once it answers."""
        daemon = shutil.which("secantusd-py", path=str(Path(sys.executable).parent))
        if daemon is None:
            raise RuntimeError(f"There is no secantusd-py here. To have it: {INSTALL}")
        self._run(
            [daemon, "--port", str(self.port), "--storage-path", "store", "--sync-on-commit"],
            self._answers,
        )

    def freeze(self) -> None:
        """Let it say nothing any more, without ending it."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        # Its threads run on until one of them has taken the signal.
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)

    def thaw(self) -> None:
        """Let it go on."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        try:
            open_mongo(self.url("admin")).close()
        except StoreBusy:
            return False
        return True


@contextmanager
def fresh_store(server: MongoServer, collections: Sequence[Collection]) -> Iterator[MongoStore]:
    """Yield a store on a database of its own with these collections; it is dropped afterwards."""
    store = open_mongo(server.url(f"test_{uuid.uuid4().hex[:12]}"))
    try:
        prepare(store, collections)
        yield store
    finally:
        # The test server drops a full collection far more slowly than it empties it.
        for collection in collections:
            store.db[collection.name].delete_many({})
        store.client.drop_database(store.db.name)
        store.close()
