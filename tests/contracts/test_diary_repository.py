"""What every store of users' films does. Listings against plain Python, and store to store."""

import dataclasses
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cinematch.diary.core import Entry
from cinematch.diary.mongo import COLLECTIONS, MongoEntries, MongoLibrary
from cinematch.diary.ports import (
    LIBRARY_SORTS,
    DiaryFilter,
    EntriesRepository,
    LibraryFilter,
    LibraryRepository,
    WatchFilter,
)
from cinematch.diary.sqlite import SqliteEntries, SqliteLibrary
from cinematch.events.core import Person, Watch
from cinematch.films.core.film import Film
from cinematch.films.mongo import COLLECTIONS as OF_FILMS
from cinematch.films.mongo import MongoFilms
from cinematch.films.ports import FilmsRepository
from cinematch.films.sqlite import SqliteFilms
from cinematch.infra.mongo import Collection, MongoStore
from cinematch.infra.ports import Store, Tx
from cinematch.infra.sqlite import open_database
from cinematch.kit.paging import Page
from cinematch.stats.core.delta import Delta, contribute
from tests.support.builders import film, person
from tests.support.mongo import MongoServer, fresh_store

Asked = TypeVar("Asked", LibraryFilter, DiaryFilter)
T = TypeVar("T")
USERS = ("ada", "ben", "cid")
PEOPLE = [person(name) for name in ("Agnès V", "Jacques D", "Chris M", "Alain R")]
DATES = ["", "2023", "2024-05", "2024-05-17", "2024-05-18", "2023-12-31", "2024-02-29"]


def make_films() -> list[Film]:
    draw = random.Random(7)
    return [
        film(
            f"f{n:02}",
            title=draw.choice(["La Pointe", "le bonheur", "Ça va", "Été"]) + f" {n}",
            year=draw.choice([None, 1959, 1960, 1971, 1999]),
            runtime=draw.choice([None, 80, 90, 150]),
            genres=tuple(draw.sample(["Drama", "Comedy", "War"], 2)),
            directors=tuple(draw.sample(PEOPLE, draw.randint(1, 4))),
            cast=tuple(draw.sample(PEOPLE, 4)) + tuple(draw.sample(PEOPLE, 1)),
            countries=(draw.choice(["FR", "IT"]),),
            languages=(draw.choice(["fr", "it"]),),
        )
        for n in range(40)
    ]


def make_entry(n: int, of: Film, draw: random.Random) -> Entry:
    dates = sorted(draw.choices(DATES, k=draw.choice([0, 1, 1, 2, 3])))
    watches = tuple(
        Watch(f"w{n}-{k}", day, draw.random() < 0.2, draw.choice([None, "cinema", "tv"]))
        for k, day in enumerate(dates)
    )
    return Entry(
        user_id="ada",
        film_id=of.film_id,
        facts=of.facts,
        rating=draw.choice([None, 1, 7, 10]) if watches else None,
        liked=draw.random() < 0.3,
        watchlist=not watches,
        tags=tuple(draw.sample(["35 mm", "with Ben", "rain"], draw.randint(0, 2))),
        review=draw.choice([None, "Good."]),
        watches=watches,
        added_at=f"2024-01-{n % 9 + 1:02}",
        version=1,
        seq=n + 1,
        import_id=draw.choice([None, "imp"]),
    )


