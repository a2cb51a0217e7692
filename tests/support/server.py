"""The product as a process of its own, as people run it: started, spoken to, stopped or killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from tests.support.ports import free_port

PASSWORD = "a password of the tests"
_START_SECONDS = 60.0


class Server:
    """`cinematch serve` on a data folder. It listens on 127.0.0.1 and is ended by its own id."""

    def __init__(
        self, data_dir: Path, *, before: tuple[str, ...] = (sys.executable,), **environment: str
    ) -> None:
        self._before = before
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = environment
        self.process: subprocess.Popen[bytes] | None = None
        self.output = data_dir.parent / f"{data_dir.name}.log"

    def start(self) -> Self:
        """Start the process and wait until it answers."""
        environment = {
            **os.environ,
            "CINEMATCH_DATA_DIR": str(self.data_dir),
            "CINEMATCH_PORT": str(self.port),
            "CINEMATCH_HOST": "127.0.0.1",
            **self._environment,
        }
        with self.output.open("ab") as log:
            self.process = subprocess.Popen(
                [*self._before, "-m", "cinematch", "serve"],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_until_ready()
        return self

    def kill(self) -> None:
        """End the process as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds: float = 10.0) -> int:
        """End the process as a person would, and return its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=seconds)

    def client(self, token: str | None = None) -> httpx.Client:
        """Return a client for this server, signed in by bearer token when one is given."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30.0)

    def sign_up(self, username: str = "ada") -> str:
        """Register an account (it may exist) and return an access token for it."""
        body = {"username": username, "password": PASSWORD}
        with self.client() as client:
            client.post("/api/auth/register", json=body)
            answer = client.post("/api/auth/login", json=body)
            answer.raise_for_status()
            token: str = answer.json()["access_token"]
            return token

    def api_token(self, username: str = "ada") -> str:
        """Return an API token, which stays good over restarts, for a (new) account."""
        with self.client(self.sign_up(username)) as client:
            answer = client.post("/api/me/tokens", json={"name": "tests"})
            answer.raise_for_status()
            token: str = answer.json()["token"]
            return token

    def _wait_until_ready(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                if httpx.get(f"{self.url}/live", timeout=2.0).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.02)
        raise AssertionError(f"The server did not start:\n{self.output.read_text()[-4000:]}")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process is not None and self.process.poll() is None:
            self.stop()


def command(data_dir: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run `cinematch` with a data folder, as a person in a terminal would."""
    return subprocess.run(
        [sys.executable, "-m", "cinematch", *arguments],
        env={**os.environ, "CINEMATCH_DATA_DIR": str(data_dir)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def films_of(client: httpx.Client, count: int) -> list[dict[str, Any]]:
    """Return `count` films of the catalogue, by title."""
    found: list[dict[str, Any]] = []
    cursor = None
    while len(found) < count:
        parameters: dict[str, str | int] = {"limit": 200, "sort": "title"}
        if cursor:
            parameters["cursor"] = cursor
        page = client.get("/api/films", params=parameters).json()
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    return found[:count]
