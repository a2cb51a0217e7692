"""Lists and pages merged of base and Redis, against sorting everything."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.workload import write_users
from cinematch.infra.sqlite import open_database
from cinematch.stats.core.delta import Delta
from cinematch.stats.core.views import AffinityRow
from cinematch.stats.ports import AffinityQuery, UserDelta
from cinematch.stats.redis.merging import fits, order_of
from cinematch.stats.sqlite import SqliteStats
from tests.support.redis import RedisServer
from tests.support.speed import Speed, speed_over

AT = "2026-11-21T10:00:00.000000Z"


@pytest.fixture
def speed(tmp_path: Path, redis_server: RedisServer) -> Iterator[Speed]:
    store = open_database(tmp_path)
    store.transact(lambda tx: write_users(tx, ["u"]))
    with speed_over(store, SqliteStats(), redis_server.url) as built:
        yield built
    store.close()


def people(speed: Speed, chance: random.Random) -> list[AffinityRow]:
    """Give somebody many directors, some of them flushed and moved since; return them all."""
    sums: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    for seq in range(1, 6):
        rows: dict[tuple[str, str], list[int]] = {}
        for number in chance.sample(range(40), 15):
            entity = f"p{number}"
            held = sums.get(entity, [0, 0, 0])
            films = chance.randint(0, 6)
            rated = chance.randint(0, films)
            wanted = [films, rated, sum(chance.randint(1, 10) for _ in range(rated))]
            rows["director", entity] = [new - old for new, old in zip(wanted, held, strict=True)]
            sums[entity] = wanted
            names[entity] = chance.choice(["Ann", "ann", "Bo", "Cy"]) + chance.choice(["", entity])
        delta = Delta(affinities=rows, names={key: names[key[1]] for key in rows})
        change = UserDelta("u", delta, seq, AT)
        speed.store.transact(lambda tx, one=change: speed.figures.apply(tx, [one]))  # type: ignore[misc]
        if seq == 3:
            speed.flusher.flush()
    return [AffinityRow(key, names[key], *row) for key, row in sums.items() if any(row)]


@pytest.mark.parametrize("seed", range(12))
def test_short_lists_are_the_first_of_everybody(speed: Speed, seed: int) -> None:
    everybody = people(speed, random.Random(seed))
    by_count, by_mean = order_of(AffinityQuery("d")), order_of(AffinityQuery("d", "bayes", 6.5))
    for limit in (1, 3, 10, 50):
        listed, best = speed.store.snapshot(
            lambda tx, limit=limit: (  # type: ignore[misc]
                speed.figures.listed(tx, "u", "director", limit),
                speed.figures.best(tx, "u", "director", 6.5, limit),
            )
        )
        assert listed == sorted(everybody, key=by_count)[:limit]
        enough = [row for row in everybody if row.rated >= 3]
        assert best == sorted(enough, key=by_mean)[:limit]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("sort", ["count", "name", "mean", "bayes"])
@pytest.mark.parametrize("limit", [1, 4, 100])
def test_pages_follow_one_another_as_if_all_were_in_one_place(
    speed: Speed, seed: int, sort: str, limit: int
) -> None:
    everybody = people(speed, random.Random(seed))
    for least, text in ((0, ""), (2, ""), (0, "AN")):
        query = AffinityQuery("director", sort, 6.5, least, text, limit)
        wanted = sorted((row for row in everybody if fits(row, query)), key=order_of(query))
        found: list[AffinityRow] = []
        while True:
            page = speed.store.snapshot(
                lambda tx, query=query: speed.figures.affinity_page(tx, "u", query)  # type: ignore[misc]
            )
            found += page.rows
            assert page.total == len(wanted)
            if page.last is None:
                break
            query = AffinityQuery("director", sort, 6.5, least, text, limit, page.last)
        assert found == wanted
