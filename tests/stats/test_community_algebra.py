"""The community's law: whatever happens on the way, its figures are a recount of the truth."""

import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinematch.events.core import FilmFacts, Image, Watch
from cinematch.kit.clock import from_iso
from cinematch.stats.core.trends import (
    DAYS_KEPT,
    WINDOWS,
    days_of,
    first_kept,
    moved_on,
    shares,
    whole_days_of,
)
from cinematch.stats.service.community import GLOBAL
from cinematch.stats.service.top_lists import top_lists
from tests.support.builders import facts
from tests.support.community import NOW, CommunityBench, sqlite_bench

GENRES = {"kes": ("Drama",), "ran": ("War", "Drama"), "yol": (), "z": ("War",)}
FILMS = {key: facts(key, genres=genres) for key, genres in GENRES.items()}
_numbers = itertools.count()

days_back = st.integers(-1, DAYS_KEPT + 40)
viewings = st.lists(days_back, max_size=4)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 1), st.sampled_from(sorted(FILMS)), viewings),
        st.tuples(st.just("put"), st.integers(0, 1), st.sampled_from(sorted(FILMS)), viewings),
        st.tuples(st.just("remove"), st.integers(0, 1), st.sampled_from(sorted(FILMS))),
        st.tuples(st.just("apply"), st.randoms(), st.floats(0, 1)),
        st.tuples(st.just("apply"), st.randoms(), st.floats(0, 1)),
        st.tuples(st.just("bootstrap")),
        st.tuples(st.just("pass"), st.integers(1, 24 * 90)),
        st.tuples(st.just("leave"), st.integers(0, 1)),
    ),
    max_size=25,
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommunityBench]:
    with sqlite_bench(tmp_path_factory.mktemp("community")) as built:
        built.add_films(FILMS.values())
        built.community.ensure()
        yield built


def play(bench: CommunityBench, users: list[str], step: tuple[Any, ...]) -> None:
    """Do one random thing."""
    match step:
        case ("put", who, film_id, back) if users[who]:
            bench.put(users[who], film_id, seen(bench, FILMS[film_id], back))
        case ("remove", who, film_id) if users[who]:
            bench.put(users[who], film_id, None)
        case ("apply", chance, share):
            payloads = bench.payloads(*filter(None, users))
            chosen = [payload for payload in payloads if chance.random() < share]
            chance.shuffle(chosen)
            bench.community.apply([*chosen, *chosen[:2]], bench.now - timedelta(hours=1))
        case ("bootstrap",):
            bench.community.bootstrap()
        case ("pass", hours):
            bench.push(hours=hours)
        case ("leave", who) if users[who]:
            bench.remove_user(users[who])
            users[who] = ""


def seen(bench: CommunityBench, film: FilmFacts, back: list[int]) -> Image:
    dates = sorted((bench.now.date() - timedelta(days=days)).isoformat() for days in back)
    return Image(film, watches=tuple(Watch(f"w{n}", day) for n, day in enumerate(dates)))


