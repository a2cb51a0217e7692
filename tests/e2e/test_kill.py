"""kill -9 under load: no acknowledged change is missing, none is doubled, the figures agree."""

import json
import random
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.support.server import Server, command, films_of

ROUNDS = 50
WRITERS = 4
FILMS_EACH = 6

State = float | None | str
"""A film's stars, None when unrated, "gone" when it is not among the user's films."""


@dataclass
class Writer:
    """One user's hand on some films: what was acknowledged, and what was on its way."""

    film_ids: list[str]
    seed: int
    known: dict[str, State] = field(default_factory=dict)
    on_its_way: tuple[str, State] | None = None
    last_seq: int = 0
    acknowledged: int = 0

    def run(self, url: str, token: str, stop: threading.Event) -> None:
        chance = random.Random(self.seed + self.acknowledged)
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=url, headers=headers, timeout=30) as client:
            while not stop.is_set():
                try:
                    self.change(client, chance)
                except httpx.TransportError:
                    return

    def change(self, client: httpx.Client, chance: random.Random) -> None:
        film_id = chance.choice(self.film_ids)
        present = self.known.get(film_id, "gone") != "gone"
        stars = chance.randint(1, 10) / 2
        if present and chance.random() < 0.2:
            self.on_its_way = (film_id, "gone")
            answer = client.post("/api/user-movies/remove", json={"film_id": film_id})
        elif present:
            self.on_its_way = (film_id, stars)
            answer = client.put(
                "/api/user-movies/update-rating", json={"film_id": film_id, "rating": stars}
            )
        else:
            self.on_its_way = (film_id, stars)
            body = {"film_id": film_id, "rating": stars, "date": "2024-05-17"}
            answer = client.post("/api/user-movies/add", json=body)
        assert answer.status_code == 200, answer.text
        self.known[film_id] = self.on_its_way[1]
        self.on_its_way = None
        self.last_seq = max(self.last_seq, answer.json()["seq"])
        self.acknowledged += 1

    def reconcile(self, stored: dict[str, State]) -> list[str]:
        """Return what is wrong in the store, and take over a change whose answer was cut off."""
        wrong = []
        for film_id in self.film_ids:
            found, expected = stored.get(film_id, "gone"), self.known.get(film_id, "gone")
            if self.on_its_way and film_id == self.on_its_way[0] and found == self.on_its_way[1]:
                self.known[film_id] = found
            elif found != expected:
                wrong.append(f"{film_id}: stored {found}, acknowledged {expected}")
        self.on_its_way = None
        return wrong


def tear_files(data_dir: Path, chance: random.Random) -> None:
    """Leave behind what a power cut leaves: a torn tail of the log, half-written files."""
    log = data_dir / "cinematch.db-wal"
    if log.exists():
        with log.open("ab") as stream:
            stream.write(chance.randbytes(chance.randint(1, 9000)))
    backups = data_dir / "backups" / ".taking-torn"
    backups.mkdir(parents=True, exist_ok=True)
    (backups / "cinematch.db").write_bytes(chance.randbytes(500))
    (data_dir / ".cinematch.db.restoring").write_bytes(b"half")


def stored_films(client: httpx.Client) -> dict[str, State]:
    page = client.get("/api/library", params={"limit": 200}).json()
    assert page["next"] is None
    return {item["film"]["film_id"]: item["rating"] for item in page["items"]}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_fifty_times_under_load(tmp_path: Path) -> None:
    chance = random.Random(1888)
    data_dir = tmp_path / "data"
    server = Server(data_dir).start()
    token = server.api_token()
    with server.client(token) as client:
        ids = [film["film_id"] for film in films_of(client, WRITERS * FILMS_EACH)]
    writers = [Writer(ids[n * FILMS_EACH : (n + 1) * FILMS_EACH], seed=n) for n in range(WRITERS)]
    for _round in range(ROUNDS):
        work_until_killed(server, token, writers, chance)
        tear_files(data_dir, chance)
        server.start()
        with server.client(token) as client:
            stored = stored_films(client)
            wrong = [line for writer in writers for line in writer.reconcile(stored)]
            assert wrong == []
            last = max(writer.last_seq for writer in writers)
            figures = client.get("/api/user-stats", params={"min_seq": last}).json()
            assert figures["seq"] >= last
            assert figures["total_watched"] == len(stored)
    assert server.stop() == 0
    verdict = command(data_dir, "verify", "--json")
    assert json.loads(verdict.stdout) == {"checked_users": 1, "differences": 0}, verdict.stderr
    acknowledged = sum(writer.acknowledged for writer in writers)
    print(f"{ROUNDS} kills, {acknowledged} changes acknowledged, 0 missing, 0 doubled")
    assert acknowledged > ROUNDS


def work_until_killed(
    server: Server, token: str, writers: list[Writer], chance: random.Random
) -> None:
    stop = threading.Event()
    threads = [
        threading.Thread(target=writer.run, args=(server.url, token, stop)) for writer in writers
    ]
    for thread in threads:
        thread.start()
    time.sleep(chance.uniform(0.1, 0.9))
    server.kill()
    stop.set()
    for thread in threads:
        thread.join()
