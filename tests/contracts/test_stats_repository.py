"""The contract of `stats.ports.StatsRepository`, run over every store.

A store is a `Bench`: a second adapter is one more value of the fixture's `params`.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from cinematch.events.ports import Placed
from cinematch.infra.mongo import Collection
from cinematch.infra.ports import Store, Tx
from cinematch.infra.sqlite import open_database
from cinematch.stats.core.delta import SCALARS, Delta, contribution
from cinematch.stats.core.views import AffinityRow
from cinematch.stats.mongo import COLLECTIONS, MongoStats
from cinematch.stats.ports import AffinityQuery, StatsRepository, UserDelta
from cinematch.stats.sqlite import SqliteStats
from tests.support.builders import facts, image, person
from tests.support.mongo import MongoServer, fresh_store
from tests.support.redis import RedisServer
from tests.support.speed import Speed, speed_over

AT = "2026-11-21T10:00:00.000000Z"
KES = image(facts("kes", directors=(person("Ken Loach"),)), "2024-05-17", rating=9)
RAN = image(facts("ran", directors=(person("Akira Kurosawa"),)), "2024-05-18", rating=6)


@dataclass
class Bench:
    """One store with the repository on it, and the films and users that a test needs."""

    store: Store
    figures: StatsRepository

    def apply(self, *changes: UserDelta) -> None:
        self.store.transact(lambda tx: self.figures.apply(tx, changes))


@contextmanager
def sqlite_bench(folder: Path) -> Iterator[Bench]:
    def fill(tx: Tx) -> None:
        for user_id in ("u", "v"):
            tx.execute(
                "INSERT INTO users (user_id, username, username_key, password_hash, role,"
                " created_at) VALUES (?, ?, ?, '', 'user', '')",
                (user_id, user_id, user_id),
            )
        for film_id, owner in (("kes", None), ("ran", None), ("mine", "u")):
            tx.execute(
                "INSERT INTO movies_catalog (film_id, title, genres, owner_user_id, updated_at)"
                " VALUES (?, ?, '[\"Drama\"]', ?, '')",
                (film_id, film_id.title(), owner),
            )

    database = open_database(folder)
    database.transact(fill)
    yield Bench(database, SqliteStats())
    database.close()


@contextmanager
def mongo_bench(server: MongoServer) -> Iterator[Bench]:
    others = [Collection("users"), Collection("movies_catalog"), Collection("movies")]
    with fresh_store(server, [*COLLECTIONS, *others]) as store:
        store.db["users"].insert_many({"_id": user_id} for user_id in ("u", "v"))
        store.db["movies_catalog"].insert_many(
            {
                "_id": film_id,
                "title": film_id.title(),
                "genres": ["Drama"],
                "popularity": 0.0,
                "owner_user_id": owner,
            }
            for film_id, owner in (("kes", None), ("ran", None), ("mine", "u"))
        )
        yield Bench(store, MongoStats())


@dataclass
class SpeedBench(Bench):
    """Users' figures go to Redis, and the community's to the store, as in a cluster."""

    speed: Speed
    flushing: bool

    def apply(self, *changes: UserDelta) -> None:
        def work(tx: Tx) -> None:
            for one in changes:
                mine = replace(one.delta, films={}, trend_days={})
                self.figures.apply(tx, [replace(one, delta=mine)])
                shared = Delta(films=one.delta.films, trend_days=one.delta.trend_days)
                self.figures.add_community(tx, shared)

        self.store.transact(work)
        if self.flushing:
            self.speed.flusher.flush()


@contextmanager
def speed_bench(server: MongoServer, redis: RedisServer, *, flushing: bool) -> Iterator[Bench]:
    with (
        mongo_bench(server) as base,
        speed_over(base.store, base.figures, redis.url) as speed,
    ):
        yield SpeedBench(speed.store, speed.figures, speed, flushing)


def speed_bench_of(request: pytest.FixtureRequest) -> AbstractContextManager[Bench]:
    return speed_bench(
        request.getfixturevalue("mongo_server"),
        request.getfixturevalue("redis_server"),
        flushing=request.param == "speed-flushed-each-time",
    )


@pytest.fixture(params=["sqlite", "mongo", "speed-unflushed", "speed-flushed-each-time"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    built: AbstractContextManager[Bench]
    match request.param:
        case "sqlite":
            built = sqlite_bench(tmp_path)
        case "mongo":
            built = mongo_bench(request.getfixturevalue("mongo_server"))
        case _:
            built = speed_bench_of(request)
    with built as yielded:
        yield yielded


def change(delta: Delta, seq: int, user_id: str = "u") -> UserDelta:
    return UserDelta(user_id, delta, seq, AT)


def less(delta: Delta) -> Delta:
    """Return the delta's reverse."""
    return Delta(
        {key: -value for key, value in delta.scalars.items()},
        {key: -value for key, value in delta.counters.items()},
        {key: [-value for value in row] for key, row in delta.affinities.items()},
        dict(delta.names),
        {key: -value for key, value in delta.trend_days.items()},
        {key: [-value for value in row] for key, row in delta.films.items()},
    )


