"""A whole cluster on this machine: real servers, and every role as a process of its own.

Any of them may be killed and started again, on the same ports and folders.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import httpx

from tests.support.kafka import KafkaServer
from tests.support.mongo import MongoServer
from tests.support.ports import free_port
from tests.support.redis import RedisServer
from tests.support.server import PASSWORD

ROLES = {
    "api": ("api",),
    "relay": ("relay",),
    "stats": ("stream", "stats"),
    "trends": ("stream", "trends"),
    "worker": ("worker",),
}
_READY_SECONDS = 120.0


class Killable(Protocol):
    """A server or a role."""

    def start(self) -> object:
        """Start, and return once it works."""
        ...

    def kill(self) -> None:
        """End it with SIGKILL."""
        ...

    def stop(self) -> object:
        """End it in peace."""
        ...


class Role:
    """One role as a process, with its children (Spark's JVM is one) in a group of their own."""

    def __init__(self, name: str, arguments: Iterable[str], env: dict[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        self._arguments = tuple(arguments)
        self._env = env
        self._began = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and return once it says that it is ready."""
        self._began = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cinematch", *self._arguments],
                env=self._env,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_ready()

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    def said(self) -> str:
        """Return what it has written since it was last started."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(self._began)
            return log.read().decode(errors="replace")

    def kill(self) -> None:
        """End it and its children with SIGKILL."""
        process, self.process = self.process, None
        if process is not None:
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()

    def stop(self, seconds: float = 20.0) -> int:
        """End it in peace and return its exit status; what is left of its group goes, too."""
        process, self.process = self.process, None
        if process is None:
            return 0
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(seconds)
        finally:
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            if " is ready" in self.said():
                return
            if not self.running:
                break
            time.sleep(0.05)
        raise AssertionError(f"{self.name} did not start:\n{self.log.read_text()[-4000:]}")


class Parts:
    """Servers and processes by name, all of them there within `with`, none after it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts: dict[str, Killable] = {}

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def role(self, name: str) -> Role:
        """Return a role by its name."""
        found = self.parts[name]
        assert isinstance(found, Role)
        return found

    def _start(self) -> None:
        for part in self.parts.values():
            part.start()

    def _stop(self) -> None:
        with ExitStack() as ending:  # all of them, though one may not end in peace
            for part in self.parts.values():
                ending.callback(part.stop)


class Cluster(Parts):
    """Servers and roles by name in `parts`; started in an order that works, stopped in reverse.

    A role may be there several times: `relay` and `relay-2`.
    """

    def __init__(self, folder: Path, *, roles: Iterable[str] = ROLES, **environment: str) -> None:
        super().__init__(folder)
        self.mongo = MongoServer(folder / "mongo")
        self.kafka = KafkaServer(folder / "kafka")
        self.redis = RedisServer(folder / "redis")
        self.api_port = free_port()
        self.url = f"http://127.0.0.1:{self.api_port}"
        self.env = {
            **os.environ,
            "CINEMATCH_DATA_DIR": str(folder / "data"),
            "CINEMATCH_HOST": "127.0.0.1",
            "CINEMATCH_PORT": str(self.api_port),
            "MONGODB_URL": self.mongo.url("cinematch"),
            "KAFKA_BOOTSTRAP_SERVERS": self.kafka.bootstrap,
            "REDIS_URL": self.redis.url,
            "CINEMATCH_SPARK_JARS": str(_connector()),
            **environment,
        }
        self.parts = {
            "mongo": self.mongo,
            "kafka": self.kafka,
            "redis": self.redis,
            **{name: self._role(name) for name in roles},
        }

    def command(self, *arguments: str, timeout: float = 120) -> "subprocess.CompletedProcess[str]":
        """Run `cinematch` in the cluster's environment, as an operator would."""
        return subprocess.run(
            [sys.executable, "-m", "cinematch", *arguments],
            env=self.env,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def client(self, username: str) -> httpx.Client:
        """Return a client that is signed in as an account, which is made if it is new."""
        client = httpx.Client(base_url=self.url, timeout=30)
        body = {"username": username, "password": PASSWORD}
        client.post("/api/auth/register", json=body)
        token = client.post("/api/auth/login", json=body).raise_for_status().json()["access_token"]
        made = client.post(
            "/api/me/tokens",
            json={"name": "tests"},
            headers={"Authorization": f"Bearer {token}"},
        )
        client.headers["Authorization"] = f"Bearer {made.raise_for_status().json()['token']}"
        return client

    def _role(self, name: str) -> Role:
        arguments = ROLES[name.partition("-")[0]]
        return Role(name, arguments, self.env, self.folder / f"{name}.log")


def _signal_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that we started and to its children."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


def _connector() -> Path:
    from scripts.jars import ensure

    return ensure("spark")
