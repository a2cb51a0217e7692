"""What every store must do for accounts (`accounts.ports.AccountsRepository`)."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from cinematch.accounts.core import Account, ApiToken, Role, Session
from cinematch.accounts.mongo import COLLECTIONS, MongoAccounts
from cinematch.accounts.ports import AccountsRepository
from cinematch.accounts.sqlite import SqliteAccounts
from cinematch.infra.mongo import Collection
from cinematch.infra.ports import Store, Tx
from cinematch.infra.sqlite import open_database
from cinematch.kit.errors import NotFound
from tests.support.mongo import MongoServer, fresh_store

T = TypeVar("T")
EARLY, LATER, LATEST = (f"2026-03-0{day}T10:00:00.000000Z" for day in (1, 2, 3))


class House:
    """A store and its repository."""

    def __init__(self, store: Store, accounts: AccountsRepository) -> None:
        self.store = store
        self.accounts = accounts

    def write(self, work: Callable[[Tx], T]) -> T:
        return self.store.transact(work)

    def read(self, work: Callable[[Tx], T]) -> T:
        return self.store.snapshot(work)

    def add(self, name: str, role: Role = "user", created_at: str = EARLY) -> Account:
        account = Account(f"id-{name}", name, f"hash-{name}", role, created_at)
        assert self.write(lambda tx: self.accounts.add(tx, account, name.casefold()))
        return account


@pytest.fixture(params=["sqlite", "mongo"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    if request.param == "mongo":
        with fresh_store(request.getfixturevalue("mongo_server"), COLLECTIONS) as store:
            yield House(store, MongoAccounts())
        return
    database = open_database(tmp_path)
    yield House(database, SqliteAccounts())
    database.close()


def test_an_account_is_found_by_id_and_by_key_as_it_was_added(house: House) -> None:
    added = house.add("Agnès")
    assert house.read(lambda tx: house.accounts.get(tx, added.user_id)) == added
    assert house.read(lambda tx: house.accounts.by_key(tx, "agnès")) == added
    assert house.read(lambda tx: house.accounts.get(tx, "id-nobody")) is None
    assert house.read(lambda tx: house.accounts.by_key(tx, "nobody")) is None


def test_a_taken_key_is_refused_and_the_first_account_stays(house: House) -> None:
    first = house.add("agnès")
    second = replace(first, user_id="id-2", username="AGNÈS")
    assert not house.write(lambda tx: house.accounts.add(tx, second, "agnès"))
    assert house.read(lambda tx: house.accounts.by_key(tx, "agnès")) == first


def test_of_many_who_take_one_key_at_once_one_gets_it(house: House) -> None:
    taken: list[bool] = []

    def take(number: int) -> None:
        account = Account(f"id-{number}", "agnès", "hash", "user", EARLY)
        taken.append(house.write(lambda tx: house.accounts.add(tx, account, "agnès")))

    threads = [threading.Thread(target=take, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 11 + [True]


def test_saving_keeps_password_role_settings_and_access_but_not_the_name(house: House) -> None:
    account = house.add("agnès")
    changed = replace(
        account,
        password_hash="new",
        role="administrator",
        disabled=True,
        settings={"theme": "dark", "words": "più 🎬"},
    )
    house.write(lambda tx: house.accounts.save(tx, replace(changed, username="other")))
    assert house.read(lambda tx: house.accounts.get(tx, account.user_id)) == changed


def test_counts_leave_disabled_administrators_out(house: House) -> None:
    assert house.read(house.accounts.counts) == (0, 0)
    house.add("agnès", "administrator")
    shut = house.add("jean", "administrator")
    house.add("éric")
    house.write(lambda tx: house.accounts.save(tx, replace(shut, disabled=True)))
    assert house.read(house.accounts.counts) == (3, 1)


def test_accounts_are_listed_oldest_first_page_by_page(house: House) -> None:
    house.add("c", created_at=LATER)
    house.add("b", created_at=EARLY)
    house.add("a", created_at=EARLY)
    house.add("d", created_at=LATEST)
    assert house.read(house.accounts.ids) == ["id-a", "id-b", "id-c", "id-d"]
    first = house.read(lambda tx: house.accounts.page(tx, 2, None))
    rest = house.read(lambda tx: house.accounts.page(tx, 9, (EARLY, "id-b")))
    assert [account.username for account in first] == ["a", "b"]
    assert [account.username for account in rest] == ["c", "d"]


def _session(account: Account, name: str, expires_at: str = LATEST) -> Session:
    return Session(name, account.user_id, f"hash-{name}", EARLY, EARLY, expires_at)


def test_a_session_comes_with_its_account_and_keeps_what_is_saved(house: House) -> None:
    account = house.add("agnès")
    session = _session(account, "s1")
    house.write(lambda tx: house.accounts.add_session(tx, session))
    assert house.read(lambda tx: house.accounts.session(tx, "s1")) == (session, account)
    renewed = replace(
        session, refresh_hash="b", previous_hash="a", used_at=LATER, expires_at=LATEST
    )
    house.write(lambda tx: house.accounts.save_session(tx, renewed))
    assert house.read(lambda tx: house.accounts.session(tx, "s1")) == (renewed, account)
    house.write(lambda tx: house.accounts.delete_session(tx, "s1"))
    assert house.read(lambda tx: house.accounts.session(tx, "s1")) is None


def test_a_new_session_sweeps_the_expired_ones_of_the_same_account(house: House) -> None:
    account, other = house.add("agnès"), house.add("jean")
    expired = [_session(account, "old", EARLY), _session(other, "others", EARLY)]
    for session in [*expired, _session(account, "new")]:
        house.write(lambda tx, session=session: house.accounts.add_session(tx, session))  # type: ignore[misc]
    assert house.read(lambda tx: house.accounts.session(tx, "old")) is None
    assert house.read(lambda tx: house.accounts.session(tx, "others")) is not None


def test_all_sessions_of_an_account_end_but_the_one_that_is_kept(house: House) -> None:
    account, other = house.add("agnès"), house.add("jean")
    for session in (_session(account, "a"), _session(account, "b"), _session(other, "c")):
        house.write(lambda tx, session=session: house.accounts.add_session(tx, session))  # type: ignore[misc]
    house.write(lambda tx: house.accounts.delete_sessions(tx, account.user_id, keep="a"))
    left = [
        name
        for name in "abc"
        if house.read(lambda tx, name=name: house.accounts.session(tx, name))  # type: ignore[misc]
    ]
    assert left == ["a", "c"]
    house.write(lambda tx: house.accounts.delete_sessions(tx, account.user_id))
    assert house.read(lambda tx: house.accounts.session(tx, "a")) is None


def test_tokens_are_found_by_hash_touched_listed_and_revoked_by_their_owner(house: House) -> None:
    account, other = house.add("agnès"), house.add("jean")
    old = ApiToken("t1", account.user_id, "player", "h1", EARLY)
    new = ApiToken("t2", account.user_id, "script", "h2", LATER)
    for token in (old, new):
        house.write(lambda tx, token=token: house.accounts.add_token(tx, token))  # type: ignore[misc]
    assert house.read(lambda tx: house.accounts.tokens(tx, account.user_id)) == [new, old]
    house.write(lambda tx: house.accounts.touch_token(tx, "t1", LATEST))
    found = house.read(lambda tx: house.accounts.token(tx, "h1"))
    assert found == (replace(old, last_used_at=LATEST), account)
    assert not house.write(lambda tx: house.accounts.delete_token(tx, other.user_id, "t1"))
    assert house.write(lambda tx: house.accounts.delete_token(tx, account.user_id, "t1"))
    assert house.read(lambda tx: house.accounts.token(tx, "h1")) is None


def test_deleting_an_account_takes_its_sessions_and_tokens_along(house: House) -> None:
    account = house.add("agnès")
    token = ApiToken("t1", account.user_id, "player", "h1", EARLY)
    house.write(lambda tx: house.accounts.add_session(tx, _session(account, "s1")))
    house.write(lambda tx: house.accounts.add_token(tx, token))
    house.write(lambda tx: house.accounts.delete(tx, account.user_id))
    assert house.read(lambda tx: house.accounts.get(tx, account.user_id)) is None
    assert house.read(lambda tx: house.accounts.session(tx, "s1")) is None
    assert house.read(lambda tx: house.accounts.token(tx, "h1")) is None


def test_what_is_added_while_an_account_is_erased_does_not_outlive_it(house: House) -> None:
    account = house.add("agnès")
    added: list[str] = []
    under_way, refused = threading.Event(), threading.Event()

    def go_on_adding() -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            session = _session(account, f"s{len(added)}")
            try:
                house.write(lambda tx, session=session: house.accounts.add_session(tx, session))  # type: ignore[misc]
            except (NotFound, sqlite3.IntegrityError):
                refused.set()
                return
            added.append(session.session_id)
            under_way.set()

    thread = threading.Thread(target=go_on_adding)
    thread.start()
    assert under_way.wait(60)
    house.write(lambda tx: house.accounts.delete(tx, account.user_id))
    thread.join()
    assert refused.is_set()
    house.add("agnès")  # under the same id: what was left behind would be found again
    assert [
        name
        for name in added
        if house.read(lambda tx, n=name: house.accounts.session(tx, n))  # type: ignore[misc]
    ] == []


def test_what_hangs_on_an_account_goes_with_it_and_nothing_else(
    mongo_server: MongoServer,
) -> None:
    with fresh_store(mongo_server, [*COLLECTIONS, Collection("shelves")]) as store:
        house = House(store, MongoAccounts(hanging=["shelves"]))
        gone, stays = house.add("agnès"), house.add("jean")
        store.db["shelves"].insert_many([{"user_id": a.user_id} for a in (gone, stays)])
        house.write(lambda tx: house.accounts.delete(tx, gone.user_id))
        left = [one["user_id"] for one in store.db["shelves"].find()]
        assert left == [stays.user_id]