def own(delta: Delta) -> Delta:
    """Return the part of a delta that is the user's own."""
    return Delta(delta.scalars, delta.counters, delta.affinities, delta.names).pruned()


def test_somebody_without_events_has_zeros(bench: Bench) -> None:
    standing = bench.store.snapshot(lambda tx: bench.figures.standing(tx, "u"))
    assert (standing.scalars, standing.seq) == (dict.fromkeys(SCALARS, 0), 0)
    assert bench.store.snapshot(lambda tx: bench.figures.figures(tx, "u")) == Delta()


def test_making_room_changes_no_figure_and_may_be_done_twice(bench: Bench) -> None:
    for _ in range(2):
        bench.store.transact(lambda tx: bench.figures.begin(tx, ["u", "v"]))
        assert bench.store.snapshot(lambda tx: bench.figures.progress(tx, ["u", "v"])) == {
            "u": 0,
            "v": 0,
        }
        standing = bench.store.snapshot(lambda tx: bench.figures.standing(tx, "u"))
        assert (standing.seq, standing.as_of, any(standing.scalars.values())) == (0, None, False)


def test_progress_tells_where_everybody_is_and_leaves_out_who_is_gone(bench: Bench) -> None:
    bench.apply(change(contribution(KES), 7))
    found = bench.store.snapshot(lambda tx: bench.figures.progress(tx, ["u", "v", "nobody"]))
    assert found == {"u": 7, "v": 0}


def test_deltas_add_up(bench: Bench) -> None:
    bench.apply(change(contribution(KES), 1))
    bench.apply(change(contribution(RAN), 2))
    both = contribution(KES)
    both.add(contribution(RAN))
    assert bench.store.snapshot(lambda tx: bench.figures.figures(tx, "u")) == own(both)
    standing = bench.store.snapshot(lambda tx: bench.figures.standing(tx, "u"))
    assert (standing.seq, standing.as_of, standing.scalars["sum_half_stars"]) == (2, AT, 15)


def test_what_comes_to_zero_is_gone(bench: Bench) -> None:
    bench.apply(change(contribution(KES), 1))
    bench.apply(change(less(contribution(KES)), 2))
    figures, community = bench.store.snapshot(
        lambda tx: (bench.figures.figures(tx, "u"), bench.figures.community(tx))
    )
    assert (figures, community) == (Delta(), Delta())


def test_what_is_taken_back_of_several_leaves_the_others(bench: Bench) -> None:
    both = contribution(KES)
    both.add(contribution(RAN))
    bench.apply(change(both, 1), change(contribution(KES), 1, "v"))
    bench.apply(change(less(contribution(KES)), 2), change(less(contribution(KES)), 2, "v"))
    figures, gone, community = bench.store.snapshot(
        lambda tx: (
            bench.figures.figures(tx, "u"),
            bench.figures.figures(tx, "v"),
            bench.figures.community(tx),
        )
    )
    assert (figures, gone) == (own(contribution(RAN)), Delta())
    assert community.films == contribution(RAN).films


