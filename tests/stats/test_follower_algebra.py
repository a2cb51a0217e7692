"""Law 5 through the real follower and a real file: any changes, batches, replays, rebuilds."""

import itertools
from collections.abc import Iterator
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cinematch.diary.core import Entry
from cinematch.events.core import FilmFacts, Image
from cinematch.events.mongo import MongoOutbox
from cinematch.events.ports import Outbox, Placed
from cinematch.events.sqlite import SqliteOutbox
from cinematch.infra.ports import Tx
from cinematch.stats.core.delta import Delta, contribute
from cinematch.stats.follower import CONSUMER, Follower
from tests.support.mongo import MongoServer
from tests.support.mongo_tracker import mongo_ground
from tests.support.strategies import FILM_IDS, facts_of, images
from tests.support.tracker import Tracker

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 1), images()),
        st.tuples(st.just("put"), st.integers(0, 1), images()),
        st.tuples(st.just("remove"), st.integers(0, 1), st.sampled_from(FILM_IDS)),
        st.tuples(st.just("correct"), st.sampled_from(FILM_IDS).flatmap(facts_of)),
        st.tuples(st.just("step"), st.integers(1, 4)),
        st.tuples(st.just("replay"), st.floats(0, 1)),
        st.tuples(st.just("rebuild"), st.integers(0, 1)),
        st.tuples(st.just("rebuild_community")),
    ),
    max_size=25,
)
_numbers = itertools.count()


class SqliteStutterer(SqliteOutbox):
    """Delivers each event twice or thrice, as a broker may."""

    def after(self, tx: Tx, position: int, limit: int) -> list[Placed]:
        return stuttered(super().after(tx, position, limit))


class MongoStutterer(MongoOutbox):
    """Delivers each event twice or thrice, as a broker may."""

    def after(self, tx: Tx, position: int, limit: int) -> list[Placed]:
        return stuttered(super().after(tx, position, limit))


def stuttered(placed: list[Placed]) -> list[Placed]:
    return [*placed[:1], *placed, *placed[-1:]]


STUTTERERS: dict[type, Outbox] = {
    SqliteOutbox: SqliteStutterer(),
    MongoOutbox: MongoStutterer(),
}
FILMS = [FilmFacts(film_id, film_id) for film_id in FILM_IDS]


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracker]:
    built = Tracker(tmp_path_factory.mktemp("algebra"), FILMS, users=())
    yield built
    built.close()


@pytest.fixture(scope="module")
def on_mongo(mongo_server: MongoServer) -> Iterator[Tracker]:
    with mongo_ground(mongo_server) as ground:
        yield Tracker(ground, FILMS, users=())


@pytest.fixture(params=["on_sqlite", "on_mongo"])
def tracker(request: pytest.FixtureRequest) -> Tracker:
    built: Tracker = request.getfixturevalue(request.param)
    return built


def play(tracker: Tracker, users: list[str], step: tuple[object, ...]) -> None:
    """Do one random thing."""
    match step:
        case ("put", int(who), Image() as image):
            put(tracker, users[who], image.film.film_id, image)
        case ("remove", int(who), str(film_id)):
            put(tracker, users[who], film_id, None)
        case ("correct", FilmFacts() as film):
            tracker.correct(film)
        case ("step", int(limit)):
            Follower(
                tracker.store,
                STUTTERERS[type(tracker.outbox)],
                tracker.figures,
                tracker.signals,
                tracker.clock,
                batch=limit,
            ).step()
        case ("replay", float(share)):
            tracker.store.transact(lambda tx: back(tracker, tx, share))
        case ("rebuild", int(who)):
            tracker.stats.rebuild(users[who])
        case _:
            tracker.stats.rebuild_community()


def put(tracker: Tracker, user_id: str, film_id: str, image: Image | None) -> None:
    entry = None
    if image is not None:
        entry = Entry(
            user_id=user_id,
            film_id=film_id,
            facts=tracker.films[film_id],
            rating=image.rating,
            watches=image.watches,
            liked=image.liked,
            watchlist=image.watchlist,
            review="words" if image.has_review else None,
        )
    tracker.store.transact(lambda tx: tracker.diary.put(tx, user_id, film_id, entry))


