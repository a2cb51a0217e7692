"""What an orchestrator asks of a role: is it alive, is it ready, how far is it behind."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from typing import Any, ClassVar

from cinematch.infra.metrics import CONTENT_TYPE, Family, Sample, exposition
from cinematch.kit.errors import Invalid

Health = Callable[[], Mapping[str, Mapping[str, Any]]]
"""Each part's `status` (`ok`, `degraded`, `failed`) and figures."""

Families = Callable[[], Sequence[Family]]
"""Figures for Prometheus."""

_PATIENCE = 10.0
"""Seconds for which a caller may keep the one thread of `Figures` waiting."""


def _nothing() -> Sequence[Family]:
    return ()


class _Listening:
    """Answers on a port of its own, in a thread of its own."""

    def __init__(self, server: HTTPServer, name: str) -> None:
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, args=(0.2,), name=name, daemon=True
        )

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Answer, until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more, once what is being told has been told."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(2)
        self._server.server_close()


class Probe(_Listening):
    """Answers `/live`, `/ready` (503 when a part has failed) and `/metrics` on a port of its own.

    `/live` says only that the process runs: a role whose database is away is not ready, but
    starting it anew would mend nothing.
    """

    def __init__(self, host: str, port: int, health: Health, families: Families = _nothing) -> None:
        """Listen; nothing is answered before `start`.

        Args:
            host: the address.
            port: the port; 0 takes a free one.
            health: of each part.
            families: what else `/metrics` tells.
        """
        server = ThreadingHTTPServer((host, port), _handler(health, families))
        server.daemon_threads = True
        super().__init__(server, "probe")


class Figures(_Listening):
    """Answers `/metrics` alone, beside a server that has its own health.

    In one thread that stays: a connection to the embedded store is kept for each thread that reads.
    """

    def __init__(self, host: str, port: int, health: Health, families: Families) -> None:
        """Listen; nothing is answered before `start`.

        Raises:
            Invalid: the port is taken, or may not be listened on.
        """
        try:
            server = HTTPServer((host, port), _figures(health, families))
        except OSError as error:
            raise Invalid(
                f"Figures cannot be told at {host}:{port}: {error.strerror}. "
                "Choose another CINEMATCH_METRICS_PORT."
            ) from error
        super().__init__(server, "figures")


def metrics_text(health: Mapping[str, Mapping[str, Any]], families: Sequence[Family] = ()) -> str:
    """Write health and figures in the text format of Prometheus.

    Of the health that is whether each part is well, and every whole number; measures such as an
    error have families of their own.

    >>> told = metrics_text({"relay": {"status": "ok", "lag": 3}})
    >>> print(*(line for line in told.splitlines() if line[0] != "#"), sep="\\n")
    cinematch_part_up{part="relay"} 1
    cinematch_part_degraded{part="relay"} 0
    cinematch_lag{part="relay"} 3
    """
    states = {part: figures.get("status") for part, figures in health.items()}
    up = [Sample(int(state != "failed"), {"part": part}) for part, state in states.items()]
    worse = [Sample(int(state == "degraded"), {"part": part}) for part, state in states.items()]
    counts: dict[str, list[Sample]] = {}
    for part, figures in health.items():
        for name, value in figures.items():
            if isinstance(value, int) and not isinstance(value, bool):
                counts.setdefault(name, []).append(Sample(value, {"part": part}))
    return exposition(
        [
            Family("cinematch_part_up", "gauge", "0 for a part that has failed.", up),
            Family("cinematch_part_degraded", "gauge", "1 for a part to look at.", worse),
            *(
                Family(f"cinematch_{name}", "gauge", f"What a part says of its {name}.", samples)
                for name, samples in counts.items()
            ),
            *families,
        ]
    )


def _handler(health: Health, families: Families) -> type[BaseHTTPRequestHandler]:
    class Handler(_Answering):
        def do_GET(self) -> None:
            if self.path == "/live":
                self.answer(200, "application/json", b'{"status":"ok"}')
            elif self.path == "/ready":
                self._tell(health())
            elif self.path == "/metrics":
                self.answer(200, CONTENT_TYPE, metrics_text(health(), families()).encode())
            else:
                self.answer(404, "application/json", b'{"status":"not_found"}')

        def _tell(self, parts: Mapping[str, Mapping[str, Any]]) -> None:
            failed = any(part.get("status") == "failed" for part in parts.values())
            body = json.dumps({"status": "failed" if failed else "ok", "parts": parts})
            self.answer(503 if failed else 200, "application/json", body.encode())

    return Handler


def _figures(health: Health, families: Families) -> type[BaseHTTPRequestHandler]:
    class Handler(_Answering):
        timeout: ClassVar[float | None] = _PATIENCE

        def do_GET(self) -> None:
            if self.path == "/metrics":
                self.answer(200, CONTENT_TYPE, metrics_text(health(), families()).encode())
            else:
                self.answer(404, "application/json", b'{"status":"not_found"}')

    return Handler


class _Answering(BaseHTTPRequestHandler):
    def answer(self, status: int, kind: str, body: bytes) -> None:
        """Send a whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's
        """Say nothing: probes come every few seconds."""
