"""`GET /user-stats` over HTTP, p99, against a bare handler that makes the same reads.

The bare handler is served by the same application and asks the store the same questions; it then
encodes the rows as they come. Flatness: the same call for users with 100, 1,000 and 10,000 films.

The product keeps an answer until the user's next event, so each figure comes twice: `kept` is the
call as served, `anew` the same handler on a service that has kept nothing, as after each change.
"""

import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import msgspec
import uvicorn
from fastapi import FastAPI, Response
from fastapi.concurrency import run_in_threadpool

from benchmarks.harness import Figure, against, in_turns, options, percentile, report
from benchmarks.workload import images_of, make_films, write_films
from cinematch.api.app import create_app
from cinematch.api.deps import CurrentUser
from cinematch.bootstrap import Services, build
from cinematch.diary.core import Entry
from cinematch.infra.ports import Tx
from cinematch.settings import Settings
from cinematch.stats.service import StatsService
from cinematch.stats.service.reading import read_films, read_sums
from tests.support.ports import free_port

_ADDRESSES = {"kept": "/api/user-stats", "anew": "/api/anew", "bare": "/api/bare"}
_PASSWORD = "a password of the benchmark"
_encode = msgspec.json.Encoder().encode


def fill(house: Services, sizes: tuple[int, ...]) -> dict[int, str]:
    """Make a user with each number of films, figures included; return access tokens by number."""
    films = make_films(max(20_000, *sizes))
    house.store.transact(lambda tx: write_films(tx, films))
    tokens = {}
    for size in sizes:
        name = f"user{size}"
        house.accounts.add(name, _PASSWORD)
        tokens[size] = house.sessions.sign_in(name, _PASSWORD, "127.0.0.1", renewable=False).access
        user_id = house.sessions.authenticate(tokens[size]).user_id
        images = list(images_of(films, size))
        for start in range(0, size, 1000):
            house.store.transact(
                lambda tx, who=user_id, some=images[start : start + 1000]: _put(
                    house, tx, who, some
                )  # type: ignore[misc]
            )
        house.follower.catch_up()
    return tokens


def _put(house: Services, tx: Tx, user_id: str, images: list[Any]) -> None:
    for image in images:
        film = image.film
        entry = Entry(
            user_id=user_id,
            film_id=film.film_id,
            facts=film,
            rating=image.rating,
            watches=image.watches,
            liked=image.liked,
        )
        house.diary.put(tx, user_id, film.film_id, entry)


def add_handlers(app: FastAPI, house: Services) -> None:
    """Add two with the same signing-in: `/bare` encodes the rows as they are, `/anew` is ours."""

    async def anew(user: CurrentUser) -> Response:
        stats = StatsService(house.stats.parts)
        body = await run_in_threadpool(stats.user_stats, user.user_id)
        return Response(body, media_type="application/json")

    async def bare(user: CurrentUser) -> Response:
        return Response(await run_in_threadpool(rows, user.user_id), media_type="application/json")

    def rows(user_id: str) -> bytes:
        parts = house.stats.parts

        def work(tx: Tx) -> Any:
            standing = parts.figures.standing(tx, user_id)
            sums = read_sums(parts, tx, user_id, standing)
            return standing, sums, read_films(parts, tx, user_id)

        standing, sums, films = house.store.snapshot(work)
        counters = {f"{kind} {key}": value for (kind, key), value in sums.counters.items()}
        return _encode([standing, msgspec.structs.asdict(sums) | {"counters": counters}, films])

    app.add_api_route("/api/bare", bare)
    app.add_api_route("/api/anew", anew)


def serve(folder: str, port: int) -> None:
    """Serve the product with the bare handler beside it, until this process is ended."""
    settings = Settings.model_validate({"data_dir": folder})
    house = build(settings)
    app = create_app(house, settings)
    add_handlers(app, house)
    uvicorn.run(app, port=port, log_level="error")


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve the data folder from a process of its own; yield its address."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(str(folder), port))
    process.start()
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_live(url)
        yield url
    finally:
        process.terminate()
        process.join()


def _wait_until_live(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{url}/live").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server does not answer")


def p99(client: httpx.Client, address: str, token: str, calls: int) -> float:
    """Return the 99th percentile of `calls` calls one after another, in milliseconds."""
    taken = []
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
    for _ in range(calls):
        began = time.perf_counter()
        client.get(address, headers=headers).raise_for_status()
        taken.append(1000 * (time.perf_counter() - began))
    return percentile(taken, 0.99)


def main() -> None:
    """Measure and print."""
    chosen = options(__doc__ or "")
    sizes = (100, 1_000, 10_000)
    calls, rounds = (150, 5) if chosen.quick else (1_000, 7)
    with tempfile.TemporaryDirectory() as folder:
        house = build(Settings.model_validate({"data_dir": folder}))
        tokens = fill(house, sizes)
        house.store.close()
        with serving(Path(folder)) as url, httpx.Client(base_url=url, timeout=30) as client:
            runs = {
                (how, size): partial(p99, client, address, token, calls)
                for how, address in _ADDRESSES.items()
                for size, token in tokens.items()
                if how != "bare" or size == max(sizes)
            }
            for run in runs.values():
                run()
            measured = in_turns(runs, rounds)
    report(_figures(measured, calls * rounds), as_json=chosen.json)


def _figures(measured: dict[tuple[str, int], list[float]], n: int) -> list[Figure]:
    figures = []
    for how in ("kept", "anew"):
        ours = measured[how, 10_000]
        figures.append(
            against(
                f"GET /user-stats p99, 10,000 films, {how}, against a bare handler",
                ours,
                measured["bare", 10_000],
                unit="ms",
                n=n,
                note="aim ≤ 1.3; the bare handler makes the reads and encodes the rows",
            )
        )
        figures += [
            against(
                f"GET /user-stats p99, 10,000 films, {how}, against {size:,}",
                ours,
                measured[how, size],
                unit="ms",
                n=n,
                note="aim: within ± 20 %",
            )
            for size in (100, 1_000)
        ]
    return figures


if __name__ == "__main__":
    main()
