"""The contract of `recommender.ports.TasteRepository`, run over every store."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import pytest
from msgspec.structs import replace

from cinematch.accounts.core import Account
from cinematch.accounts.mongo import COLLECTIONS as ACCOUNTS
from cinematch.accounts.mongo import MongoAccounts
from cinematch.accounts.ports import AccountsRepository
from cinematch.accounts.sqlite import SqliteAccounts
from cinematch.bootstrap.cluster import _HANGING
from cinematch.bootstrap.moving import collections
from cinematch.diary.core import Entry
from cinematch.diary.mongo import MongoEntries
from cinematch.diary.ports import EntriesRepository
from cinematch.diary.sqlite import SqliteEntries
from cinematch.events.core import Watch
from cinematch.films.core.film import Film
from cinematch.films.mongo import MongoFilms
from cinematch.films.ports import FilmsRepository
from cinematch.films.sqlite import SqliteFilms
from cinematch.infra.ports import Store, Tx
from cinematch.infra.sqlite import open_database
from cinematch.kit.errors import NotFound
from cinematch.recommender.core.ratings import Rating
from cinematch.recommender.core.records import Evidence, Mark, Preferences, Shown
from cinematch.recommender.mongo import MongoTaste
from cinematch.recommender.ports import FilmCounts, TasteRepository
from cinematch.recommender.sqlite import SqliteTaste
from tests.support.builders import film
from tests.support.mongo import fresh_store

T = TypeVar("T")
EARLY, LATER = "2026-03-01T10:00:00.000000Z", "2026-03-02T10:00:00.500000Z"
USERS = ("ada", "ben", "cleo", "dora", "emil", "fay")
FILMS = ("ran", "ikiru", "yojimbo", "kagemusha")
OWN = "holidays"
KNOBS = Preferences(
    popularity=-0.5, variety=1.0, genres=("War",), max_minutes=90, together=True, country="IT"
)
SUGGESTED = Shown("ran", EARLY, 1, 3, 4.0, 3.25, 4.75, "m1")


class House:
    """A store with six accounts, four films and one of Ada's own."""

    def __init__(
        self,
        store: Store,
        taste: TasteRepository,
        accounts: AccountsRepository,
        films: FilmsRepository,
        entries: EntriesRepository,
    ) -> None:
        self.store = store
        self.taste = taste
        self.accounts = accounts
        self.films = films
        self.entries = entries
        for name in USERS:
            account = Account(name, name.title(), "", "user", EARLY)
            self.write(lambda tx, a=account: accounts.add(tx, a, a.user_id))  # type: ignore[misc]
        self.catalogue(*[film(key, updated_at=EARLY) for key in FILMS])
        self.catalogue(film(OWN, owner_user_id="ada"))

    def write(self, work: Callable[[Tx], T]) -> T:
        return self.store.transact(work)

    def read(self, work: Callable[[Tx], T]) -> T:
        return self.store.snapshot(work)

    def catalogue(self, *films: Film) -> None:
        self.write(lambda tx: self.films.save(tx, films))

    def keep(self, *entries: Entry) -> None:
        self.write(lambda tx: self.entries.save(tx, *entries))

    def see(self, user_id: str, *film_ids: str) -> None:
        self.keep(*[entry(user_id, film_id) for film_id in film_ids])

    def mark(self, user_id: str, mark: Mark) -> None:
        self.write(lambda tx: self.taste.save_mark(tx, user_id, mark))

    def marks(self, user_id: str) -> list[Mark]:
        return self.read(lambda tx: self.taste.marks(tx, user_id))

    def turn(self, user_id: str, knobs: Preferences) -> None:
        self.write(lambda tx: self.taste.save_preferences(tx, user_id, knobs))

    def knobs(self, user_id: str) -> Preferences | None:
        return self.read(lambda tx: self.taste.preferences(tx, user_id))

    def show(self, user_id: str, *shown: Shown) -> None:
        self.write(lambda tx: self.taste.save_shown(tx, user_id, shown))

    def shown(self, user_id: str) -> dict[str, Shown]:
        return self.read(lambda tx: self.taste.shown(tx, user_id))

    def stamp(self) -> str:
        return self.read(self.taste.catalogue_stamp)

    def fill(self, table: str, rows: Sequence[dict[str, Any]], key: Callable[[Any], str]) -> None:
        """Put rows of figures in, as the room of statistics keeps them."""

        def work(tx: Tx) -> None:
            if hasattr(tx, "db"):
                documents = [{"_id": key(row), **row} for row in rows]
                tx.db[table].insert_many(documents, session=tx.session)
                return
            names = list(rows[0])
            tx.executemany(
                f"INSERT INTO {table} ({', '.join(names)})"  # noqa: S608
                f" VALUES ({', '.join('?' * len(names))})",
                [tuple(row.values()) for row in rows],
            )

        self.write(work)