def recounted(bench: CommunityBench, first: str, last: str) -> tuple[Counter[str], Counter[str]]:
    """Count films and genres between two days, one viewing after the other."""
    films: Counter[str] = Counter()
    genres: Counter[str] = Counter()
    users = bench.store.snapshot(lambda tx: bench.figures.user_ids(tx, "", 1000))
    for user_id in users:
        for image in bench.store.snapshot(
            lambda tx, user=user_id: list(bench.entries.images_of(tx, user))  # type: ignore[misc]
        ):
            for watch in image.watches:
                if first <= watch.date <= last:
                    films[image.film.film_id] += 1
                    genres.update(image.film.genres)
    return films, genres


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_every_window_is_a_recount_whatever_happened_on_the_way(
    bench: CommunityBench, taken: list[tuple[Any, ...]]
) -> None:
    number = next(_numbers)
    for user_id in bench.store.snapshot(lambda tx: bench.figures.user_ids(tx, "", 1000)):
        bench.remove_user(user_id)
    users = [f"{number}-a", f"{number}-b"]
    bench.add_users(users)
    bench.now = NOW
    bench.community.bootstrap()
    for step in taken:
        play(bench, users, step)
        assert bench.community.verify() == []
    bench.community.apply(bench.payloads(*filter(None, users)), bench.now)
    bench.community.publish()
    assert bench.community.verify() == []
    published = bench.store.snapshot(lambda tx: bench.records.published(tx, GLOBAL))
    assert published is not None
    for window in WINDOWS:
        films, genres = recounted(bench, *days_of(window, bench.now.date()))
        lists = published["windows"][window]
        assert {film["film_id"]: film["count"] for film in lists["top_movies"]} == films
        assert {share["genre"]: share["count"] for share in lists["trending_genres"]} == genres
        assert lists["total_movies_analyzed"] == films.total()


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.sampled_from(sorted(WINDOWS)))
def test_a_window_touches_its_days_and_whole_ones_are_as_many_as_it_says(
    today: date, window: str
) -> None:
    first, last = (date.fromisoformat(day) for day in days_of(window, today))
    assert (today - first).days == WINDOWS[window]
    assert (last - today).days == 1
    first, last = (date.fromisoformat(day) for day in whole_days_of(window, today))
    assert (last - first).days + 1 == WINDOWS[window]
    assert last == today


instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001 - only compared


@given(st.lists(st.tuples(instants, instants), max_size=12))
def test_the_watermark_and_the_first_day_kept_only_move_on_and_stay_behind_the_clock(
    told: list[tuple[datetime, datetime]],
) -> None:
    at: datetime | None = None
    since, now = "", datetime(2000, 1, 1)  # noqa: DTZ001 - only compared
    for instant, clock in told:
        now = max(now, clock)
        before = at, since
        at = moved_on(at, instant, now)
        since = first_kept(since, at)
        assert at is not None
        assert at <= now
        assert before[0] is None or before[0] <= at
        assert before[1] <= since <= (now - timedelta(days=DAYS_KEPT)).date().isoformat()


@given(st.dictionaries(st.text(max_size=5), st.integers(1, 10**6), max_size=30))
def test_percentages_are_shares_of_all_genre_counts(counts: dict[str, int]) -> None:
    found = shares(list(counts.items()))
    assert [(share.genre, share.count) for share in found] == list(counts.items())
    for share in found:
        assert abs(share.percentage - 100 * share.count / sum(counts.values())) <= 0.05
    assert sum(share.percentage for share in found) == pytest.approx(
        100 if counts else 0, abs=0.05 * 30
    )


def test_lists_stop_at_ten_and_leave_out_nothing_above(bench: CommunityBench) -> None:
    films = [facts(f"film-{number}", genres=(f"Genre {number}",)) for number in range(14)]
    bench.add_films(films)
    bench.add_users(["ten"])
    for number, film in enumerate(films):
        bench.put("ten", film.film_id, seen(bench, film, [0] * (number + 1)))
    bench.community.apply(bench.payloads("ten"))
    day = bench.now.date().isoformat()
    lists = bench.store.snapshot(lambda tx: top_lists(bench.figures, tx, day, day))
    assert [film["count"] for film in lists["top_movies"]] == list(range(14, 4, -1))
    assert [share["count"] for share in lists["trending_genres"]] == list(range(14, 4, -1))
    assert lists["trending_genres"][0]["percentage"] == pytest.approx(100 * 14 / 105, abs=0.05)
    bench.remove_user("ten")


def test_a_published_document_can_be_written_as_json(bench: CommunityBench) -> None:
    bench.community.publish()
    published = bench.store.snapshot(lambda tx: bench.records.published(tx, GLOBAL))
    assert published is not None
    assert msgspec.json.decode(msgspec.json.encode(published)) == published
    assert from_iso(published["updated_at"]) == bench.now
