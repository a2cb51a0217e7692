"""What every store of users' films does; SQLite for now. Listings against plain Python."""

import random
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from cinematch.diary.core import Entry
from cinematch.diary.ports import LIBRARY_SORTS, DiaryFilter, LibraryFilter, WatchFilter
from cinematch.diary.sqlite import SqliteEntries, SqliteLibrary
from cinematch.events.core import Watch
from cinematch.films.core.film import Film
from cinematch.films.sqlite import SqliteFilms
from cinematch.infra.sqlite import Database, open_database
from cinematch.stats.core.delta import Delta, contribute
from tests.support.builders import film, person

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
    """A user's films in a real store."""

    def __init__(self, folder: Path) -> None:
        self.store: Database = open_database(folder)
        self.repository, self.library = SqliteEntries(), SqliteLibrary()
        draw = random.Random(11)
        self.entries = [make_entry(n, of, draw) for n, of in enumerate(make_films())]
        self.store.transact(self._fill)

    def _fill(self, tx) -> None:  # type: ignore[no-untyped-def]
        for user in ("ada", "ben"):
            tx.execute(
                "INSERT INTO users (user_id, username, username_key, password_hash, role,"
                " created_at) VALUES (?, ?, ?, '', 'user', '')",
                (user, user, user),
            )
        SqliteFilms().save(tx, make_films())
        for entry in self.entries:
            self.repository.save(tx, entry)
            self.repository.save(tx, replace(entry, user_id="ben"))

    def ids(self, **asked: object) -> list[str]:
        """All films that the filter means, and that its total says so."""
        query = LibraryFilter(limit=200, **asked)  # type: ignore[arg-type]
        page = self.store.snapshot(lambda tx: self.library.film_ids(tx, "ada", query))
        assert page.total == len(page.items)
        return list(page.items)

    def plainly(self, fits: Callable[[Entry], bool]) -> set[str]:
        return {entry.film_id for entry in self.entries if fits(entry)}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    yield shelf
    shelf.store.close()


def test_entries_come_back_as_they_were_saved(shelf: Shelf) -> None:
    ids = [entry.film_id for entry in shelf.entries]
    got = shelf.store.snapshot(lambda tx: shelf.repository.get_many(tx, "ada", ids))
    assert got == {entry.film_id: entry for entry in shelf.entries}
    every = shelf.store.snapshot(lambda tx: list(shelf.repository.of_user(tx, "ada")))
    assert every == sorted(shelf.entries, key=lambda entry: entry.film_id)


def test_users_of_a_film_come_in_order(shelf: Shelf) -> None:
    users = shelf.store.snapshot(lambda tx: shelf.repository.users_with(tx, "f00", "ada", 9))
    assert users == ["ben"]


def test_a_deleted_entry_takes_its_viewings_and_tags_along(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)

    def emptied(tx) -> list[int]:  # type: ignore[no-untyped-def]
        for entry in shelf.entries:
            shelf.repository.delete(tx, "ada", entry.film_id)
        counts = (
            "SELECT count(*) FROM movies WHERE user_id = 'ada'",
            "SELECT count(*) FROM watches WHERE user_id = 'ada'",
            "SELECT count(*) FROM entry_tags WHERE user_id = 'ada'",
        )
        return [tx.execute(count).fetchone()[0] for count in counts]

    assert shelf.store.transact(emptied) == [0, 0, 0]
    shelf.store.close()


def seen_on(entry: Entry, fits: Callable[[str], bool]) -> bool:
    return any(fits(watch.date) for watch in entry.watches)


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
        query = LibraryFilter(sort=sort, limit=7, cursor=cursor)  # type: ignore[arg-type]
        page = shelf.store.snapshot(lambda tx, q=query: shelf.library.film_ids(tx, "ada", q))  # type: ignore[misc]
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
        query = DiaryFilter(sort=sort, limit=7, cursor=cursor)  # type: ignore[arg-type]
        page = shelf.store.snapshot(lambda tx, q=query: shelf.library.watch_ids(tx, "ada", q))  # type: ignore[misc]
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
    tags = dict(shelf.store.snapshot(lambda tx: shelf.library.tags(tx, "ada")))
    assert tags["rain"] == sum("rain" in entry.tags for entry in shelf.entries)


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
