"""What every store of lists does (`lists.ports.ListsRepository`)."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from msgspec.structs import replace

from cinematch.accounts.core import Account
from cinematch.accounts.mongo import COLLECTIONS as ACCOUNTS
from cinematch.accounts.mongo import MongoAccounts
from cinematch.accounts.ports import AccountsRepository
from cinematch.accounts.sqlite import SqliteAccounts
from cinematch.films.sqlite import SqliteFilms
from cinematch.infra.ports import Store, Tx
from cinematch.infra.sqlite import open_database
from cinematch.lists.core import FilmList, Item
from cinematch.lists.mongo import COLLECTIONS, MongoLists
from cinematch.lists.ports import ListsRepository
from cinematch.lists.sqlite import SqliteLists
from tests.support.builders import film
from tests.support.mongo import fresh_store

T = TypeVar("T")
EARLY, LATER = "2026-03-01T10:00:00.000000Z", "2026-03-02T10:00:00.000000Z"
FILMS = ("ran", "ikiru", "yojimbo", "kagemusha")
RAINY = FilmList(
    list_id="rainy", user_id="ada", name="Rainy", created_at=EARLY, updated_at=EARLY, import_id="i"
)


class House:
    """A store, two accounts and some films in it, and the repository of lists."""

    def __init__(self, store: Store, lists: ListsRepository, accounts: AccountsRepository) -> None:
        self.store = store
        self.lists = lists
        self.accounts = accounts
        for name in ("ada", "ben"):
            account = Account(name, name, "", "user", EARLY)
            self.write(lambda tx, a=account: accounts.add(tx, a, a.user_id))  # type: ignore[misc]

    def write(self, work: Callable[[Tx], T]) -> T:
        return self.store.transact(work)

    def save(self, *lists: FilmList) -> None:
        for one in lists:
            self.write(lambda tx, one=one: self.lists.save(tx, one))  # type: ignore[misc]

    def fill(self, list_id: str, *items: Item) -> None:
        self.write(lambda tx: self.lists.save_items(tx, list_id, items))

    def get(self, list_id: str) -> FilmList | None:
        return self.store.snapshot(lambda tx: self.lists.get(tx, list_id))

    def items(self, list_id: str) -> list[Item]:
        return self.store.snapshot(lambda tx: self.lists.items(tx, list_id))


@pytest.fixture(params=["sqlite", "mongo"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    if request.param == "mongo":
        server = request.getfixturevalue("mongo_server")
        with fresh_store(server, [*ACCOUNTS, *COLLECTIONS]) as store:
            yield House(store, MongoLists(), MongoAccounts(hanging=["lists"]))
        return
    database = open_database(tmp_path)
    database.transact(lambda tx: SqliteFilms().save(tx, [film(key) for key in FILMS]))
    yield House(database, SqliteLists(), SqliteAccounts())
    database.close()


def test_a_list_is_read_as_it_was_saved(house: House) -> None:
    house.save(RAINY)
    assert house.get("rainy") == RAINY
    assert house.get("none") is None
    assert house.items("rainy") == house.items("none") == []


def test_saving_again_changes_what_it_says_and_neither_owner_nor_items(house: House) -> None:
    house.save(RAINY)
    house.fill("rainy", Item("ran", "first"), Item("ikiru"))
    changed = replace(RAINY, name="Sunny ☀", description="d", version=2, updated_at=LATER)
    house.save(replace(changed, created_at=LATER, import_id=None))
    assert house.get("rainy") == replace(changed, count=2)
    assert house.items("rainy") == [Item("ran", "first"), Item("ikiru")]


def test_items_are_replaced_and_keep_their_order(house: House) -> None:
    house.save(RAINY)
    house.fill("rainy", *[Item(key) for key in FILMS])
    house.fill("rainy", Item("yojimbo", "più 🎬"), Item("ran"))
    assert house.items("rainy") == [Item("yojimbo", "più 🎬"), Item("ran")]
    house.fill("rainy")
    assert house.get("rainy") == RAINY


def test_lists_of_somebody_are_the_latest_changed_first(house: House) -> None:
    late = replace(RAINY, list_id="late", updated_at=LATER)
    other = replace(RAINY, list_id="other", user_id="ben", updated_at=LATER)
    same = replace(RAINY, list_id="a")
    house.save(RAINY, late, other, same)
    house.fill("late", Item("ran"))
    found = house.store.snapshot(lambda tx: house.lists.of_user(tx, "ada"))
    assert found == [replace(late, count=1), same, RAINY]


def test_first_films_are_so_many_of_each_list(house: House) -> None:
    house.save(*[replace(RAINY, list_id=name) for name in ("a", "b", "empty", "unasked")])
    house.fill("a", *[Item(key) for key in FILMS])
    house.fill("b", Item("ikiru"))
    house.fill("unasked", Item("ikiru"))
    found = house.store.snapshot(lambda tx: house.lists.first_films(tx, ["a", "b", "empty"], 3))
    assert found == {"a": ["ran", "ikiru", "yojimbo"], "b": ["ikiru"]}
    assert house.store.snapshot(lambda tx: house.lists.first_films(tx, [], 3)) == {}


def test_a_list_goes_with_its_items_and_alone(house: House) -> None:
    house.save(RAINY, replace(RAINY, list_id="stays"))
    house.fill("rainy", Item("ran"))
    house.fill("stays", Item("ran"))
    house.write(lambda tx: house.lists.delete(tx, "rainy"))
    assert (house.get("rainy"), house.items("rainy")) == (None, [])
    assert house.items("stays") == [Item("ran")]


def test_lists_go_with_their_account(house: House) -> None:
    house.save(RAINY, replace(RAINY, list_id="stays", user_id="ben"))
    house.write(lambda tx: house.accounts.delete(tx, "ada"))
    assert house.get("rainy") is None
    assert house.get("stays") is not None


def test_a_failure_in_the_middle_leaves_the_list_as_it_was(house: House) -> None:
    house.save(RAINY)
    house.fill("rainy", Item("ran"))

    def work(tx: Tx) -> None:
        house.lists.save_items(tx, "rainy", [Item("ikiru")])
        house.lists.save(tx, replace(RAINY, name="Half"))
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        house.write(work)
    assert house.items("rainy") == [Item("ran")]
    assert house.get("rainy") == replace(RAINY, count=1)
