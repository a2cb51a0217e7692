"""The community's figures as a stream of their own counts them: once, whatever comes how often."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest

from cinematch.events.core import decode, encode
from cinematch.infra.ports import Store, Tx
from cinematch.kit.clock import to_iso
from cinematch.stats.core.delta import Delta
from cinematch.stats.service import StatsService
from cinematch.stats.service.community import GLOBAL, CommunityFigures
from tests.support.builders import facts, image
from tests.support.community import NOW, CommunityBench, mongo_bench, sqlite_bench

FILMS = [facts("kes"), facts("ran", genres=("War", "Drama")), facts("yol", genres=())]
TODAY = NOW.date().isoformat()
T = TypeVar("T")


def day(back: int) -> str:
    return (NOW.date() - timedelta(days=back)).isoformat()


@pytest.fixture(params=["sqlite", "mongo"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CommunityBench]:
    if request.param == "sqlite":
        made = sqlite_bench(tmp_path)
    else:
        made = mongo_bench(request.getfixturevalue("mongo_server"))
    with made as built:
        built.add_users(["u", "v"])
        built.add_films(FILMS)
        yield built


def live_a_little(bench: CommunityBench) -> None:
    """Six events of two users: seen, corrected, seen again, taken back."""
    bench.put("u", "kes", image(FILMS[0], TODAY, rating=8))
    bench.put("v", "kes", image(FILMS[0], day(1)))
    bench.put("u", "kes", image(FILMS[0], day(2), rating=9))
    bench.put("v", "ran", image(FILMS[1], day(1), day(40), "2024", liked=True))
    bench.put("u", "yol", image(FILMS[2], day(3)))
    bench.put("u", "yol", None)


def community(bench: CommunityBench) -> Delta:
    return bench.store.snapshot(bench.figures.community).pruned()


def test_it_begins_with_a_count_of_the_truth_and_passes_over_what_that_holds(
    bench: CommunityBench,
) -> None:
    live_a_little(bench)
    assert bench.community.ensure()
    begun = community(bench)
    assert begun.films["kes"] == [2, 1, 9, 0]
    assert begun.trend_days[day(2), "film", "kes"] == 1
    assert bench.community.apply(bench.payloads("u", "v")).events == 0
    assert community(bench) == begun
    assert bench.community.verify() == []
    assert not bench.community.ensure()


def test_each_event_counts_once_in_any_order_with_doubles_and_gaps(bench: CommunityBench) -> None:
    bench.community.ensure()
    live_a_little(bench)
    payloads = bench.payloads("u", "v")
    shuffled = [*payloads, *payloads[:3]]
    random.Random(7).shuffle(shuffled)
    assert bench.community.apply(shuffled).events == 6
    assert bench.community.verify() == []
    for payload in reversed(payloads):
        assert bench.community.apply([payload]).events == 0
    assert bench.community.verify() == []


def test_what_a_topic_has_lost_comes_from_the_outbox(bench: CommunityBench) -> None:
    bench.community.ensure()
    live_a_little(bench)
    counted = bench.community.apply([bench.payloads("u")[-1], bench.payloads("v")[-1]])
    assert (counted.events, counted.filled, counted.refused) == (6, 4, [])
    assert bench.community.verify() == []


def test_an_event_that_the_installation_does_not_know_is_told_and_not_counted(
    bench: CommunityBench,
) -> None:
    bench.community.ensure()
    live_a_little(bench)
    last = decode(bench.payloads("v")[-1])
    stranger = encode(msgspec.structs.replace(last, seq=last.seq + 5))
    counted = bench.community.apply([*bench.payloads("v"), stranger])
    assert counted.events == 2
    assert counted.refused == [
        f"event {last.seq + 5} of v: the installation knows of no such event"
    ]
    bench.community.apply(bench.payloads("u"))
    assert bench.community.verify() == []


@pytest.mark.parametrize("ahead", [1, 5])
def test_what_the_installation_never_wrote_takes_nobodys_place(
    bench: CommunityBench, ahead: int
) -> None:
    bench.community.ensure()
    bench.put("v", "kes", image(FILMS[0], day(1)))
    last = decode(bench.payloads("v")[-1])
    stranger = encode(msgspec.structs.replace(last, seq=last.seq + ahead))
    assert bench.community.apply([*bench.payloads("v"), stranger]).events == 1
    for back in range(ahead):
        bench.put("v", "ran", image(FILMS[1], day(back)))
    assert bench.community.apply(bench.payloads("v")).events == ahead
    assert bench.community.verify() == []


def test_an_event_too_big_for_the_topic_comes_from_the_outbox(bench: CommunityBench) -> None:
    bench.community.ensure()
    live_a_little(bench)
    counted = bench.community.apply(bench.payloads("v")[:1], bells=["u", "v", "nobody"])
    assert (counted.events, counted.filled, counted.refused) == (6, 5, [])
    assert bench.community.apply(bench.payloads("u", "v"), bells=["u"]).events == 0
    assert bench.community.verify() == []


@pytest.mark.parametrize("words", [b"\xff{", b"{}", b'{"user_id": "u", "seq": "x"}'])
def test_what_is_no_event_is_told_and_stops_nobody(bench: CommunityBench, words: bytes) -> None:
    bench.community.ensure()
    live_a_little(bench)
    counted = bench.community.apply([words, *bench.payloads("u", "v")])
    assert (counted.events, len(counted.refused)) == (6, 1)
    assert bench.community.verify() == []


def test_an_event_of_a_newer_schema_is_told(bench: CommunityBench) -> None:
    bench.community.ensure()
    bench.put("u", "kes", image(FILMS[0], TODAY))
    newer = msgspec.structs.replace(decode(bench.payloads("u")[0]), schema_version=99)
    counted = bench.community.apply([encode(newer)])
    assert (counted.events, counted.refused) == (0, ["event 1 of u: of a newer schema (99)"])


def test_a_count_lost_in_the_middle_is_made_anew_from_the_truth(bench: CommunityBench) -> None:
    live_a_little(bench)
    bench.community.ensure()
    bench.store.transact(lambda tx: lose(bench, tx))
    bench.put("v", "yol", image(FILMS[2], TODAY))
    bench.community.apply(bench.payloads("v")[-1:])
    assert bench.community.verify() == []


def lose(bench: CommunityBench, tx: Tx) -> None:
    """Take away everything that the stream has written."""
    bench.figures.replace_community(tx, Delta())
    bench.records.replace_seqs(tx, {})
    if hasattr(tx, "db"):
        tx.db["community_standing"].delete_many({}, session=tx.session)
    else:
        tx.execute("DELETE FROM community_standing")


def test_a_bootstrap_in_the_middle_joins_without_counting_twice(bench: CommunityBench) -> None:
    bench.community.ensure()
    live_a_little(bench)
    payloads = bench.payloads("u", "v")
    bench.community.apply(payloads[:2])
    bench.community.bootstrap()
    bench.put("u", "ran", image(FILMS[1], day(5)))
    bench.community.apply([*payloads, *bench.payloads("u")[-1:]])
    assert bench.community.verify() == []


def test_who_leaves_takes_everything_along_also_what_was_still_on_its_way(
    bench: CommunityBench,
) -> None:
    bench.community.ensure()
    live_a_little(bench)
    payloads = bench.payloads("u", "v")
    bench.community.apply(payloads[:2])
    bench.remove_user("u")
    assert bench.community.verify() == []
    assert bench.community.apply(payloads).events == 2
    assert bench.community.verify() == []
    assert set(community(bench).films) == {"kes", "ran"}


def test_a_check_holds_while_the_stream_and_erasures_go_on(bench: CommunityBench) -> None:
    bench.add_users(["w"])
    bench.community.ensure()
    live_a_little(bench)

    def meanwhile(look: int) -> None:
        if look == 2:
            bench.put("v", "yol", image(FILMS[2], TODAY))
            bench.community.apply(bench.payloads("u", "v"))
        elif look == 3:
            bench.remove_user("w")

    store = Interrupted(bench.store, meanwhile)
    parts = replace(bench.community._parts, store=store)
    assert CommunityFigures(parts).verify() == []
    assert store.looks > 4, "it began anew when somebody went"


class Interrupted:
    """A store in whose readers' way something happens before each look."""

    def __init__(self, store: Store, meanwhile: Callable[[int], None]) -> None:
        self._store = store
        self._meanwhile = meanwhile
        self.looks = 0
        self.transact = store.transact

    def snapshot(self, work: Callable[[Tx], T]) -> T:
        self.looks += 1
        self._meanwhile(self.looks)
        return self._store.snapshot(work)

    def close(self) -> None:
        self._store.close()


