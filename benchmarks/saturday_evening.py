"""A Saturday evening: many people's calls against a running installation, as an open loop.

People call when they like, not when the server is ready: the instants are drawn before the run (a
Poisson process whose rate rises and falls as an evening does, the same for the same seed), and a
call's time runs from the instant at which it was due. A server that stands still for a second is
charged with all the calls that were due in it.

    python -m benchmarks.saturday_evening --quick                 a server of its own, 15 seconds
    python -m benchmarks.saturday_evening                         the same, at rising rates
    python -m benchmarks.saturday_evening --url http://127.0.0.1:8000 --users 100000 --seconds 60

It makes accounts and films of theirs, so it is for installations to try out, and calls nothing but
this machine. The generator shares the machine with the server; how late it was itself is a figure.
"""

import argparse
import asyncio
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import pi, sin
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import httpx

from benchmarks.harness import Figure, percentile, report
from tests.support.server import PASSWORD, Server, films_of

CHANGES = {"add": 0.65, "rate": 0.3, "remove": 0.05}
READS = {"library": 0.3, "search": 0.3, "figures": 0.25, "trends": 0.1, "diary": 0.05}
_WORDS = ("the", "love", "night", "man", "red", "war", "house", "last")
_FILMS = 400
_TIMEOUT = 30.0


@dataclass(frozen=True)
class Evening:
    """The assumptions. From them follows the rate of calls at the height of the evening."""

    users: int = 10_000
    """People with an account."""

    active: float = 0.1
    """Share of them who are at it in an hour of the evening."""

    changes: float = 4.0
    """Films added, rated or removed by each of those in an hour."""

    reads: float = 10.0
    """Pages and figures read for each change; the figures after the change come on top."""

    burst: float = 0.0005
    """Share of all people who come over from another service at once, in the evening's one burst.

    Each sends a file within a twentieth of the evening.
    """

    import_rows: int = 200
    """Films in such a file."""

    peak: float = 3.0
    """The height of the evening over its edges."""

    def rates(self) -> dict[str, float]:
        """Return calls a second at the height, by kind."""
        people = self.users * self.active * self.peak / 3600
        rates = {kind: people * self.changes * share for kind, share in CHANGES.items()}
        reads = people * self.changes * self.reads
        return rates | {kind: reads * share for kind, share in READS.items()}

    def shape(self, part: float) -> float:
        """Return the rate at a part (0..1) of the evening, as a share of the height.

        >>> Evening(peak=4).shape(0.5), Evening(peak=4).shape(0)
        (1.0, 0.25)
        """
        return (1 + (self.peak - 1) * sin(pi * part) ** 2) / self.peak


@dataclass(frozen=True)
class Due:
    """A call to make: when, in seconds after the beginning, and of which kind."""

    at: float
    kind: str


def arrivals(evening: Evening, seconds: float, limit: float, seed: int) -> list[Due]:
    """Draw the calls of an evening that is played in `seconds`; at most `limit` a second.

    Beyond the limit the evening is that of fewer people, its burst of files included.
    """
    chance = Random(seed)
    rates = evening.rates()
    height = min(sum(rates.values()), limit)
    kinds, weights = list(rates), list(rates.values())
    found, at = list[Due](), chance.expovariate(height)
    while at < seconds:
        if chance.random() < evening.shape(at / seconds):
            found.append(Due(at, chance.choices(kinds, weights)[0]))
        at += chance.expovariate(height)
    begin = chance.random() * 0.95 * seconds
    people = max(1, round(evening.users * evening.burst * height / sum(rates.values())))
    found += [Due(begin + chance.random() * seconds / 20, "import") for _ in range(people)]
    return sorted(found, key=lambda due: due.at)


@dataclass
class Person:
    """Somebody with an account, and the films that they have by now."""

    token: str
    films: list[str] = field(default_factory=list)


@dataclass
class Seen:
    """What came of the calls: milliseconds by kind, errors in words, and how late we were."""

    times: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    took: float = 0.0

    def note(self, kind: str, since: float) -> None:
        """Note how long a call took."""
        self.times.setdefault(kind, []).append(1000 * (time.perf_counter() - since))


