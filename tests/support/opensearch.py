"""An OpenSearch server of one node, as a process of its own."""

import http.client
import urllib.error
import urllib.request
from pathlib import Path

from scripts.jars import ensure
from tests.support.ports import free_port
from tests.support.process import ServerProcess

_LAUNCHER = Path(__file__).with_name("OpenSearch.java")
_HEALTH = "/_cluster/health?wait_for_status=yellow&timeout=5s"


class OpenSearchServer(ServerProcess):
    """A server that may be killed and started again on the same folder and ports."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.port, self._transport = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and return once it answers and has its indices open."""
        self._run(
            ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms256m", "-Xmx512m",
             "-cp", f"{ensure('opensearch')}/*", str(_LAUNCHER),
             str(self.port), str(self._transport), "data"],
            self._answers,
            110,
        )  # fmt: skip

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + _HEALTH, timeout=10) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, http.client.HTTPException, OSError):
            return False
