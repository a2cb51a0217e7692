"""The proxy's configuration, taken by a real nginx."""

import http.client
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.deploying import DEPLOY
from tests.support.ports import free_port

CONF = DEPLOY / "nginx" / "nginx.conf"
INSTALL = "sudo apt-get install nginx-light"
_SECONDS = 30


def _nginx() -> str:
    found = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if found is None:
        raise AssertionError(f"There is no nginx here. To have it: {INSTALL}")
    return found


class Upstream(BaseHTTPRequestHandler):
    """An API that says what it was told, and a stream that goes on when it is allowed to."""

    protocol_version = "HTTP/1.1"
    go_on = threading.Event()

    def do_GET(self) -> None:
        if self.path == "/api/stream":
            self._stream()
        else:
            self._answer(self._said())

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self._answer(str(len(self.rfile.read(length))))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's
        """Say nothing."""

    def _said(self) -> str:
        names = ("Host", "X-Forwarded-For", "X-Forwarded-Proto")
        return "\n".join(str(self.headers[name]) for name in names)

    def _answer(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._chunk(b"data: one\n\n")
        self.go_on.wait(_SECONDS)
        self._chunk(b"data: two\n\n")
        self._chunk(b"")

    def _chunk(self, content: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
        self.wfile.flush()


@contextmanager
def _upstream() -> Iterator[int]:
    Upstream.go_on = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    server.daemon_threads = True
    running = threading.Thread(target=server.serve_forever, args=(0.1,))
    running.start()
    try:
        yield int(server.server_address[1])
    finally:
        Upstream.go_on.set()
        server.shutdown()
        server.server_close()
        running.join(_SECONDS)


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[int]:
    """The configuration as it is, but for the ports, the folder and the API's address."""
    port = free_port()
    with _upstream() as api:
        text = CONF.read_text(encoding="utf-8")
        for here, there in (
            ("listen 8080;", f"listen 127.0.0.1:{port};"),
            ("http://api:8000", f"http://127.0.0.1:{api}"),
            ("/tmp/", f"{tmp_path}/"),  # noqa: S108 - the image's own
        ):
            assert here in text
            text = text.replace(here, there)
        (tmp_path / "nginx.conf").write_text(text)
        at = str(tmp_path)
        command = [_nginx(), "-p", at, "-c", f"{at}/nginx.conf", "-g", "daemon off;"]
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait(port, process, tmp_path / "log")
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(_SECONDS)


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _SECONDS
    while True:
        try:
            _get(port, "/live")
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


def _get(port: int, path: str, **headers: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def test_nginx_takes_the_file_as_it_is(tmp_path: Path) -> None:
    text = CONF.read_text(encoding="utf-8").replace("/tmp/", f"{tmp_path}/")  # noqa: S108
    (tmp_path / "nginx.conf").write_text(text)
    ended = subprocess.run(
        [_nginx(), "-p", tmp_path, "-c", tmp_path / "nginx.conf", "-t"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "[warn]" not in ended.stderr


def test_the_api_learns_the_name_the_caller_and_the_scheme(proxy: int) -> None:
    said = _get(proxy, "/api/films", Host="films.example.org")
    assert said.splitlines() == ["films.example.org", "127.0.0.1", "http"]
    named = {"Host": "a.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.9"}
    assert _get(proxy, "/", **named).splitlines() == ["a.example", "192.0.2.9, 127.0.0.1", "https"]


def test_the_live_stream_arrives_bit_by_bit(proxy: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=_SECONDS)
    try:
        connection.request("GET", "/api/stream")
        answer = connection.getresponse()
        assert answer.readline() == b"data: one\n"
        Upstream.go_on.set()
        assert answer.read() == b"\ndata: two\n\n"
    finally:
        connection.close()


def test_a_large_history_is_let_through(proxy: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=_SECONDS)
    try:
        connection.request("POST", "/api/imports", body=b"x" * 20_000_000)
        assert connection.getresponse().read() == b"20000000"
    finally:
        connection.close()