def test_a_key_may_be_any_text(bench: Bench) -> None:
    keys = ["", ".", "a.b", "$set", "100 %", "%2E", "“sì”", "a/b"]
    counters = {("context", key): place for place, key in enumerate(keys, 1)}
    bench.apply(change(Delta(counters=counters), 1))
    read = bench.store.snapshot(lambda tx: bench.figures.counters(tx, "u", ["context"]))
    assert read == counters
    bench.apply(change(less(Delta(counters=counters)), 2))
    assert bench.store.snapshot(lambda tx: bench.figures.figures(tx, "u")) == Delta()


def test_users_of_one_batch_do_not_mix_and_the_community_is_their_sum(bench: Bench) -> None:
    bench.apply(change(contribution(KES), 1), change(contribution(KES), 5, "v"))
    community = bench.store.snapshot(bench.figures.community)
    assert community.films == {"kes": [2, 2, 18, 0]}
    assert community.trend_days["2024-05-17", "genre", "Drama"] == 2
    found = bench.store.snapshot(lambda tx: bench.figures.figures(tx, "v"))
    assert found == own(contribution(KES))


def test_counters_below_zero_stay_and_are_told(bench: Bench) -> None:
    bench.apply(change(less(contribution(KES)), 1))
    words = bench.store.snapshot(lambda tx: bench.figures.negatives(tx, ["u"]))
    assert "u: total_watched is -1" in words
    assert "u: rating “9” is -1" in words
    assert "u: director “name:ken loach” is -9" in words
    assert "community: film “kes” is -1" in words
    bench.apply(change(contribution(RAN), 2))
    words = bench.store.snapshot(lambda tx: bench.figures.negatives(tx, ["u"]))
    assert "u: rating “9” is -1" in words
    assert "u: rating “6” is 1" not in words
    bench.apply(change(contribution(KES), 3))
    assert bench.store.snapshot(lambda tx: bench.figures.negatives(tx, ["u"])) == []
    known = bench.store.snapshot(lambda tx: bench.figures.figures(tx, "u"))
    assert known == own(contribution(RAN))


def test_a_corrected_name_is_shown_though_no_sum_moves(bench: Bench) -> None:
    bench.apply(change(contribution(KES), 1))
    key = ("director", "name:ken loach")
    bench.apply(change(Delta(affinities={key: [0, 0, 0]}, names={key: "Ken LOACH"}), 2))
    found = bench.store.snapshot(
        lambda tx: bench.figures.affinities(tx, "u", [key, ("genre", "X")])
    )
    assert found == {key: AffinityRow("name:ken loach", "Ken LOACH", 1, 1, 9)}


def test_replacing_switches_to_a_new_epoch_and_leaves_the_community_alone(bench: Bench) -> None:
    bench.apply(change(contribution(KES), 1))
    community = bench.store.snapshot(bench.figures.community)
    bench.store.transact(lambda tx: bench.figures.replace(tx, change(contribution(RAN), 9)))
    standing = bench.store.snapshot(lambda tx: bench.figures.standing(tx, "u"))
    assert (standing.epoch, standing.seq) == (1, 9)
    assert bench.store.snapshot(lambda tx: bench.figures.figures(tx, "u")) == own(contribution(RAN))
    assert bench.store.snapshot(bench.figures.community) == community


def test_a_failure_in_the_middle_leaves_nothing(bench: Bench) -> None:
    def work(tx: Tx) -> None:
        bench.figures.apply(tx, [change(contribution(KES), 1)])
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        bench.store.transact(work)
    assert bench.store.snapshot(lambda tx: bench.figures.figures(tx, "u")) == Delta()
    assert bench.store.snapshot(bench.figures.community) == Delta()