class Shelf:
    """Two users' films in a real store."""

    def __init__(
        self,
        store: Store,
        films: FilmsRepository,
        repository: EntriesRepository,
        library: LibraryRepository,
    ) -> None:
        self.store, self.films = store, films
        self.repository, self.library = repository, library
        draw = random.Random(11)
        self.entries = [make_entry(n, of, draw) for n, of in enumerate(make_films())]

    def fill(self) -> "Shelf":
        self.store.transact(lambda tx: self.films.save(tx, make_films()))
        for user in ("ada", "ben"):
            self.save([replace(entry, user_id=user) for entry in self.entries])
        return self

    def save(self, entries: list[Entry]) -> None:
        self.store.transact(lambda tx: self.repository.save(tx, *entries))

    def page(self, asked: LibraryFilter) -> Page[str]:
        return self.store.snapshot(lambda tx: self.library.film_ids(tx, "ada", asked))

    def watches(self, asked: DiaryFilter) -> Page[tuple[str, str]]:
        return self.store.snapshot(lambda tx: self.library.watch_ids(tx, "ada", asked))

    def of_user(self, user_id: str) -> list[Entry]:
        return self.store.snapshot(lambda tx: list(self.repository.of_user(tx, user_id)))

    def tags(self, user_id: str) -> list[tuple[str, int]]:
        return self.store.snapshot(lambda tx: self.library.tags(tx, user_id))

    def ids(self, **asked: object) -> list[str]:
        """All films that the filter means, and that its total says so."""
        page = self.page(LibraryFilter(limit=200, **asked))  # type: ignore[arg-type]
        assert page.total == len(page.items)
        return list(page.items)

    def plainly(self, fits: Callable[[Entry], bool]) -> set[str]:
        return {entry.film_id for entry in self.entries if fits(entry)}


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Shelf]:
    with closing(open_database(folder)) as database:
        for user in USERS:
            database.transact(
                lambda tx, user=user: tx.execute(  # type: ignore[misc]
                    "INSERT INTO users (user_id, username, username_key, password_hash, role,"
                    " created_at) VALUES (?, ?, ?, '', 'user', '')",
                    (user, user, user),
                )
            )
        yield Shelf(database, SqliteFilms(), SqliteEntries(), SqliteLibrary())


@contextmanager
def on_mongo(server: MongoServer) -> Iterator[Shelf]:
    with fresh_store(server, (*COLLECTIONS, *OF_FILMS, Collection("users"))) as store:
        store.db.users.insert_many([{"_id": user, "has_data": False} for user in USERS])
        yield Shelf(store, MongoFilms(), MongoEntries(), MongoLibrary())


