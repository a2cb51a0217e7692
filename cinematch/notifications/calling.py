"""Calls webhooks over HTTP, and nothing inside the operator's own network on a user's behalf."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from cinematch.kit.errors import Invalid
from cinematch.notifications.core.addresses import Address, is_public, parsed
from cinematch.notifications.core.channels import Outcome

TIMEOUT = 5.0  # seconds, for all of it
_READ_AT_MOST = 4_096  # bytes of the answer, which only its status is of interest
_GONE = 410
_INSIDE = "leads into a private network"


class HttpCaller:
    """Implements `notifications.ports.Caller`.

    The name is looked up once, all that it stands for is checked, and exactly that is connected
    to, so that a name which changes its mind in between gains nothing. Redirects are not followed.
    """

    def __init__(self, *, allow_private: bool, timeout: float = TIMEOUT) -> None:
        self._allow_private = allow_private
        self._timeout = timeout

    def check(self, url: str) -> None:
        """Refuse an address that may not be called; see `notifications.ports.Caller`."""
        address = parsed(url)
        try:
            found = _looked_up(address)
        except OSError:
            return  # it may be known later; each call looks again
        if not self._allowed(found):
            raise Invalid.field("url", _INSIDE, "give an address of the open internet")

    def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> Outcome:
        """Call an address; see `notifications.ports.Caller`."""
        try:
            address = parsed(url)
            found = _looked_up(address)
            if not self._allowed(found):
                return Outcome(sent=False, error=_INSIDE)
            code = self._post(address, found[0], content, headers)
        except Invalid as error:
            return Outcome(sent=False, error=error.detail)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Outcome(sent=False, error=_words(error))
        if 200 <= code < 300:
            return Outcome(sent=True, code=code)
        return Outcome(sent=False, code=code, error=f"answered {code}", gone=code == _GONE)

    def _allowed(self, found: list[str]) -> bool:
        return self._allow_private or all(is_public(one) for one in found)

    def _post(self, address: Address, ip: str, content: bytes, headers: Mapping[str, str]) -> int:
        deadline = time.monotonic() + self._timeout
        raw = socket.create_connection((ip, address.port), timeout=self._timeout)
        with _ended_by(raw, deadline) as cut, raw:
            connected = raw
            if address.scheme == "https":
                context = ssl.create_default_context()
                connected = context.wrap_socket(raw, server_hostname=address.host)
            connection = _connection(address)
            connection.sock = connected
            try:
                connection.request("POST", address.path, content, _headers(headers))
                answer = connection.getresponse()
                answer.read(_READ_AT_MOST)
                if cut.is_set():
                    raise TimeoutError(f"no whole answer within {self._timeout:g} s")
                return answer.status
            finally:
                connection.close()


def _connection(address: Address) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.host, address.port)
    connection.auto_open = 0  # never to connect by the name, which may stand for another by now
    return connection


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {**headers, "User-Agent": "CineMatch", "Connection": "close"}


def _looked_up(address: Address) -> list[str]:
    found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


@contextmanager
def _ended_by(raw: socket.socket, deadline: float) -> Iterator[threading.Event]:
    """Cut the line at the deadline: a socket's own timeout begins anew with each byte.

    Yields what tells that it was cut, for a header that is cut off reads like one that ended.
    """
    over = threading.Event()

    def cut() -> None:
        over.set()
        try:
            raw.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it has ended by itself

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield over
    finally:
        timer.cancel()


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