@pytest.fixture(params=["sqlite", "mongo"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    if request.param == "mongo":
        wanted = {
            "movies", "movies_catalog", "film_words", "film_stats", "trend_days", "lists",
            "import_choices", "taste_marks", "taste_preferences", "suggestions_shown",
        }  # fmt: skip
        needed = [one for one in collections() if one.name in wanted]
        with fresh_store(request.getfixturevalue("mongo_server"), [*ACCOUNTS, *needed]) as store:
            accounts = MongoAccounts(hanging=_HANGING)
            yield House(store, MongoTaste(), accounts, MongoFilms(), MongoEntries())
        return
    database = open_database(tmp_path)
    yield House(database, SqliteTaste(), SqliteAccounts(), SqliteFilms(), SqliteEntries())
    database.close()


def entry(user_id: str, film_id: str, **known: Any) -> Entry:
    """Return an entry of a film seen once, but for what is `known`."""
    usual = {"watches": (Watch("w", "2026-02-01"),), "added_at": EARLY, "updated_at": EARLY}
    return Entry(
        user_id=user_id, film_id=film_id, facts=film(film_id).facts, seq=1, **{**usual, **known}
    )


def test_evidence_tells_of_each_film_what_its_owner_told(house: House) -> None:
    house.keep(
        entry("ada", "ran", rating=9, rated_at=LATER, liked=True),
        entry("ada", "ikiru"),
        entry("ada", "yojimbo", watches=(), watchlist=True),
        entry("ada", OWN, rating=1, rated_at=EARLY),
        entry("ben", "ran"),
    )
    assert house.read(lambda tx: house.taste.evidence(tx, "ada")) == [
        Evidence(OWN, 1, False, True, EARLY),
        Evidence("ikiru", None, False, True, None),
        Evidence("ran", 9, True, True, LATER),
        Evidence("yojimbo", None, False, False, None, watchlist=True),
    ]
    assert house.read(lambda tx: house.taste.evidence(tx, "cleo")) == []


def test_ratings_are_what_everybody_has_seen_of_the_catalogue(house: House) -> None:
    house.keep(
        entry("ben", "ran", rating=9, rated_at=LATER, liked=True),
        entry("ada", "ikiru", rating=1, rated_at="2026-03-01T11:00:00+01:00"),
        entry("ada", "yojimbo"),
        entry("ada", OWN, rating=10, rated_at=EARLY),
        entry("cleo", "ran", watches=(), watchlist=True),
    )
    at = 1772359200
    adas = [Rating("ada", "ikiru", 0.5, at), Rating("ada", "yojimbo", None, at)]
    bens = [Rating("ben", "ran", 4.5, at + 24 * 3600, liked=True)]

    def ratings(*user_ids: str) -> list[Rating]:
        return house.read(lambda tx: house.taste.ratings(tx, user_ids))

    assert ratings("ada", "ben", "cleo") == [*adas, *bens]
    assert ratings("ben", "nobody") == bens
    assert ratings("ada") == adas
    assert ratings("cleo") == []


def test_what_came_since_an_instant_is_the_latest_of_it(house: House) -> None:
    house.keep(
        entry("ada", "ran", rating=9, rated_at="2010-01-01T00:00:00.000000Z", updated_at=LATER),
        entry("ada", "ikiru", rating=2, rated_at=LATER, updated_at=EARLY),
        entry("ada", OWN, rating=10, updated_at=LATER),
        entry("ben", "ran", watches=(), watchlist=True, updated_at=LATER),
        entry("ben", "ikiru", updated_at="2026-03-03T10:00:00.000000Z"),
    )
    imported = Rating("ada", "ran", 4.5, 1_262_304_000)
    seen = Rating("ben", "ikiru", None, 1_772_359_200)

    def came(since: str, most: int) -> list[Rating]:
        return house.read(lambda tx: house.taste.came_since(tx, since, most))

    assert came(EARLY, 10) == [seen, imported]
    assert came(EARLY, 1) == [seen]
    assert came("2026-03-03T10:00:00.000000Z", 10) == []


def test_people_are_turned_over_page_by_page(house: House) -> None:
    def people(after: str, limit: int) -> list[str]:
        return house.read(lambda tx: house.taste.people(tx, after, limit))

    everybody = people("", 100)
    assert everybody == sorted(everybody)
    assert {"ada", "ben", "cleo"} <= set(everybody)
    assert people("", 2) == everybody[:2]
    assert people(everybody[1], 100) == everybody[2:]
    assert people(everybody[-1], 100) == []


def test_marks_are_kept_once_each_and_the_latest_come_first(house: House) -> None:
    muted, unwanted = Mark("ran", "muted", EARLY), Mark("ran", "not interested", LATER)
    house.mark("ada", muted)
    house.mark("ada", unwanted)
    house.mark("ben", muted)
    assert house.marks("ada") == [unwanted, muted]
    again = Mark("ran", "muted", LATER)
    house.mark("ada", again)
    assert house.marks("ada") == [again, unwanted]
    remove = house.taste.remove_mark
    assert house.write(lambda tx: remove(tx, "ada", "ran", "muted"))
    assert not house.write(lambda tx: remove(tx, "ada", "ran", "muted"))
    assert house.marks("ada") == [unwanted]
    assert house.marks("ben") == [muted]


def test_knobs_stay_as_they_were_turned_last(house: House) -> None:
    assert house.knobs("ada") is None
    house.turn("ada", KNOBS)
    assert house.knobs("ada") == KNOBS
    house.turn("ada", Preferences())
    assert house.knobs("ada") == Preferences()
    assert house.knobs("ben") is None


def test_what_was_shown_is_replaced_and_unknown_films_are_passed_over(house: House) -> None:
    house.show("ada", SUGGESTED, replace(SUGGESTED, film_id="gone"))
    house.show("ben", SUGGESTED)
    later = replace(SUGGESTED, at=LATER, times=2, place=1, predicted=4.5, model="none")
    other = replace(SUGGESTED, film_id="ikiru")
    house.show("ada", later, other)
    assert house.shown("ada") == {"ikiru": other, "ran": later}
    assert house.shown("ben") == {"ran": SUGGESTED}
    house.show("ada")
    assert house.shown("cleo") == {}


def test_what_was_shown_long_ago_goes_unless_it_was_rated(house: House) -> None:
    house.keep(entry("ada", "ran", rating=9), entry("ada", "ikiru"))
    for film_id in ("ran", "ikiru", "yojimbo"):
        house.show("ada", replace(SUGGESTED, film_id=film_id))
    house.show("ada", replace(SUGGESTED, film_id="kagemusha", at=LATER))
    house.show("ben", SUGGESTED)
    assert house.write(lambda tx: house.taste.prune_shown(tx, LATER)) == 3
    assert list(house.shown("ada")) == ["kagemusha", "ran"]
    assert house.shown("ben") == {}
    assert house.write(lambda tx: house.taste.prune_shown(tx, LATER)) == 0


def test_companions_are_those_who_allow_it_and_may_sign_in(house: House) -> None:
    for name in ("dora", "ada", "cleo"):
        house.turn(name, KNOBS)
    house.turn("ben", Preferences())
    gone = Account("cleo", "Cleo", "", "user", EARLY, disabled=True)
    house.write(lambda tx: house.accounts.save(tx, gone))
    assert house.read(house.taste.companions) == [("ada", "Ada"), ("dora", "Dora")]


def test_peers_are_counted_together_from_five_on(house: House) -> None:
    told = Preferences(age_band="25-34", country="IT")
    for name in USERS[:4]:
        house.turn(name, told)
        house.see(name, "ran")
    house.turn("emil", replace(told, country="FR"))
    house.see("emil", "ikiru")
    house.see("ada", OWN)
    house.see("fay", "ran")
    peers = house.taste.peers
    assert house.read(lambda tx: peers(tx, "25-34", "IT")) == {}
    assert house.read(lambda tx: peers(tx, "25-34", None)) == {"ran": 4, "ikiru": 1}
    assert house.read(lambda tx: peers(tx, None, "IT")) == {}
    house.turn("fay", replace(told, age_band="35-44"))
    assert house.read(lambda tx: peers(tx, None, "IT")) == {"ran": 5}
    assert house.read(lambda tx: peers(tx, "65 and over", None)) == {}


def test_figures_of_films_are_those_of_the_statistics(house: House) -> None:
    sums = ("watched", "rated", "sum_half_stars", "liked")
    given = {"ran": (3, 2, 17, 1), "ikiru": (0, 0, 0, 0), OWN: (1, 0, 0, 0)}
    rows = [{"film_id": key, **dict(zip(sums, given[key], strict=True))} for key in given]
    house.fill("film_stats", rows, lambda row: row["film_id"])
    counts = {"ran": FilmCounts(3, 2, 17), OWN: FilmCounts(1, 0, 0)}
    assert house.read(house.taste.film_counts) == counts
    assert house.read(lambda tx: house.taste.peers(tx, None, None)) == {"ran": 3}
    for name in USERS[:2]:
        house.write(lambda tx, one=name: house.accounts.delete(tx, one))  # type: ignore[misc]
    assert house.read(lambda tx: house.taste.peers(tx, None, None)) == {}


def test_viewings_are_added_up_over_the_days_that_are_asked_for(house: House) -> None:
    given = [
        ("2026-02-28", "film", "ran", 9),
        ("2026-03-01", "film", "ran", 1),
        ("2026-03-01", "genre", "Drama", 7),
        ("2026-03-02", "film", "ikiru", 1),
        ("2026-03-03", "film", "ran", 2),
        ("2026-03-03", "film", "ikiru", -1),
        ("2026-03-04", "film", "ran", 9),
    ]
    rows = [dict(zip(("day", "kind", "key", "value"), one, strict=True)) for one in given]
    house.fill("trend_days", rows, lambda row: f"{row['day']}/{row['kind']}/{row['key']}")
    viewings = house.taste.viewings
    assert house.read(lambda tx: viewings(tx, "2026-03-01", "2026-03-03")) == {"ran": 3}
    assert house.read(lambda tx: viewings(tx, "2026-03-05", "2026-03-09")) == {}


def test_the_stamp_changes_with_the_catalogue_and_with_nothing_else(house: House) -> None:
    stamps = [house.stamp()]
    house.catalogue(film("harakiri", updated_at=EARLY))
    stamps.append(house.stamp())
    house.catalogue(film("harakiri", runtime=133, version=2, updated_at=EARLY))
    stamps.append(house.stamp())
    house.catalogue(film("harakiri", runtime=134, version=2, updated_at=LATER))
    stamps.append(house.stamp())
    assert len(set(stamps)) == 4
    house.catalogue(film("mine", owner_user_id="ben", updated_at=LATER))
    house.see("ada", "ran")
    assert house.stamp() == stamps[-1]


def test_everything_of_an_account_goes_with_it(house: House) -> None:
    for name in ("ada", "ben"):
        house.mark(name, Mark("ran", "muted", EARLY))
        house.turn(name, KNOBS)
        house.show(name, SUGGESTED)
    house.write(lambda tx: house.accounts.delete(tx, "ada"))
    assert (house.marks("ada"), house.knobs("ada"), house.shown("ada")) == ([], None, {})
    assert (house.marks("ben"), house.knobs("ben")) == ([Mark("ran", "muted", EARLY)], KNOBS)
    assert house.shown("ben") == {"ran": SUGGESTED}


def test_what_was_told_of_a_film_of_ones_own_goes_with_the_film(house: House) -> None:
    house.mark("ada", Mark(OWN, "muted", EARLY))
    house.mark("ada", Mark("ran", "muted", EARLY))
    house.show("ada", replace(SUGGESTED, film_id=OWN))
    house.write(lambda tx: house.films.replace_by(tx, OWN, "ran"))
    assert house.marks("ada") == [Mark("ran", "muted", EARLY)]
    assert house.shown("ada") == {}


@pytest.mark.parametrize("what", ["mark", "turn", "show"])
def test_an_account_that_goes_meanwhile_leaves_nothing_behind(house: House, what: str) -> None:
    written = threading.Event()

    def erase() -> None:
        written.wait(30)
        house.write(lambda tx: house.accounts.delete(tx, "ada"))

    def work(tx: Tx) -> None:
        if what == "mark":
            house.taste.save_mark(tx, "ada", Mark("ran", "muted", EARLY))
        elif what == "turn":
            house.taste.save_preferences(tx, "ada", KNOBS)
        else:
            house.taste.save_shown(tx, "ada", [SUGGESTED])
        written.set()
        erasing.join(0.3)  # the other has its chance to run into ours

    erasing = threading.Thread(target=erase)
    erasing.start()
    with suppress(NotFound):  # it went first
        house.write(work)
    erasing.join(60)
    assert not erasing.is_alive()
    assert (house.marks("ada"), house.knobs("ada"), house.shown("ada")) == ([], None, {})
