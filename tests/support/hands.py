"""People at their films, over HTTP: what was acknowledged, and under which number."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from cinematch.kit.clock import system_clock
from tests.support.cluster import Cluster
from tests.support.server import films_of
from tests.support.storm import wait_for

GONE = "gone"
State = float | str
"""A film's stars, or `GONE` when it is not among the user's films."""

_CATALOGUE = 60  # films that must be there
_AGAIN = 0.1  # seconds before a request is sent again
_PACE = 0.03  # seconds between two changes


@dataclass
class Hand:
    """One user who changes films one by one and sends each change until it is acknowledged.

    Attributes:
        known: film -> its state by the last acknowledged change.
        seqs: the number of each acknowledged change.
        refused: requests without an answer, or with one that says "later".
        replayed: answers to a change that had been made before, though its answer was lost.
        slowest: seconds that the slowest answer took.
        wrong: answers that should never come.
    """

    client: httpx.Client
    user_id: str
    film_ids: list[str]
    seed: int
    patience: float = 300.0
    known: dict[str, State] = field(default_factory=dict)
    seqs: list[int] = field(default_factory=list)
    refused: int = 0
    replayed: int = 0
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def run(self, stop: threading.Event) -> None:
        """Change films until told to stop; the last change is acknowledged, too."""
        chance = random.Random(self.seed)
        while not stop.wait(_PACE) and not self.wrong:
            self._change(chance)

    def _change(self, chance: random.Random) -> None:
        film_id = chance.choice(self.film_ids)
        before = self.known.get(film_id, GONE)
        after: State = chance.randint(1, 10) / 2
        body: dict[str, Any] = {"film_id": film_id, "rating": after}
        if before == GONE:
            today = system_clock().date().isoformat()
            request = ("POST", "/api/user-movies/add", {**body, "date": today})
        elif after == before or chance.random() < 0.2:
            after = GONE
            request = ("POST", "/api/user-movies/remove", {"film_id": film_id})
        else:
            request = ("PUT", "/api/user-movies/update-rating", body)
        answer = self._send(*request, key=f"{self.user_id}-{len(self.seqs)}")
        if answer is not None:
            self.known[film_id] = after
            self.seqs.append(answer["seq"])

    def _send(self, method: str, path: str, body: dict[str, Any], key: str) -> Any:
        """Send until there is an answer; None when it is one that should never come."""
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            began = time.monotonic()
            try:
                answer = self.client.request(
                    method, path, json=body, headers={"Idempotency-Key": key}
                )
            except httpx.TransportError:
                self.refused += 1
            else:
                self.slowest = max(self.slowest, time.monotonic() - began)
                if answer.status_code == 200:
                    self.replayed += "Idempotency-Replayed" in answer.headers
                    return answer.json()
                if answer.status_code < 500 and answer.status_code != 429:
                    self.wrong.append(f"{path} {body}: {answer.status_code} {answer.text}")
                    return None
                self.refused += 1
            time.sleep(_AGAIN)
        self.wrong.append(f"{path} {body}: no answer for {self.patience} s")
        return None


@contextmanager
def hand_of(cluster: Cluster, username: str, films: slice) -> Iterator[Hand]:
    """Yield a person of a (new) account with some films of the catalogue, by title."""
    client = cluster.client(username)
    try:
        wait_for(lambda: len(films_of(client, _CATALOGUE)) == _CATALOGUE, "there are films", 240)
        ids = [film["film_id"] for film in films_of(client, _CATALOGUE)[films]]
        user_id = client.get("/api/me").raise_for_status().json()["user_id"]
        yield Hand(client, user_id, ids, seed=films.start)
    finally:
        client.close()
