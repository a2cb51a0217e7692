"""What surrounds every request: its number, its guards, its headers. Pure ASGI."""

import logging
import re
import secrets
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cinematch.api.deps import SAFE_METHODS
from cinematch.api.problems import problem

log = logging.getLogger(__name__)

MIB = 1 << 20
BODY_LIMIT, FILE_LIMIT = 1 * MIB, 250 * MIB
FILE_PATHS = frozenset({"/api/imports", "/api/upload-csv", "/upload-csv"})

CSP = (
    "default-src 'self'; img-src 'self' data: blob: https://image.tmdb.org; "
    "style-src 'self' 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'; object-src 'none'"
)
_SECURITY_HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestContext:
    """Numbers the request, adds the security headers, and answers what nobody foresaw.

    The number is the caller's `X-Request-ID` or a new one; it stands in the answer and beside the
    error in the log, and the answer to an unforeseen error says nothing else.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        number = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = number
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _add_headers(message, scope["path"], number)
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            log.exception("%s %r failed (request %s)", scope["method"], scope["path"], number)
            if started:
                raise
            answer = problem(
                500,
                f"An error of ours. The log has it under request {number}; nothing was changed.",
                code="internal_error",
                title="Something went wrong",
            )
            await answer(scope, receive, send_with_headers)


def _add_headers(message: Message, path: str, number: str) -> None:
    headers = MutableHeaders(scope=message)
    headers["X-Request-ID"] = number
    for name, value in _SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    if path.startswith("/api"):
        headers.setdefault("Cache-Control", "no-store")


class HostCheck:
    """Answers only under the server's own names, so that no foreign name can point here."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.hosts:
            host = _host_name(Headers(scope=scope).get("host", ""))
            if host not in self.hosts:
                answer = problem(
                    421,
                    "CineMatch does not answer under this name. An operator can allow it with "
                    "CINEMATCH_ALLOWED_HOSTS.",
                )
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _host_name(host: str) -> str:
    host = host.strip().casefold()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.rpartition(":")[0] if ":" in host else host


class OriginCheck:
    """Refuses a change that a browser sends on behalf of another site's page."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self.app = app
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS:
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            if origin and not self._own(origin, headers.get("host", "")):
                answer = problem(403, "Another site's page may not change anything here.")
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _own(self, origin: str, host: str) -> bool:
        return origin in self.origins or origin.partition("://")[2].casefold() == host.casefold()


class BodyLimit:
    """Refuses a body that is too large: by its stated length unread, otherwise while it comes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = FILE_LIMIT if scope["path"] in FILE_PATHS else BODY_LIMIT
        stated = Headers(scope=scope).get("content-length", "0")
        if not (stated.isascii() and stated.isdigit()) or int(stated) > limit:
            answer = problem(413, _too_large(limit), headers={"Connection": "close"})
            await answer(scope, receive, send)
            return
        taken = 0

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise HTTPException(413, _too_large(limit), headers={"Connection": "close"})
            return message

        await self.app(scope, limited, send)


def _too_large(limit: int) -> str:
    return f"The body is larger than the {limit // MIB} MB that this address takes."
