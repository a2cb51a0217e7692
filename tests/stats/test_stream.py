"""The live stream, against a server of its own: what moved arrives, and is resumed by its id."""

from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest

from tests.support.server import Server, films_of


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("stream") / "data") as running:
        yield running


def cards(lines: Iterator[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (id, data) of `stats` events."""
    seen, name = 0, ""
    for line in lines:
        if line.startswith("id:"):
            seen = int(line[3:])
        elif line.startswith("event:"):
            name = line[6:].strip()
        elif line.startswith("data:") and seen and name != "ping":
            yield seen, msgspec.json.decode(line[5:])


@pytest.mark.slow
def test_changes_arrive_as_they_happen_and_are_resumed_by_id(server: Server) -> None:
    with server.client(server.sign_up()) as client:
        film, other = films_of(client, 2)

        def rate(film_id: str, rating: float) -> int:
            answer = client.patch(f"/api/library/{film_id}", json={"rating": rating})
            seq: int = answer.raise_for_status().json()["seq"]
            client.get("/api/user-stats", params={"min_seq": seq})
            return seq

        first = rate(film["film_id"], 4.5)
        with server.client() as reader, stream(reader, client) as answer:
            arriving = cards(answer.iter_lines())
            assert next(arriving)[0] == first
            second = rate(other["film_id"], 2.0)
            seq, card = next(arriving)
        assert (seq, card["total_watched"], card["avg_rating"]) == (second, 2, 3.25)
        third = rate(film["film_id"], 5.0)
        with server.client() as reader, stream(reader, client, last=first) as answer:
            resumed = cards(answer.iter_lines())
            assert [next(resumed)[0], next(resumed)[0]] == [second, third]


def stream(reader: httpx.Client, client: httpx.Client, last: int | None = None) -> Any:
    headers = {"Authorization": client.headers["Authorization"]}
    if last is not None:
        headers["Last-Event-ID"] = str(last)
    return reader.stream("GET", "/api/stream", headers=headers)