def test_concurrent_writers_lose_nothing(bench: Bench) -> None:
    def write(user_id: str) -> None:
        for seq in range(1, 21):
            bench.apply(change(contribution(KES), seq, user_id))

    threads = [threading.Thread(target=write, args=(user,)) for user in ("u", "v")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bench.store.snapshot(bench.figures.community).films == {"kes": [40, 40, 360, 0]}


def test_counters_are_read_by_kind_and_days_by_range(bench: Bench) -> None:
    bench.apply(change(contribution(KES), 1), change(contribution(RAN), 1, "v"))
    bench.apply(change(contribution(RAN), 2))
    counters, days = bench.store.snapshot(
        lambda tx: (
            bench.figures.counters(tx, "u", ["rating", "weekday"]),
            bench.figures.days(tx, "u", "2024-05-18", "2024-12-31"),
        )
    )
    assert counters == {
        ("rating", "9"): 1,
        ("rating", "6"): 1,
        ("weekday", "5"): 1,
        ("weekday", "6"): 1,
    }
    assert days == {"2024-05-18": 1}


PEOPLE = [
    AffinityRow("a", "Ann", 9, 9, 80),
    AffinityRow("b", "bob", 9, 3, 30),
    AffinityRow("c", "Cy_%", 4, 4, 40),
    AffinityRow("d", "Dee", 2, 2, 20),
    AffinityRow("e", "Eve", 2, 0, 0),
]


def fill_people(bench: Bench) -> None:
    rows = {("actor", row.id): list(row[2:]) for row in PEOPLE}
    names = {("actor", row.id): row.name for row in PEOPLE}
    bench.apply(change(Delta(affinities=rows, names=names), 1))


def test_listed_is_by_films_then_stars_then_name(bench: Bench) -> None:
    fill_people(bench)
    rows = bench.store.snapshot(lambda tx: bench.figures.listed(tx, "u", "actor", 4))
    assert [row.id for row in rows] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("prior", [1.0, 5.5, 10.0])
@pytest.mark.parametrize("limit", [1, 2, 10])
def test_best_is_by_bayesian_mean_of_those_rated_often_enough(
    bench: Bench, prior: float, limit: int
) -> None:
    fill_people(bench)
    many = {("actor", f"x{n}"): [n, n, n * (n % 11)] for n in range(3, 40)}
    names = {key: key[1] for key in many}
    bench.apply(change(Delta(affinities=many, names=names), 2))
    rows = bench.store.snapshot(lambda tx: bench.figures.best(tx, "u", "actor", prior, limit))
    everybody = [*PEOPLE, *(AffinityRow(key[1], key[1], *row) for key, row in many.items())]
    enough = [row for row in everybody if row.rated >= 3]
    means = sorted(((5 * prior + r.sum_half_stars) / (5 + r.rated) for r in enough), reverse=True)
    found = [(5 * prior + row.sum_half_stars) / (5 + row.rated) for row in rows]
    assert found == pytest.approx(means[:limit])


@pytest.mark.parametrize(
    ("sort", "order"),
    [("count", "abcde"), ("name", "acdeb"), ("mean", "cbdae"), ("bayes", "acbde")],
)
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_pages_follow_one_another_in_every_order(
    bench: Bench, sort: str, order: str, limit: int
) -> None:
    fill_people(bench)
    found, after = "", None
    while True:
        query = AffinityQuery("actor", sort, prior=5.0, limit=limit, after=after)
        page = page_of(bench, query)
        found += "".join(row.id for row in page[0])
        after = page[2]
        if after is None:
            break
    assert (found, page[1]) == (order, 5)


def test_a_page_is_filtered_by_name_and_by_films_rated(bench: Bench) -> None:
    fill_people(bench)
    assert [row.id for row in page_of(bench, AffinityQuery("actor", text="_%"))[0]] == ["c"]
    assert [row.id for row in page_of(bench, AffinityQuery("actor", text="ANN"))[0]] == ["a"]
    assert [row.id for row in page_of(bench, AffinityQuery("actor", min_rated=4))[0]] == ["a", "c"]


def page_of(
    bench: Bench, query: AffinityQuery
) -> tuple[Sequence[AffinityRow], int, Sequence[str | int | float] | None]:
    page = bench.store.snapshot(lambda tx: bench.figures.affinity_page(tx, "u", query))
    return page.rows, page.total, page.last


def test_a_window_is_a_sum_of_days_and_shows_nobodys_private_film(bench: Bench) -> None:
    private = image(facts("mine"), "2024-05-18")
    bench.apply(change(contribution(KES), 1), change(contribution(KES), 1, "v"))
    bench.apply(change(contribution(RAN), 2), change(contribution(private), 2, "v"))
    films, genres = bench.store.snapshot(
        lambda tx: (
            bench.figures.trending_films(tx, "2024-05-17", "2024-05-18", 10),
            bench.figures.trending_genres(tx, "2024-05-18", "2024-05-18"),
        )
    )
    assert [(row.film_id, row.count) for row in films] == [("kes", 2), ("ran", 1)]
    assert genres == [("Drama", 2)]


def test_viewings_of_films_are_counted_over_days(bench: Bench) -> None:
    bench.apply(change(contribution(KES), 1), change(contribution(RAN), 1, "v"))
    viewings = bench.store.snapshot(
        lambda tx: [
            bench.figures.trend_viewings(tx, first, "2024-05-18")
            for first in ("2024-05-17", "2024-05-18", "2024-05-19")
        ]
    )
    assert viewings == [2, 1, 0]


def test_the_community_can_be_replaced_and_added_to(bench: Bench) -> None:
    bench.apply(change(contribution(KES), 1))
    bench.store.transact(lambda tx: bench.figures.replace_community(tx, contribution(RAN)))
    bench.store.transact(lambda tx: bench.figures.add_community(tx, contribution(RAN)))
    assert bench.store.snapshot(bench.figures.community).films == {"ran": [2, 2, 12, 0]}


def test_only_the_latest_delta_cards_are_kept(bench: Bench) -> None:
    for seq in range(1, 61):
        bench.store.transact(
            lambda tx, n=seq: bench.figures.save_moves(tx, "u", n, f"{n}".encode())  # type: ignore[misc]
        )
    cards = bench.store.snapshot(lambda tx: bench.figures.moves_after(tx, "u", 0))
    assert cards == [(seq, f"{seq}".encode()) for seq in range(11, 61)]
    assert bench.store.snapshot(lambda tx: bench.figures.moves_after(tx, "u", 59)) == [(60, b"60")]


def test_a_verification_is_noted(bench: Bench) -> None:
    bench.apply(change(contribution(KES), 3))
    bench.store.transact(lambda tx: bench.figures.mark_verified(tx, "u", AT, 3))
    standing = bench.store.snapshot(lambda tx: bench.figures.standing(tx, "u"))
    assert (standing.verified_at, standing.verified_seq) == (AT, 3)


def test_an_event_set_aside_twice_is_kept_once_with_its_reason(bench: Bench) -> None:
    placed = Placed(12, "u", 4, b"{")
    for _ in range(2):
        bench.store.transact(lambda tx: bench.figures.set_aside(tx, placed, "not JSON", AT))
    letters = bench.store.snapshot(lambda tx: bench.figures.dead_letters(tx, 10))
    assert [(letter.position, letter.reason) for letter in letters] == [(12, "not JSON")]


def test_forgetting_somebody_leaves_the_others(bench: Bench) -> None:
    bench.apply(change(contribution(KES), 1), change(contribution(KES), 1, "v"))
    bench.store.transact(lambda tx: bench.figures.forget(tx, "u"))
    assert bench.store.snapshot(lambda tx: bench.figures.figures(tx, "u")) == Delta()
    found = bench.store.snapshot(lambda tx: bench.figures.figures(tx, "v"))
    assert found == own(contribution(KES))
    assert bench.store.snapshot(lambda tx: bench.figures.user_ids(tx, "", 1)) == ["u"]
    assert bench.store.snapshot(lambda tx: bench.figures.user_ids(tx, "u", 9)) == ["v"]