def test_days_end_when_the_watermark_leaves_them_behind(bench: CommunityBench) -> None:
    bench.community.ensure()
    bench.put("u", "kes", image(FILMS[0], day(59), TODAY))
    bench.community.apply(bench.payloads("u"), NOW)
    assert {key[0] for key in bench.days()} == {day(59), TODAY}
    bench.push(days=2)
    bench.community.apply([], NOW + timedelta(days=1))
    assert {key[0] for key in bench.days()} == {day(59), TODAY}
    bench.community.apply([], NOW + timedelta(days=2))
    assert {key[0] for key in bench.days()} == {TODAY}
    assert bench.community.verify() == []


def test_a_late_event_counts_and_one_of_a_day_that_ended_does_not_bring_it_back(
    bench: CommunityBench,
) -> None:
    bench.community.ensure()
    bench.put("u", "kes", image(FILMS[0], TODAY))
    late = bench.payloads("u")
    bench.push(days=3)
    bench.community.apply([], NOW + timedelta(days=3))
    bench.put("v", "ran", image(FILMS[1], day(58)))
    bench.community.apply([*late, *bench.payloads("v")], NOW + timedelta(days=3))
    assert bench.days()[TODAY, "film", "kes"] == 1
    assert {key[0] for key in bench.days()} == {TODAY}
    assert community(bench).films["ran"] == [1, 0, 0, 0]
    assert bench.community.verify() == []


