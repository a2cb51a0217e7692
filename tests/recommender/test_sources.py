"""What a model is fitted to: whose ratings, over which films, and from where."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cinematch.films.sqlite import SqliteFilmFeed, SqliteFilms
from cinematch.infra.ports import Tx
from cinematch.infra.sqlite import open_database
from cinematch.kit.errors import Conflict
from cinematch.recommender.communities import DamagedCommunity, FolderCommunities
from cinematch.recommender.core import synthetic
from cinematch.recommender.core.background import (
    Background,
    SourceFilm,
    joined,
    named,
    onto,
    ordered,
    positions_of,
)
from cinematch.recommender.core.progress import unwatched
from cinematch.recommender.core.ratings import Rating, Ratings, gather
from cinematch.recommender.service.sources import (
    OWN_LICENCE,
    Gathered,
    Sources,
    everybodys_ratings,
    until,
)
from cinematch.recommender.sqlite import SqliteTaste
from tests.support.builders import film
from tests.support.mongo import MongoServer
from tests.support.rating_bench import AT, RatingBench, mongo_bench, sqlite_bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[RatingBench]:
    with sqlite_bench(tmp_path) as built:
        yield built


def rows_of(gathered: Gathered) -> set[tuple[str, str, float]]:
    ratings = gathered.ratings
    return {
        (ratings.user_ids[user], ratings.film_ids[film_at], float(stars))
        for user, film_at, stars in zip(ratings.user, ratings.film, ratings.stars, strict=True)
    }


def test_an_empty_installation_gets_the_invented_community(bench: RatingBench) -> None:
    found = bench.sources.gather("auto", unwatched)
    assert found.source == "synthetic"
    assert found.noise_floor is not None
    assert 0.3 < found.noise_floor < 1.0
    assert [(one.name, one.licence) for one in found.origins] == [("synthetic", synthetic.LICENCE)]
    assert all(user_id.startswith(synthetic.PREFIX) for user_id in found.ratings.user_ids)


def test_a_thousand_ratings_of_ten_people_are_enough(bench: RatingBench) -> None:
    bench.rate_much()
    found = bench.sources.gather("auto", unwatched)
    assert (found.source, len(found.ratings), found.noise_floor) == ("own", 1_200, None)
    assert [(one.name, one.licence, one.users) for one in found.origins] == [
        ("own", OWN_LICENCE, 12)
    ]


def test_a_thousand_ratings_of_one_person_are_not(bench: RatingBench) -> None:
    more = [film(f"g{number:04}") for number in range(1_100)]
    bench.save(more)
    bench.rate(("alone", one.film_id, 7) for one in more)
    assert bench.sources.gather("auto", unwatched).source == "synthetic"
    assert bench.sources.gather("own", unwatched).ratings.users == 1


def test_a_background_community_is_added_to_what_people_gave(bench: RatingBench) -> None:
    bench.add()
    bench.rate([("ada", "f003", 9), ("ada", "f005", None)])
    found = bench.sources.gather("auto", unwatched)
    assert found.source == "hybrid"
    assert [(one.name, one.licence) for one in found.origins] == [
        ("own", OWN_LICENCE),
        ("outside", "Terms."),
    ]
    assert ("ada", "f003", 4.5) in rows_of(found)
    assert {user_id.partition(":")[0] for user_id in found.ratings.user_ids} == {"ada", "outside"}
    assert len(found.ratings) == sum(one.ratings for one in found.origins)


def test_a_small_background_community_does_not_do(bench: RatingBench) -> None:
    bench.add(rows=90)
    assert bench.sources.gather("auto", unwatched).source == "synthetic"
    assert bench.sources.gather("hybrid", unwatched).source == "hybrid"


def test_films_that_are_not_ours_are_counted_and_left_out(bench: RatingBench) -> None:
    kept = bench.add()
    found = bench.sources.gather("hybrid", unwatched)
    gone = int((kept.ratings.film >= 120).sum())
    assert gone > 0
    assert [(one.films, one.ratings) for one in found.left_out] == [(2, gone)]
    assert len(found.ratings) == len(kept.ratings) - gone


def test_every_film_of_the_catalogue_has_a_place_by_id_and_private_ones_have_none(
    bench: RatingBench,
) -> None:
    bench.rate([("ada", "f003", 9)])
    bench.save([film("a-own", owner_user_id="ada"), film("z-new")])
    bench.rate([("bea", "a-own", 9), ("bea", "z-new", 2)])
    found = bench.sources.gather("own", unwatched)
    expected = [*(f"f{number:03}" for number in range(120)), "z-new"]
    assert list(found.ratings.film_ids) == expected
    assert [one.film_id for one in found.films] == expected
    assert rows_of(found) == {("ada", "f003", 4.5), ("bea", "z-new", 1.0)}


def test_invented_accounts_are_not_people(bench: RatingBench) -> None:
    bench.rate([("synthetic-000001", "f001", 4), ("ada", "f001", 6)])
    assert bench.sources.gather("own", unwatched).ratings.user_ids == ("ada",)


def test_an_account_that_went_has_left_nothing(bench: RatingBench) -> None:
    bench.rate([("ada", "f001", 4), ("bea", "f001", 6)])
    before = bench.sources.gather("own", unwatched).ratings.fingerprint()
    bench.store.transact(lambda tx: tx.execute("DELETE FROM users WHERE user_id = 'bea'"))
    after = bench.sources.gather("own", unwatched).ratings
    assert after.user_ids == ("ada",)
    assert after.fingerprint() != before


def test_where_there_is_nothing_it_says_what_to_do(bench: RatingBench) -> None:
    with pytest.raises(Conflict, match=r"Nobody has rated a film yet. .*community add FOLDER"):
        bench.sources.gather("own", unwatched)
    with pytest.raises(Conflict, match=r"no background community. .*community add FOLDER"):
        bench.sources.gather("hybrid", unwatched)


def test_too_few_films_to_invent_anything(tmp_path: Path) -> None:
    store = open_database(tmp_path)
    store.transact(lambda tx: SqliteFilms().save(tx, [film("senso")]))
    sources = Sources(store, SqliteTaste(), SqliteFilmFeed(), FolderCommunities(tmp_path / "c"))
    with pytest.raises(Conflict, match=r"1 films are too few.*load-imdb"):
        sources.gather("auto", unwatched)


def renamed(ratings: Ratings) -> Ratings:
    return replace(ratings, film_ids=tuple(f"old-{one}" for one in ratings.film_ids))


def test_the_kept_community_serves_over_a_catalogue_that_changed(
    bench: RatingBench, tmp_path: Path
) -> None:
    invented = bench.sources.invent(tuple(bench.films), unwatched)
    nothing = tuple(SourceFilm(()) for _ in bench.films)
    kept = Background(
        synthetic.NAME, synthetic.LICENCE, invented.ratings, nothing, invented.noise_floor
    )
    bench.communities.put(kept, AT)
    bench.save([film("a-new")])
    found = bench.sources.gather("auto", unwatched)
    assert (found.source, found.noise_floor) == ("synthetic", invented.noise_floor)
    assert len(found.ratings) == len(invented.ratings)
    assert found.ratings.film_ids[0] == "a-new"
    # Of a catalogue that has become another it says nothing; one is invented of that.
    other = RatingBench(tmp_path, bench.adapters)
    other.communities.put(replace(kept, ratings=renamed(kept.ratings)), AT)
    anew = other.sources.gather("auto", unwatched)
    assert anew.source == "synthetic"
    assert len(anew.ratings) > 100
    # It is never mixed with what people gave, nor taken for a community from outside.
    with pytest.raises(Conflict):
        bench.sources.gather("hybrid", unwatched)


def test_the_same_data_have_the_same_fingerprint_in_every_store(
    bench: RatingBench, mongo_server: MongoServer, tmp_path: Path
) -> None:
    bench.add()
    bench.rate_much()
    with mongo_bench(mongo_server, tmp_path / "other") as other:
        other.rate_much()
        other.add()
        first, second = (one.sources.gather("auto", unwatched) for one in (bench, other))
        assert first.ratings.fingerprint() == second.ratings.fingerprint()
        assert first.origins == second.origins
        other.rate([("zoe", "f001", 4)])
        third = other.sources.gather("auto", unwatched)
        assert third.ratings.fingerprint() != first.ratings.fingerprint()


def test_people_are_read_some_at_a_time_each_time_at_a_moment_of_its_own(
    bench: RatingBench, mongo_server: MongoServer, tmp_path: Path
) -> None:
    with mongo_bench(mongo_server, tmp_path / "other") as other:
        for one in (bench, other):
            one.rate_much()
            before = list(everybodys_ratings(one.store, one.taste))
            rows = everybodys_ratings(one.store, one.taste, people=5)
            read = [next(rows)]
            one.rate([("person-00", "f119", 4), ("zoe", "f001", 4)])
            read += rows
            assert read[: len(before)] == before
            assert [(row.user_id, row.stars) for row in read[len(before) :]] == [("zoe", 2.0)]


def test_a_damaged_community_is_refused_by_name(bench: RatingBench) -> None:
    bench.add()
    (arrays,) = bench.folder.glob("*.npz")
    arrays.write_bytes(arrays.read_bytes()[:-100])
    with pytest.raises(DamagedCommunity, match=r"“outside” .*community remove outside"):
        bench.sources.gather("auto", unwatched)


def test_a_row_that_is_no_rating_is_named(bench: RatingBench) -> None:
    class Odd(SqliteTaste):
        """A store in which something wrote what it should not have."""

        def ratings(self, tx: Tx, user_ids: Sequence[str]) -> list[Rating]:
            return [Rating("ada", "f001", float("nan"), 0)]

    bench.rate([("ada", "f001", 4)])
    sources = Sources(bench.store, Odd(), SqliteFilmFeed(), bench.communities)
    with pytest.raises(Conflict, match="User ada, film f001: nan is no rating"):
        sources.gather("own", unwatched)


def test_a_rating_of_tomorrow_is_of_now(bench: RatingBench) -> None:
    bench.rate([("ada", "f000", 8), ("ada", "f001", 6)])
    gathered = bench.sources.gather("own", unwatched)
    first = int(gathered.ratings.at.min())
    later = replace(gathered.ratings, at=np.array([first, 2**40]))
    bounded = until(replace(gathered, ratings=later), first + 5)
    assert bounded.ratings.at.tolist() == [first, first + 5]
    assert until(bounded, first + 5) is bounded


def test_it_may_be_left_off(bench: RatingBench) -> None:
    class Left(Exception):
        pass

    def leave(_done: int, _of: int) -> None:
        raise Left

    bench.rate_much()
    with pytest.raises(Left):
        bench.sources.gather("own", leave)
    with pytest.raises(Left):
        bench.sources.gather("synthetic", leave)


CATALOGUE = [
    film("with-id", title="The Matrix", year=1999, imdb_id="tt0133093", tmdb_id=603),
    film("untold", title="Ossessione", year=1943),
    film("first", title="Solaris", year=1972, imdb_id="tt0069293"),
    film("second", title="Solaris", year=2002, imdb_id="tt0307479"),
    film("twin-a", title="Medea", year=1969),
    film("twin-b", title="Medea", year=1969),
]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (SourceFilm(("Something else",), 1950, "tt0133093"), "with-id"),
        (SourceFilm(("Something else",), 1950, None, 603), "with-id"),
        (SourceFilm(("Ossessione",), 1943, "tt0035160", 29_455), "untold"),
        (SourceFilm(("Obsession", "Ossessione"), 1942), "untold"),
        (SourceFilm(("Solaris",), 1972), "first"),
        (SourceFilm(("Solaris",), 2001), "second"),
        (SourceFilm(("Solaris",), 1985), None),
        (SourceFilm(("Solaris",)), None),
        (SourceFilm(("Medea",), 1969), None),
        (SourceFilm(("The Matrix",), 1999, "tt9999999"), None),
        (SourceFilm(("The Matrix",), 1999, "tt9999999", 603), None),
        (SourceFilm(("Matrix, The",), 1999), "with-id"),
        (SourceFilm(()), None),
    ],
)
def test_a_film_is_matched_for_certain_or_not_at_all(
    told: SourceFilm, expected: str | None
) -> None:
    (at,) = positions_of([told], CATALOGUE)
    assert (CATALOGUE[at].film_id if at >= 0 else None) == expected


def test_two_films_of_the_source_that_are_one_of_ours_leave_the_latest_row() -> None:
    rows = [Rating("a", "x", 2.0, 5), Rating("a", "y", 4.0, 9), Rating("b", "z", 1.0, 1)]
    moved = onto(gather(rows), np.array([1, 1, -1]), ("p", "q"))
    assert (moved.user_ids, moved.film.tolist(), moved.stars.tolist()) == (("a",), [1], [4.0])


def test_ordered_rows_are_those_that_gathering_makes() -> None:
    rows = [Rating(f"u{at % 3}", f"f{at % 5}", 1.0 + at % 4, (at * 7) % 11) for at in range(40)]
    whole = gather(rows)
    users, films = (
        {name: at for at, name in enumerate(ids)} for ids in (whole.user_ids, whole.film_ids)
    )
    raw = replace(
        whole,
        user=np.array([users[row.user_id] for row in rows], dtype=np.int32),
        film=np.array([films[row.film_id] for row in rows], dtype=np.int32),
        stars=np.array([row.stars for row in rows], dtype=np.float32),
        at=np.array([row.at for row in rows], dtype=np.int64),
        liked=np.zeros(len(rows), dtype=np.bool_),
    )
    assert ordered(raw).fingerprint() == whole.fingerprint()


def test_parts_in_whatever_order_come_to_the_same() -> None:
    def part(user_id: str) -> Ratings:
        return gather([Rating(user_id, "x", 2.0, 5), Rating(user_id, "y", 3.0, 6)], ["x", "y"])

    parts = [part("b"), named(part("1"), "set"), part("a")]
    one, other = joined(parts, ("x", "y")), joined(parts[::-1], ("x", "y"))
    assert one.user_ids == ("a", "b", "set:1")
    assert one.fingerprint() == other.fingerprint()
    with pytest.raises(ValueError, match="in two sources"):
        joined([part("a"), part("a")], ("x", "y"))
    assert len(joined([], ("x", "y"))) == 0
