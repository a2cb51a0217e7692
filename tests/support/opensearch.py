"""An OpenSearch server of one node, as a process of its own."""

import http.client
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from scripts.jars import ensure
from tests.support.ports import free_port

_LAUNCHER = Path(__file__).with_name("OpenSearch.java")
_HEALTH = "/_cluster/health?wait_for_status=yellow&timeout=5s"


class OpenSearchServer:
    """A server that may be killed and started again on the same folder and ports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self._transport = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and return once it answers and has its indices open."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms256m", "-Xmx512m",
                 "-cp", f"{ensure('opensearch')}/*", str(_LAUNCHER),
                 str(self.port), str(self._transport), "data"],
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )  # fmt: skip
        self._wait()

    def kill(self) -> None:
        """End it with SIGKILL, in the middle of whatever it does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in peace."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.send_signal(number)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 110
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                raise RuntimeError((self.folder / "server.log").read_text()[-2000:])
            try:
                with urllib.request.urlopen(self.url + _HEALTH, timeout=10) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, http.client.HTTPException, OSError):
                time.sleep(0.2)
        raise RuntimeError("OpenSearch did not start within two minutes.")