def test_an_event_dated_in_the_future_does_not_end_the_days_before(bench: CommunityBench) -> None:
    bench.community.ensure()
    live_a_little(bench)
    bench.community.apply(bench.payloads("u", "v"), NOW + timedelta(days=4000))
    assert bench.days()[day(40), "film", "ran"] == 1
    bench.community.apply([], NOW - timedelta(days=4000))
    standing = bench.store.snapshot(bench.records.standing)
    assert standing is not None
    assert standing.watermark == "2026-11-21T10:00:00.000000Z"


def test_lists_are_published_for_the_described_readers(bench: CommunityBench) -> None:
    live_a_little(bench)
    bench.community.ensure()
    published = bench.store.snapshot(lambda tx: bench.records.published(tx, GLOBAL))
    assert published is not None
    assert [(film["title"], film["count"]) for film in published["top_movies"]] == [
        ("Kes", 2),
        ("Ran", 1),
    ]
    assert published["trending_genres"][0] == {"genre": "Drama", "count": 3, "percentage": 75.0}
    assert (published["total_movies_analyzed"], published["source"]) == (3, "bootstrap")
    bench.put("v", "kes", image(FILMS[0], day(1), day(1)))
    bench.community.apply(bench.payloads("v"))
    bench.community.publish()
    published = bench.store.snapshot(lambda tx: bench.records.published(tx, GLOBAL))
    assert published is not None
    assert published["windows"]["24h"]["top_movies"][0]["count"] == 2
    assert (published["total_movies_analyzed"], published["source"]) == (4, "streaming_incremental")


def test_a_poster_that_comes_later_is_shown_from_then_on(bench: CommunityBench) -> None:
    def posters() -> list[str | None]:
        bench.community.publish()
        published = bench.store.snapshot(lambda tx: bench.records.published(tx, GLOBAL)) or {}
        return [film["poster_path"] for film in published["top_movies"]]

    live_a_little(bench)
    bench.community.ensure()
    assert posters() == [None, None]
    bench.store.transact(lambda tx: hang(tx, "ran", "/ran.jpg"))
    assert posters() == [None, "/ran.jpg"]


def hang(tx: Tx, film_id: str, poster: str) -> None:
    """Give a film a poster."""
    if hasattr(tx, "db"):
        tx.db["movies_catalog"].update_one(
            {"_id": film_id}, {"$set": {"poster_path": poster}}, session=tx.session
        )
    else:
        tx.execute("UPDATE movies_catalog SET poster_path = ? WHERE film_id = ?", (poster, film_id))


def test_the_lists_of_a_day_are_complete_when_the_watermark_has_left_it(
    bench: CommunityBench,
) -> None:
    bench.community.ensure()
    live_a_little(bench)
    bench.community.apply(bench.payloads("u"), NOW)
    bench.community.publish()
    complete = bench.store.snapshot(lambda tx: bench.records.published(tx, GLOBAL) or {})[
        "complete"
    ]
    assert complete["through"] == day(1)
    bench.community.apply(bench.payloads("v"), NOW)
    bench.community.publish()
    same = bench.store.snapshot(lambda tx: bench.records.published(tx, GLOBAL) or {})["complete"]
    assert same == complete
    bench.push(days=1)
    bench.community.apply([], NOW + timedelta(days=1))
    bench.community.publish()
    moved = bench.store.snapshot(lambda tx: bench.records.published(tx, GLOBAL) or {})["complete"]
    assert moved["through"] == TODAY
    assert (moved["windows"]["48h"]["from"], moved["windows"]["48h"]["to"]) == (day(1), TODAY)
    assert {film["film_id"] for film in moved["windows"]["48h"]["top_movies"]} == {"kes", "ran"}


def test_pages_read_what_the_stream_has_published(bench: CommunityBench) -> None:
    pages = bench.pages()
    assert read(pages, "30d")["top_movies"] == []
    live_a_little(bench)
    bench.community.ensure()
    bench.push(seconds=6)
    first = read(pages, "30d")
    assert (first["source"], first["total_movies_analyzed"]) == ("bootstrap", 3)
    assert [film["count"] for film in first["top_movies"]] == [2, 1]
    bench.put("v", "kes", None)
    bench.community.apply(bench.payloads("v"))
    bench.community.publish()
    published_at = to_iso(bench.now)
    bench.push(seconds=6)
    later = read(pages, "30d")
    assert (later["source"], later["total_movies_analyzed"]) == ("streaming_incremental", 2)
    assert later["updated_at"] == published_at


def test_pages_count_the_days_themselves_when_the_list_is_of_yesterday(
    bench: CommunityBench,
) -> None:
    live_a_little(bench)
    bench.community.ensure()
    pages = bench.pages()
    assert [film["film_id"] for film in read(pages, "24h")["top_movies"]] == ["kes", "ran"]
    bench.push(days=1)
    assert read(pages, "24h")["top_movies"] == []
    assert [film["film_id"] for film in read(pages, "48h")["top_movies"]] == ["kes", "ran"]


def read(pages: StatsService, window: str) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(pages.trends(window))
    return found