@contextmanager
def empty_shelf(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[Shelf]:
    one = (
        on_sqlite(folder) if kind == "sqlite" else on_mongo(request.getfixturevalue("mongo_server"))
    )
    with one as shelf:
        yield shelf


@pytest.fixture(scope="module", params=["sqlite", "mongo"])
def shelf(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shelf]:
    with empty_shelf(request.param, request, tmp_path_factory.mktemp("shelf")) as shelf:
        yield shelf.fill()


@pytest.fixture(params=["sqlite", "mongo"])
def own_shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    """A shelf that a test may change."""
    with empty_shelf(request.param, request, tmp_path) as shelf:
        yield shelf.fill()


def test_entries_come_back_as_they_were_saved(shelf: Shelf) -> None:
    ids = [entry.film_id for entry in shelf.entries]
    got = shelf.store.snapshot(lambda tx: shelf.repository.get_many(tx, "ada", ids))
    assert got == {entry.film_id: entry for entry in shelf.entries}
    assert shelf.of_user("ada") == sorted(shelf.entries, key=lambda entry: entry.film_id)


def test_users_of_a_film_come_in_order(shelf: Shelf) -> None:
    users = shelf.store.snapshot(lambda tx: shelf.repository.users_with(tx, "f00", "ada", 9))
    assert users == ["ben"]


def test_a_deleted_entry_takes_its_viewings_and_tags_along(own_shelf: Shelf) -> None:
    def emptied(tx: Tx) -> None:
        for entry in own_shelf.entries:
            own_shelf.repository.delete(tx, "ada", entry.film_id)

    own_shelf.store.transact(emptied)
    assert own_shelf.of_user("ada") == []
    assert own_shelf.watches(DiaryFilter()).total == 0
    assert own_shelf.tags("ada") == []
    assert len(own_shelf.of_user("ben")) == len(own_shelf.entries)
    own_shelf.save(own_shelf.entries)  # nothing beneath is in the way of the same ones anew
    assert len(own_shelf.of_user("ada")) == len(own_shelf.entries)


def test_an_entry_saved_again_is_replaced_whole(own_shelf: Shelf) -> None:
    before = next(entry for entry in own_shelf.entries if len(entry.watches) > 1 and entry.tags)
    after = replace(before, watches=before.watches[1:], tags=("noir",), rating=None, version=2)
    own_shelf.save([after])
    got = own_shelf.store.snapshot(lambda tx: own_shelf.repository.get(tx, "ada", before.film_id))
    assert got == after
    shown = own_shelf.watches(DiaryFilter(film_id=before.film_id))
    assert {watch_id for _, watch_id in shown.items} == {w.watch_id for w in after.watches}
    assert ("noir", 1) in own_shelf.tags("ada")
    assert own_shelf.ids(tag="noir") == [before.film_id]


def test_a_change_that_fails_leaves_the_entry_as_it_was(own_shelf: Shelf) -> None:
    before = own_shelf.entries[0]

    def work(tx: Tx) -> None:
        own_shelf.repository.save(tx, replace(before, liked=not before.liked, version=2))
        own_shelf.repository.delete(tx, "ada", own_shelf.entries[1].film_id)
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        own_shelf.store.transact(work)
    ordered = sorted(own_shelf.entries, key=lambda entry: entry.film_id)
    assert own_shelf.of_user("ada") == ordered


def test_a_word_of_many_films_finds_those_of_the_user(own_shelf: Shelf) -> None:
    many = [film(f"m{n:03}", title=f"Nuit {n}", title_it=f"Notte {n}") for n in range(520)]
    own_shelf.store.transact(lambda tx: own_shelf.films.save(tx, many))
    mine = [replace(own_shelf.entries[0], film_id=f.film_id, facts=f.facts) for f in many[:130]]
    own_shelf.save(mine)
    assert set(own_shelf.ids(q="notte")) == {entry.film_id for entry in mine}
    assert own_shelf.ids(q="nuit notte 129") == ["m129"]
    assert own_shelf.ids(q="notte 519") == []


def test_the_account_knows_from_its_first_film_on_that_it_has_some(
    mongo_server: MongoServer,
) -> None:
    with on_mongo(mongo_server) as shelf:
        assert isinstance(shelf.store, MongoStore)
        shelf.fill()
        found = {user["_id"]: user["has_data"] for user in shelf.store.db.users.find()}
        assert found == {"ada": True, "ben": True, "cid": False}


def seen_on(entry: Entry, fits: Callable[[str], bool]) -> bool:
    return any(fits(watch.date) for watch in entry.watches)


def people_of(entry: Entry) -> set[Person]:
    return {*entry.facts.directors, *entry.facts.cast}


CASES: list[tuple[dict[str, object], Callable[[Entry], bool]]] = [
    ({}, lambda e: True),
    ({"seen": True}, lambda e: e.seen),
    ({"seen": False}, lambda e: not e.seen),
    ({"rated": True}, lambda e: e.rating is not None),
    ({"rated": False, "seen": True}, lambda e: e.seen and e.rating is None),
    ({"watchlist": True}, lambda e: e.watchlist and not e.seen),
    ({"liked": True}, lambda e: e.liked),
    ({"liked": False}, lambda e: not e.liked),
    ({"has_review": True}, lambda e: e.review is not None),
    (
        {"rewatched": True},
        lambda e: len(e.watches) > 1 or any(watch.rewatch for watch in e.watches),
    ),
    ({"tag": "35 mm"}, lambda e: "35 mm" in e.tags),
    ({"rating": 7}, lambda e: e.rating == 7),
    ({"rating_min": 2, "rating_max": 9}, lambda e: e.rating == 7),
    ({"genre": "War"}, lambda e: "War" in e.facts.genres),
    ({"country": "FR"}, lambda e: e.facts.countries == ("FR",)),
    ({"language": "it"}, lambda e: e.facts.languages == ("it",)),
    ({"decade": 1950}, lambda e: e.facts.year == 1959),
    ({"year": 1999}, lambda e: e.facts.year == 1999),
    ({"import_id": "imp"}, lambda e: e.import_id == "imp"),
    ({"q": "bonh"}, lambda e: "bonheur" in e.facts.title),
    ({"q": "ca va"}, lambda e: "Ça va" in e.facts.title),
    ({"q": "jacques ca va"}, lambda e: "Ça va" in e.facts.title and PEOPLE[1] in people_of(e)),
    ({"director": PEOPLE[0].id}, lambda e: PEOPLE[0] in e.facts.directors[:2]),
    ({"actor": PEOPLE[1].id}, lambda e: PEOPLE[1] in e.facts.cast[:5]),
    (
        {"watches": WatchFilter(year="2024")},
        lambda e: seen_on(e, lambda day: day.startswith("2024")),
    ),
    ({"watches": WatchFilter(year="unknown")}, lambda e: seen_on(e, lambda day: day == "")),
    ({"watches": WatchFilter(month=5)}, lambda e: seen_on(e, lambda day: day[5:7] == "05")),
    (
        {"watches": WatchFilter(date_from="2024-05-01", date_to="2024-05-17")},
        lambda e: seen_on(e, lambda day: day == "2024-05-17"),
    ),
    (
        {"watches": WatchFilter(weekday=5)},
        lambda e: seen_on(
            e, lambda day: len(day) == 10 and date.fromisoformat(day).isoweekday() == 5
        ),
    ),
    (
        {"watches": WatchFilter(year="2024", context="cinema")},
        lambda e: any(w.date[:4] == "2024" and w.context == "cinema" for w in e.watches),
    ),
]


@pytest.mark.parametrize(("asked", "fits"), CASES, ids=[str(asked) for asked, _ in CASES])
def test_a_filter_means_what_it_says(
    shelf: Shelf, asked: dict[str, object], fits: Callable[[Entry], bool]
) -> None:
    expected = shelf.plainly(fits)
    assert expected
    assert set(shelf.ids(**asked)) == expected


@pytest.mark.parametrize("sort", LIBRARY_SORTS)
def test_pages_put_together_are_the_whole_in_order(shelf: Shelf, sort: str) -> None:
    pages: list[str] = []
    cursor = None
    while True:
        page = shelf.page(LibraryFilter(sort=sort, limit=7, cursor=cursor))  # type: ignore[arg-type]
        pages += page.items
        cursor = page.next
        if cursor is None:
            break
    assert len(pages) == len(set(pages)) == len(shelf.entries)
    by_id = {entry.film_id: entry for entry in shelf.entries}
    values = [_key(by_id[film_id], sort.lstrip("-")) for film_id in pages]
    known = [value for value in values if value is not None]
    assert values[len(known) :] == [None] * (len(values) - len(known))
    assert known == sorted(known, reverse=sort.startswith("-"))  # type: ignore[type-var]


def _key(entry: Entry, sort: str) -> object:
    return {
        "watched": entry.last_watched,
        "added": entry.added_at,
        "rating": entry.rating,
        "title": entry.facts.title.lower().replace("Ç", "ç"),
        "year": entry.facts.year,
        "runtime": entry.facts.runtime,
    }[sort]


@pytest.mark.parametrize("sort", ["-date", "date"])
def test_the_diary_has_every_viewing_undated_ones_last(shelf: Shelf, sort: str) -> None:
    dates = {w.watch_id: w.date for entry in shelf.entries for w in entry.watches}
    seen: list[str] = []
    cursor = None
    while True:
        page = shelf.watches(DiaryFilter(sort=sort, limit=7, cursor=cursor))  # type: ignore[arg-type]
        assert page.total == len(dates)
        seen += [watch_id for _, watch_id in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert sorted(seen) == sorted(dates)
    days = [dates[watch_id] for watch_id in seen]
    known = [day for day in days if day]
    assert days == sorted(known, reverse=sort == "-date") + [""] * (len(days) - len(known))


def test_tags_are_counted(shelf: Shelf) -> None:
    counted = Counter(tag for entry in shelf.entries for tag in entry.tags)
    assert shelf.tags("ada") == sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def test_every_figure_opens_exactly_the_films_behind_it(shelf: Shelf) -> None:
    figures = Delta()
    for entry in shelf.entries:
        contribute(figures, entry.image, 1)
    assert len(shelf.ids(seen=True)) == figures.scalars["total_watched"]
    assert len(shelf.ids(watchlist=True)) == figures.scalars["watchlist"]
    for (kind, key), (count, rated, _) in figures.affinities.items():
        value: object = int(key) if kind == "decade" else key
        assert len(shelf.ids(seen=True, **{kind: value})) == count, (kind, key)
        assert len(shelf.ids(seen=True, rated=True, **{kind: value})) == rated, (kind, key)
    for (kind, key), count in figures.counters.items():
        if kind == "rating":
            assert len(shelf.ids(rating=int(key))) == count


def maybe(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Most conditions of a drawn filter are not set, or nothing would ever fit."""
    return st.one_of(st.none(), st.none(), st.none(), values)


flags = maybe(st.booleans())
watch_filters = st.builds(
    WatchFilter,
    year=maybe(st.sampled_from(["2023", "2024", "unknown"])),
    month=maybe(st.sampled_from([2, 5, 12])),
    date_from=maybe(st.sampled_from(["2024-02-29", "2024-05-18"])),
    date_to=maybe(st.sampled_from(["2023-12-31", "2024-05-17"])),
    weekday=maybe(st.integers(1, 7)),
    context=maybe(st.sampled_from(["cinema", "tv"])),
)
library_filters = st.builds(
    LibraryFilter,
    q=st.sampled_from(
        ["", "", "", "bonh", "la p", "ca va", "ete", "ete 1", "agnes", "jacques d 2"]
    ),
    seen=flags,
    rated=flags,
    watchlist=flags,
    liked=flags,
    rewatched=flags,
    has_review=flags,
    tag=maybe(st.sampled_from(["35 mm", "rain", "35"])),
    rating=maybe(st.sampled_from([1, 7])),
    rating_min=maybe(st.sampled_from([1, 7])),
    rating_max=maybe(st.sampled_from([1, 7])),
    genre=maybe(st.sampled_from(["Drama", "War"])),
    director=maybe(st.sampled_from([one.id for one in PEOPLE])),
    actor=maybe(st.sampled_from([one.id for one in PEOPLE])),
    country=maybe(st.sampled_from(["FR", "IT"])),
    language=maybe(st.sampled_from(["fr", "it"])),
    decade=maybe(st.sampled_from([1950, 1990])),
    year=maybe(st.sampled_from([1959, 1999])),
    import_id=maybe(st.just("imp")),
    watches=st.one_of(st.just(WatchFilter()), st.just(WatchFilter()), watch_filters),
    sort=st.sampled_from(LIBRARY_SORTS),
    limit=st.integers(4, 25),
)
diary_filters = st.builds(
    DiaryFilter,
    year=maybe(st.sampled_from(["2023", "2024", "unknown"])),
    month=maybe(st.sampled_from([2, 5, 12])),
    film_id=maybe(st.sampled_from(["f00", "f01"])),
    sort=st.sampled_from(["-date", "date"]),
    limit=st.integers(4, 25),
)


@pytest.mark.timeout(300)
def test_both_stores_give_the_same_pages(mongo_server: MongoServer, tmp_path: Path) -> None:
    """Whatever the entries and the filter: page by page, with the same totals."""
    with on_sqlite(tmp_path) as ours, on_mongo(mongo_server) as theirs:
        for shelf in (ours, theirs):
            shelf.fill()
        versions = [1]

        @settings(max_examples=15)
        @given(st.randoms(use_true_random=False), library_filters, diary_filters)
        def same(draw: random.Random, library: LibraryFilter, diary: DiaryFilter) -> None:
            versions[0] += 1
            films = draw.sample(list(enumerate(make_films())), 8)
            drawn = [replace(make_entry(n, of, draw), version=versions[0]) for n, of in films]
            for shelf in (ours, theirs):
                shelf.save(drawn)
            assert pages(ours.page, library) == pages(theirs.page, library)
            assert pages(ours.watches, diary) == pages(theirs.watches, diary)
            assert ours.tags("ada") == theirs.tags("ada")

        same()
        assert ours.of_user("ada") == theirs.of_user("ada")


def pages(page: Callable[[Asked], Page[T]], asked: Asked) -> list[tuple[int, list[T]]]:
    """Return the total and the items of each page, up to the last."""
    found = []
    cursor: str | None = ""
    while cursor is not None:
        one = page(dataclasses.replace(asked, cursor=cursor))
        found.append((one.total, list(one.items)))
        cursor = one.next
    return found
