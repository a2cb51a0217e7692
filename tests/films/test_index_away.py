"""With a search index that is away, slow or not one at all, films are found in the store."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from cinematch.bootstrap import Services
from cinematch.films.core.catalogue import FilmQuery
from cinematch.films.elastic import ElasticFilms
from cinematch.kit.errors import Invalid, Unavailable
from tests.support.builders import film
from tests.support.house import PushedClock, build_house, client_of, signed_in
from tests.support.ports import free_port


@contextmanager
def house_on(folder: Path, url: str | None) -> Iterator[Services]:
    given: dict[str, Any] = {} if url is None else {"elasticsearch_url": SecretStr(url)}
    house = build_house(folder, **given)
    house.films.load([film("ran"), film("ikiru")], "test")
    yield house
    house.stop()


@contextmanager
def answering(status: int, text: bytes) -> Iterator[tuple[str, list[str | None]]]:
    """A server that gives one answer to everything; yields its address and who asked."""
    asked: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append(self.headers.get("Authorization"))
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST  # noqa: N815 - the library's

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://elastic:s%40cret@127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def found(house: Services, **asked: object) -> list[str]:
    query = FilmQuery(**asked)  # type: ignore[arg-type]
    return [card.film.film_id for card in house.films.search(query, None).items]


def test_the_store_answers_while_nobody_listens(tmp_path: Path) -> None:
    with house_on(tmp_path, f"http://127.0.0.1:{free_port()}") as house:
        assert found(house, q="ikir") == ["ikiru"]
        ready = client_of(house).get("/ready")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        part = ready.json()["parts"]["search"]
        assert (part["status"], part["waiting"]) == ("degraded", 2)
        with signed_in(house) as client:
            assert client.get("/api/films", params={"q": "ran"}).json()["total"] == 1


def test_a_server_that_says_nothing_is_asked_once_and_then_left_in_peace(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mute.setblocking(False)
        clock = PushedClock()
        url = SecretStr(f"http://127.0.0.1:{mute.getsockname()[1]}")
        house = build_house(tmp_path, clock, elasticsearch_url=url)
        house.films.load([film("ran")], "test")
        for _ in range(20):
            assert found(house, q="ran") == ["ran"]
        calls = [mute.accept()[0]]
        with pytest.raises(BlockingIOError):
            mute.accept()
        clock.push(seconds=6)
        assert found(house, q="ran") == ["ran"]
        calls.append(mute.accept()[0])
        for call in calls:
            call.close()
        house.stop()


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (502, b"<html>Bad gateway</html>"),
        (200, b"<html>Welcome!</html>"),
        (200, b"[]"),
        (401, b'{"error": "who are you?"}'),
        (404, b'{"error": {"type": "index_not_found_exception"}}'),
        (429, b'{"error": {"type": "circuit_breaking_exception"}}'),
    ],
)
def test_whatever_else_answers_there_the_store_does(
    tmp_path: Path, status: int, text: bytes
) -> None:
    with answering(status, text) as (url, asked), house_on(tmp_path, url) as house:
        assert found(house, q="ran") == ["ran"]
        assert set(asked) == {"Basic ZWxhc3RpYzpzQGNyZXQ="}  # elastic:s@cret
        assert house.health()["search"]["status"] == "degraded"


def test_an_error_names_no_password(tmp_path: Path) -> None:
    url = f"http://elastic:secret@127.0.0.1:{free_port()}"
    with pytest.raises(Unavailable) as told:
        ElasticFilms(url, "films", PushedClock()).size()
    assert "secret" not in told.value.detail


@pytest.mark.parametrize("url", ["search:9200", "ftp://search", "http://search:99999"])
def test_an_address_that_cannot_be_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(Invalid, match="ELASTICSEARCH_URL"):
        build_house(tmp_path, elasticsearch_url=SecretStr(url))


def test_without_an_address_nothing_is_noted_and_nothing_is_to_be_rebuilt(tmp_path: Path) -> None:
    with house_on(tmp_path, None) as house:
        assert house.store.snapshot(house.adapters.film_feed.waiting) == 0
        assert "search" not in house.health()
        with pytest.raises(Invalid, match="ELASTICSEARCH_URL"):
            _ = house.indexer
