"""The long-running process: the API, the page, the follower and the scheduler, all in one."""

import logging
import signal
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import nullcontext
from socket import socket
from types import FrameType
from typing import Any

import uvicorn

from cinematch.api.app import create_app
from cinematch.bootstrap import Role, Services, build
from cinematch.infra.instance import InstanceLock
from cinematch.kit.errors import CineMatchError
from cinematch.settings import Settings
from cinematch.worker.probe import Figures

# A page that listens to the live stream holds its connection open; it is let go after this.
_GRACE_SECONDS = 4


Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class _Telling:
    """Keeps the refusal with which the application did not start, so that it is told in words.

    uvicorn would print the way through the code instead.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self.refusal: CineMatchError | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        failed: list[Message] = []

        async def held(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed":
                failed.append(message)
            else:
                await send(message)

        try:
            await self._app(scope, receive, held)
        except CineMatchError as refusal:
            self.refusal = refusal
            failed = [{"type": "lifespan.startup.failed", "message": ""}]
        finally:
            for message in failed:
                await send(message)


class _Announcing(uvicorn.Server):
    """Prints where it answers once it really does."""

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(f"CineMatch is ready at {_address(self)}\n")
            sys.stdout.flush()


def serve(settings: Settings, *, role: Role = "all") -> None:
    """Run until SIGTERM or SIGINT, then end cleanly within ten seconds.

    In the role `api` other processes of a cluster do the work in the background, and the data
    folder is not held alone.

    Raises:
        AlreadyRunning: another process has the data folder.
        StoreFull, SchemaTooNew: the data folder cannot be used.
    """
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    # uvicorn raises the signal once more when it has shut down; that must not cut our own ending.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _heard)
    address = f"http://{settings.host}:{settings.port}"
    alone = InstanceLock(settings.data_dir)
    with alone.acquire(address) if role == "all" else nullcontext():
        services = build(settings, role=role)
        _tell_figures(services, settings)
        app = _Telling(create_app(services, settings))
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        server = _Announcing(config)
        try:
            server.run()
        finally:
            # uvicorn leaves with a status of its own when the application did not start.
            if app.refusal is not None:
                raise app.refusal
        if not server.started:
            raise SystemExit(3)


def _tell_figures(services: Services, settings: Settings) -> None:
    """Have `/metrics` answered between the services' start and their end, where that is wished."""
    if settings.metrics_port is None:
        return
    figures = Figures(settings.host, settings.metrics_port, services.health, services.families)
    services.on_start.append(figures.start)
    services.on_stop.append(figures.stop)


def _heard(_number: int, _frame: FrameType | None) -> None:
    """Take note of a signal that uvicorn has already acted upon."""


def _address(server: uvicorn.Server) -> str:
    port = server.servers[0].sockets[0].getsockname()[1]
    host = server.config.host
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104, only shown
    return f"http://{shown if ':' not in shown else f'[{shown}]'}:{port}"