def both(tracker: Tracker, user_id: str, tx: Tx) -> tuple[Delta, Delta]:
    """Return the user's figures and the contribution of the films, in one snapshot."""
    truth, known = Delta(), tracker.figures.figures(tx, user_id)
    for image in tracker.entries.images_of(tx, user_id):
        contribute(truth, image, 1)
    truth.films, truth.trend_days, truth.names, known.names = {}, {}, {}, {}
    return known, truth.pruned()


def back(tracker: Tracker, tx: Tx, share: float) -> None:
    position = tracker.outbox.position(tx, CONSUMER)
    tracker.outbox.save_position(tx, CONSUMER, int(position * share))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_figures_equal_the_final_state_whatever_happens_on_the_way(
    on_sqlite: Tracker, steps: list[tuple[object, ...]]
) -> None:
    check(on_sqlite, steps)


@settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes too long there
    suppress_health_check=[HealthCheck.too_slow],
)
@given(STEPS)
def test_figures_equal_the_final_state_in_a_cluster(
    on_mongo: Tracker, steps: list[tuple[object, ...]]
) -> None:
    check(on_mongo, steps)


def check(tracker: Tracker, steps: list[tuple[object, ...]]) -> None:
    """Play the steps with new users; figures and films then agree."""
    number = next(_numbers)
    users = [f"user-{number}-a", f"user-{number}-b"]
    tracker.add_users(users)
    for step in steps:
        play(tracker, users, step)
    tracker.follower.catch_up()
    for user_id in users:
        known, truth = tracker.store.snapshot(partial(both, tracker, user_id))
        assert known == truth
        assert tracker.stats.verify(user_id)["differences"] == []
    assert tracker.stats.verify_community() == []
    assert tracker.follower.health().negatives == 0


def test_verify_says_in_words_what_was_tampered_with(tracker: Tracker) -> None:
    tracker.add_users(["tampered"])
    put(tracker, "tampered", "kes", Image(tracker.films["kes"], liked=True))
    tracker.follower.catch_up()
    tracker.ground.tamper("tampered", "liked", 7)
    assert tracker.stats.verify("tampered")["differences"] == ["scalars liked: 7, but recomputed 1"]
    tracker.stats.rebuild("tampered")
    assert tracker.stats.verify("tampered")["differences"] == []


def test_a_counter_below_zero_is_told_and_not_clamped(tracker: Tracker) -> None:
    tracker.add_users(["negative"])
    put(tracker, "negative", "kes", Image(tracker.films["kes"], liked=True))
    tracker.follower.catch_up()
    tracker.ground.tamper("negative", "liked", 0)
    put(tracker, "negative", "kes", None)
    follower = Follower(
        tracker.store, tracker.outbox, tracker.figures, tracker.signals, tracker.clock
    )
    follower.catch_up()
    assert follower.health().alarms == ("a counter is below zero: negative: liked is -1",)
    assert tracker.stats.verify("negative")["differences"] == [
        "scalars liked: -1, but recomputed 0"
    ]
    tracker.stats.rebuild("negative")


def test_figures_rebuilt_while_the_follower_folds_are_not_counted_twice(tracker: Tracker) -> None:
    tracker.add_users(["rebuilt"])
    put(tracker, "rebuilt", "kes", Image(tracker.films["kes"], liked=True))

    class Interrupted(Follower):
        def _read(self, tx: Tx) -> "object":  # type: ignore[override]
            batch = super()._read(tx)
            tracker.stats.rebuild("rebuilt")
            return batch

    Interrupted(
        tracker.store, tracker.outbox, tracker.figures, tracker.signals, tracker.clock
    ).step()
    assert tracker.stats.verify("rebuilt")["differences"] == []
    assert tracker.stats.verify_community() == []


def test_two_followers_of_one_outbox_count_once(tracker: Tracker) -> None:
    tracker.add_users(["twice"])
    put(tracker, "twice", "kes", Image(tracker.films["kes"], liked=True))
    slow = Follower(tracker.store, tracker.outbox, tracker.figures, tracker.signals, tracker.clock)
    batch = tracker.store.snapshot(slow._read)
    tracker.follower.catch_up()
    assert tracker.store.transact(lambda tx: slow._write(tx, batch)) is None
    assert tracker.stats.verify("twice")["differences"] == []
