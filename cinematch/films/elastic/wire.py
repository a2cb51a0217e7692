"""The search engine's end of the wire: JSON over HTTP."""

import base64
import http.client
import json
import ssl
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from cinematch.kit.errors import Invalid, Unavailable

Json = dict[str, Any]

_IDLE = 8  # connections that are kept


class Wire:
    """JSON over HTTP on connections that are kept; may be used from several threads."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Invalid("ELASTICSEARCH_URL is not an address such as http://search:9200.")
        try:
            self._port = parts.port or 9200
        except ValueError as error:
            raise Invalid("ELASTICSEARCH_URL has a port that cannot be.") from error
        self._host = parts.hostname
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._path = parts.path.rstrip("/")
        self._headers = {"Accept": "application/json"}
        if parts.username:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            self._headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        self._idle: list[http.client.HTTPConnection] = []
        self._lock = threading.Lock()

    def call(
        self, method: str, path: str, body: Json | bytes | None = None, *, timeout: float
    ) -> tuple[int, Any]:
        """Send a request and return the status with what was answered, as it is in JSON."""
        content = json.dumps(body).encode() if isinstance(body, dict) else body
        kind = "application/x-ndjson" if isinstance(body, bytes) else "application/json"
        headers = {**self._headers, **({"Content-Type": kind} if content else {})}
        request = (method, self._path + quote(path, safe="/?=*,"), content, headers)
        try:
            status, text = self._send(request, timeout)
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(
                f"The search index does not answer: {type(error).__name__}"
            ) from error
        try:
            return status, json.loads(text)
        except ValueError as error:
            raise Unavailable(f"The search index answered {status}, and no JSON.") from error

    def close(self) -> None:
        """Let go of the connections; the next call makes one anew."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _send(self, request: tuple[Any, ...], timeout: float) -> tuple[int, bytes]:
        while True:
            with self._lock:
                kept = self._idle.pop() if self._idle else None
            connection = kept or self._connection()
            try:
                return self._exchange(connection, request, timeout)
            except (ConnectionError, http.client.HTTPException):
                # A connection that was kept may have been closed meanwhile; a new one may not.
                # Every request of ours may be sent twice.
                connection.close()
                if kept is None:
                    raise
            except OSError:
                connection.close()
                raise

    def _exchange(
        self, connection: http.client.HTTPConnection, request: tuple[Any, ...], timeout: float
    ) -> tuple[int, bytes]:
        connection.timeout = timeout
        if connection.sock is not None:
            connection.sock.settimeout(timeout)
        connection.request(*request)
        with connection.getresponse() as response:
            status, text = response.status, response.read()
        with self._lock:
            keep = connection.sock is not None and len(self._idle) < _IDLE
            if keep:
                self._idle.append(connection)
        if not keep:
            connection.close()
        return status, text

    def _connection(self) -> http.client.HTTPConnection:
        if self._tls is None:
            return http.client.HTTPConnection(self._host, self._port)
        return http.client.HTTPSConnection(self._host, self._port, context=self._tls)


def well(status: int, answer: Any) -> Json:
    """Return the answer if it is a good one.

    Raises:
        Unavailable: it is not.
    """
    if status >= 300 or not isinstance(answer, dict):
        told = answer if isinstance(answer, dict) else {}
        raise Unavailable(f"The search index answered {status}: {reason(told)}")
    return answer


def reason(told: Mapping[str, Any]) -> str:
    """Return what the engine calls the error that it tells of."""
    error = told.get("error")
    return str(error.get("type") if isinstance(error, dict) else error)
