"""From an accepted change to the readable figure, over HTTP, against a server of its own.

A writer rates a film and asks for its figures with `min_seq`; the time runs from the answer to the
change until the answer that holds it. Once with one writer, once with twenty.
"""

import tempfile
import threading
import time
from pathlib import Path

from benchmarks.harness import Figure, options, percentile, report
from tests.support.server import Server, films_of

_WRITERS = (1, 20)


def write_and_wait(server: Server, token: str, film_ids: list[str], taken: list[float]) -> None:
    """Rate each film in turn; note in milliseconds how long each figure took to be readable."""
    with server.client(token) as client:
        for number, film_id in enumerate(film_ids):
            rating = {"rating": (number % 10 + 1) / 2}
            answer = client.patch(f"/api/library/{film_id}", json=rating)
            answer.raise_for_status()
            seq, began = answer.json()["seq"], time.perf_counter()
            stats = client.get("/api/user-stats", params={"min_seq": seq})
            stats.raise_for_status()
            taken.append(1000 * (time.perf_counter() - began))
            if stats.json()["seq"] < seq:
                raise RuntimeError(f"the figures do not hold event {seq} after five seconds")


def measure(server: Server, writers: int, changes: int) -> list[Figure]:
    """Let `writers` accounts write at once; return p50, p95 and p99."""
    tokens = [server.sign_up(f"writer{writers}x{n}") for n in range(writers)]
    with server.client(tokens[0]) as client:
        film_ids = [film["film_id"] for film in films_of(client, changes)]
    taken: list[float] = []
    threads = [
        threading.Thread(target=write_and_wait, args=(server, token, film_ids, taken))
        for token in tokens
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(taken) < writers * len(film_ids):
        raise RuntimeError("a writer failed; see above")
    return [
        Figure(
            f"change to figure, {writers} writer{'s' if writers > 1 else ''}, p{share:.0f}",
            round(percentile(taken, share / 100), 2),
            "ms",
            None,
            None,
            len(taken),
            "aim ≤ 100 ms" if share == 99 else "",
        )
        for share in (50, 95, 99)
    ]


def main() -> None:
    """Measure and print."""
    chosen = options(__doc__ or "")
    changes = 25 if chosen.quick else 250
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder, "data")) as server:
        for writers in _WRITERS:
            figures += measure(server, writers, changes * (4 if writers == 1 else 1))
    report(figures, as_json=chosen.json)


if __name__ == "__main__":
    main()
