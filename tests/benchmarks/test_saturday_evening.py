"""The evening's calls come when people make them, and a server that stands still pays for it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.saturday_evening import (
    Chosen,
    Evening,
    Person,
    arrivals,
    figures_of,
    installation,
    play,
)

BUSY = Evening(users=100_000)
STILL = 0.8  # seconds


def test_an_evening_is_the_same_for_the_same_seed() -> None:
    assert arrivals(BUSY, 20, 50, seed=4) == arrivals(BUSY, 20, 50, seed=4)
    assert arrivals(BUSY, 20, 50, seed=4) != arrivals(BUSY, 20, 50, seed=5)


def test_as_many_calls_come_as_the_assumptions_say_most_of_them_in_the_middle() -> None:
    evening = Evening(users=36_000, active=0.1, changes=4, reads=9, peak=3)
    # 3,600 people × 4 changes × (1 + 9) calls an hour, three times that at the height.
    assert sum(evening.rates().values()) == pytest.approx(120)
    due = arrivals(evening, 60, 1_000, seed=1)
    # The mean over an evening is (1 + 2 × ½) / 3 of the height.
    assert len(due) == pytest.approx(60 * 120 * 2 / 3, rel=0.1)
    middle = sum(20 <= one.at < 40 for one in due)
    assert middle > 1.5 * sum(one.at < 20 for one in due)
    assert [one.at for one in due] == sorted(one.at for one in due)


def test_files_come_in_one_burst() -> None:
    due = [one.at for one in arrivals(BUSY, 100, 10_000, seed=2) if one.kind == "import"]
    assert len(due) == 50
    assert max(due) - min(due) <= 5


def test_the_limit_makes_an_evening_of_fewer_people() -> None:
    due = arrivals(BUSY, 30, 10, seed=3)
    assert len(due) <= 30 * 10 * 1.2


@contextmanager
def standing_still() -> Iterator[str]:
    """A server that answers nothing until some time after its first call has come."""
    released, first = threading.Event(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if not first.is_set():
                first.set()
                threading.Timer(STILL, released.set).start()
            released.wait(60)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_server_that_stands_still_pays_for_every_call_that_was_due() -> None:
    reads = Evening(users=20_000, changes=4, reads=10, peak=1)
    chosen = Chosen(reads, seconds=0.4, rate=60, accounts=1, seed=1)
    calls = [one for one in chosen.due() if one.kind in {"library", "search", "figures"}]
    with standing_still() as url:
        seen = play(url, [Person("token")], [], calls)
    times = [one for found in seen.times.values() for one in found]
    assert not seen.errors
    assert len(times) == len(calls) > 5
    # The last of them was due 0.4 seconds after the first at the latest.
    assert min(times) >= 1000 * (STILL - 0.4)
    named = {figure.name: figure for figure in figures_of(seen, len(calls), chosen)}
    assert named["calls refused or broken"].value == 0
    assert named["calls answered"].n == len(calls)


def test_nobody_elses_machine_is_called() -> None:
    with pytest.raises(SystemExit, match="this machine"), installation("https://films.example.org"):
        pass
