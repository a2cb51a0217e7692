"""What an orchestrator asks of a role: is it alive, is it ready, how far is it behind."""

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Health = Callable[[], Mapping[str, Mapping[str, Any]]]
"""Each part's `status` (`ok`, `degraded`, `failed`) and figures."""

_TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Probe:
    """Answers `/live`, `/ready` (503 when a part has failed) and `/metrics` on a port of its own.

    `/live` says only that the process runs: a role whose database is away is not ready, but
    starting it anew would mend nothing.
    """

    def __init__(self, host: str, port: int, health: Health) -> None:
        self._server = ThreadingHTTPServer((host, port), _handler(health))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.2,), name="probe", daemon=True
        )

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Answer, in a thread of its own, until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(2)


def metrics_text(health: Mapping[str, Mapping[str, Any]]) -> str:
    """Write every number of the health as a gauge, in the text format of Prometheus.

    >>> print(metrics_text({"relay": {"status": "ok", "lag": 3}}), end="")
    cinematch_part_up{part="relay"} 1
    cinematch_lag{part="relay"} 3
    """
    lines = []
    for part, figures in health.items():
        up = int(figures.get("status") != "failed")
        lines.append(f'cinematch_part_up{{part="{part}"}} {up}')
        lines += [
            f'cinematch_{name}{{part="{part}"}} {value}'
            for name, value in figures.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        ]
    return "".join(f"{line}\n" for line in lines)


def _handler(health: Health) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/live":
                self._answer(200, "application/json", b'{"status":"ok"}')
            elif self.path in {"/ready", "/metrics"}:
                self._tell(health())
            else:
                self._answer(404, "application/json", b'{"status":"not_found"}')

        def _tell(self, parts: Mapping[str, Mapping[str, Any]]) -> None:
            if self.path == "/metrics":
                self._answer(200, _TEXT, metrics_text(parts).encode())
                return
            failed = any(part.get("status") == "failed" for part in parts.values())
            body = json.dumps({"status": "failed" if failed else "ok", "parts": parts})
            self._answer(503 if failed else 200, "application/json", body.encode())

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's
            """Say nothing: probes come every few seconds."""

    return Handler