class Crowd:
    """Makes the calls that are due."""

    def __init__(
        self, client: httpx.AsyncClient, people: Sequence[Person], films: Sequence[Any], rows: int
    ) -> None:
        self._client = client
        self._people = people
        self._films = films
        self._rows = rows
        self._chance = Random(7)
        self.seen = Seen()

    async def play(self, due: Sequence[Due]) -> Seen:
        """Make each call at its instant, whatever became of those before; wait for all of them."""
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for one in due:
                await asyncio.sleep(max(0.0, began + one.at - time.perf_counter()))
                group.create_task(self._call(one.kind, began + one.at))
        self.seen.took = time.perf_counter() - began
        return self.seen

    async def _call(self, kind: str, due: float) -> None:
        self.seen.late.append(1000 * (time.perf_counter() - due))
        person = self._chance.choice(self._people)
        try:
            answer = await self._send(kind, person)
            self.seen.note(kind, due)
            if kind in CHANGES:
                await self._figures(person, answer.json()["seq"])
        except httpx.HTTPStatusError as error:
            self.seen.errors.append(f"{kind}: {error.response.status_code}")
        except httpx.HTTPError as error:
            self.seen.errors.append(f"{kind}: {type(error).__name__}")

    async def _figures(self, person: Person, seq: int) -> None:
        """Wait for the figures that hold a change, as the page does."""
        since = time.perf_counter()
        answer = await self._ask("GET", "/api/user-stats", person, params={"min_seq": seq})
        if answer.json()["seq"] < seq:
            self.seen.errors.append("change to figure: not within five seconds")
        self.seen.note("change to figure", since)

    def _send(self, kind: str, person: Person) -> Awaitable[httpx.Response]:
        sends: dict[str, Callable[[Person], Awaitable[httpx.Response]]] = {
            "add": self._add,
            "rate": self._rate,
            "remove": self._remove,
            "import": self._import,
        }
        return sends[kind](person) if kind in sends else self._read(kind, person)

    async def _add(self, person: Person) -> httpx.Response:
        film_id = self._chance.choice(self._films)["film_id"]
        body = {"film_id": film_id, "rating": self._chance.randint(1, 10) / 2}
        answer = await self._ask("POST", "/api/user-movies/add", person, json=body)
        person.films.append(film_id)
        return answer

    async def _rate(self, person: Person) -> httpx.Response:
        if not person.films:
            return await self._add(person)
        body = {"rating": self._chance.randint(1, 10) / 2}
        path = f"/api/library/{self._chance.choice(person.films)}"
        return await self._ask("PATCH", path, person, json=body)

    async def _remove(self, person: Person) -> httpx.Response:
        if not person.films:
            return await self._add(person)
        film_id = person.films.pop()
        person.films[:] = [one for one in person.films if one != film_id]
        return await self._ask("DELETE", f"/api/library/{film_id}", person)

    async def _import(self, person: Person) -> httpx.Response:
        lines = [
            f'2026-11-21,"{film["title"].replace(chr(34), "")}",{film["year"]},,4'
            for film in self._chance.sample(self._films, min(self._rows, len(self._films)))
        ]
        text = "\n".join(["Date,Name,Year,Letterboxd URI,Rating", *lines])
        files = {"file": ("ratings.csv", text.encode(), "text/csv")}
        return await self._ask("POST", "/api/upload-csv", person, files=files)

    def _read(self, kind: str, person: Person) -> Awaitable[httpx.Response]:
        word = self._chance.choice(_WORDS)
        path, params = {
            "library": ("/api/library", {"limit": "50"}),
            "search": ("/api/films", {"q": word, "limit": "20"}),
            "figures": ("/api/user-stats", {}),
            "trends": ("/api/trends/global", {"window": "30d"}),
            "diary": ("/api/diary", {"limit": "50"}),
        }[kind]
        return self._ask("GET", path, person, params=params)

    async def _ask(self, method: str, path: str, person: Person, **sent: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {person.token}"}
        answer = await self._client.request(method, path, headers=headers, **sent)
        return answer.raise_for_status()


def play(
    url: str, people: Sequence[Person], films: Sequence[Any], due: Sequence[Due], rows: int = 200
) -> Seen:
    """Play one evening against an installation; `rows` are the films of a file."""

    async def run() -> Seen:
        pool = httpx.Limits(max_connections=200, max_keepalive_connections=200)
        async with httpx.AsyncClient(base_url=url, timeout=_TIMEOUT, limits=pool) as client:
            return await Crowd(client, people, films, rows).play(due)

    return asyncio.run(run())


def gather(url: str, count: int) -> tuple[list[Person], list[dict[str, Any]]]:
    """Make the accounts, four at a time, and read films of the catalogue."""
    prefix = f"evening{time.time_ns() % 10**9}x"
    people: list[Person] = []

    def sign_up(numbers: Sequence[int]) -> None:
        with httpx.Client(base_url=url, timeout=_TIMEOUT) as client:
            for number in numbers:
                body = {"username": f"{prefix}{number}", "password": PASSWORD}
                client.post("/api/auth/register", json=body).raise_for_status()
                signed = client.post("/api/auth/login", json=body).raise_for_status()
                people.append(Person(signed.json()["access_token"]))

    threads = [threading.Thread(target=sign_up, args=(range(n, count, 4),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(people) < count:
        raise SystemExit("Not all accounts could be made; see above.")
    headers = {"Authorization": f"Bearer {people[0].token}"}
    with httpx.Client(base_url=url, headers=headers, timeout=_TIMEOUT) as client:
        return people, films_of(client, _FILMS)


@dataclass(frozen=True)
class Chosen:
    """What the command line says."""

    evening: Evening
    seconds: float
    rate: float
    accounts: int
    seed: int

    def due(self) -> list[Due]:
        """Draw the calls."""
        return arrivals(self.evening, self.seconds, self.rate, self.seed)


def figures_of(seen: Seen, planned: int, chosen: Chosen) -> list[Figure]:
    """Return what is told of one evening, of which so many calls were due."""
    done = sum(len(times) for kind, times in seen.times.items() if kind != "change to figure")
    height = min(sum(chosen.evening.rates().values()), chosen.rate)
    told = f"{chosen.evening.users:,} users, {height:.3g} calls/s at the height"
    wished, got = planned / chosen.seconds, done / max(seen.took, chosen.seconds)
    found = [
        Figure("calls answered", round(got, 2), "calls/s", round(wished, 2),
               round(got / wished, 4), done, told),
        Figure("calls refused or broken", len(seen.errors), "calls", None, None, planned,
               "; ".join(sorted(set(seen.errors)))[:200]),
        Figure("the generator's own lateness, p99", round(percentile(seen.late, 0.99), 2), "ms",
               None, None, len(seen.late), "in every time below"),
    ]  # fmt: skip
    for kind, times in sorted(seen.times.items()):
        for share in (50, 95, 99):
            value = round(percentile(times, share / 100), 2)
            note = "from the answer to the change" if kind == "change to figure" else ""
            found.append(Figure(f"{kind}, p{share}", value, "ms", None, None, len(times), note))
    return found


def held(seen: Seen) -> bool:
    """Say whether an evening went well: no error, and nobody waited long."""
    calls = [one for kind, times in seen.times.items() if kind != "import" for one in times]
    return not seen.errors and percentile(calls, 0.99) <= 1000


def climb(url: str, people: Sequence[Person], films: Sequence[Any], first: Chosen) -> list[Figure]:
    """Play evenings of twice the height each until one goes badly; tell of the last good one."""
    rate, best, figures = 10.0, 0.0, list[Figure]()
    while rate <= first.rate:
        crowd = Evening(users=round(10_000 * rate / sum(Evening().rates().values())))
        chosen = Chosen(crowd, first.seconds, rate, first.accounts, first.seed)
        due = chosen.due()
        seen = play(url, people, films, due, chosen.evening.import_rows)
        if figures and not held(seen):
            break
        best, figures = (rate if held(seen) else 0.0), figures_of(seen, len(due), chosen)
        rate *= 2
    note = "no error, p99 of all but imports ≤ 1 s; server and generator on this machine"
    height = Figure("height held", best, "calls/s", None, None, figures[0].n, note)
    return [height, *figures]


@contextmanager
def installation(url: str | None) -> Iterator[str]:
    """Yield the address to call: that given, or of a server that ends with the run."""
    if url is not None:
        if urlsplit(url).hostname not in {"127.0.0.1", "localhost", "::1"}:
            raise SystemExit("This calls nothing but this machine: --url http://127.0.0.1:PORT")
        yield url
        return
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder, "data")) as server:
        yield server.url


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="end within 60 seconds")
    parser.add_argument("--json", action="store_true", help="print the last line only")
    parser.add_argument("--url", help="an installation on this machine; else one of its own")
    parser.add_argument("--users", type=int, help="people of the evening; else rates that rise")
    parser.add_argument("--seconds", type=float, default=15.0, help="how long an evening is")
    parser.add_argument("--rate", type=float, default=1280.0, help="most calls a second")
    parser.add_argument("--accounts", type=int, default=20, help="accounts that share the calls")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    """Play and print."""
    asked = arguments()
    users = asked.users or (5_000 if asked.quick else None)
    evening = Evening(users=users) if users else Evening()
    chosen = Chosen(evening, asked.seconds, asked.rate, asked.accounts, asked.seed)
    with installation(asked.url) as url:
        people, films = gather(url, chosen.accounts)
        if users:
            due = chosen.due()
            seen = play(url, people, films, due, evening.import_rows)
            figures = figures_of(seen, len(due), chosen)
        else:
            figures = climb(url, people, films, chosen)
    report(figures, as_json=asked.json)


if __name__ == "__main__":
    main()
