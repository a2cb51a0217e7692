"""What every store must do with transactions, and with answers kept for retries."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cinematch.accounts.core import Account
from cinematch.accounts.mongo import COLLECTIONS as ACCOUNTS
from cinematch.accounts.mongo import MongoAccounts
from cinematch.accounts.sqlite import SqliteAccounts
from cinematch.infra.mongo.replies import COLLECTIONS as REPLIES
from cinematch.infra.mongo.replies import MongoReplies
from cinematch.infra.ports import Store, Tx
from cinematch.infra.replies import Replies, Reply
from cinematch.infra.sqlite import open_database
from cinematch.infra.sqlite.replies import SqliteReplies
from cinematch.ops.mongo import COLLECTIONS as OPS
from cinematch.ops.mongo import MongoOps
from cinematch.ops.ports import OpsRepository
from cinematch.ops.sqlite import SqliteOps
from tests.support.mongo import fresh_store

EARLY, LATER = "2026-03-01T10:00:00.000000Z", "2026-03-02T10:00:00.000000Z"
REPLY = Reply("fingerprint", 201, b'{"version":1}', '"1"')


class House:
    """A store, with something simple to write in it."""

    def __init__(self, store: Store, records: OpsRepository, replies: Replies) -> None:
        self.store = store
        self.records = records
        self.replies = replies

    def write(self, tx: Tx, value: int) -> None:
        self.records.save_setting(tx, "value", value)

    def value(self) -> int:
        return int(self.store.snapshot(lambda tx: self.records.setting(tx, "value")) or 0)


@pytest.fixture(params=["sqlite", "mongo"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    somebody = Account("u", "u", "", "user", EARLY)
    if request.param == "mongo":
        server = request.getfixturevalue("mongo_server")
        with fresh_store(server, [*ACCOUNTS, *OPS, *REPLIES]) as store:
            store.transact(lambda tx: MongoAccounts().add(tx, somebody, "u"))
            yield House(store, MongoOps(), MongoReplies())
        return
    database = open_database(tmp_path)
    database.transact(lambda tx: SqliteAccounts().add(tx, somebody, "u"))
    yield House(database, SqliteOps(), SqliteReplies())
    database.close()


def test_a_transaction_is_kept_whole_or_not_at_all(house: House) -> None:
    def work(tx: Tx) -> None:
        house.write(tx, 1)
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        house.store.transact(work)
    assert house.value() == 0
    house.store.transact(lambda tx: house.write(tx, 2))
    assert house.value() == 2


def test_a_transaction_inside_another_of_the_same_thread_joins_it(house: House) -> None:
    def work(_: Tx) -> None:
        house.store.transact(lambda inner: house.write(inner, 1))
        assert house.value() == 1
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        house.store.transact(work)
    assert house.value() == 0


def test_other_threads_see_a_transaction_only_when_it_is_whole(house: House) -> None:
    seen: list[int] = []

    def work(tx: Tx) -> None:
        house.write(tx, 1)
        reader = threading.Thread(target=lambda: seen.append(house.value()))
        reader.start()
        reader.join()

    house.store.transact(work)
    assert (seen, house.value()) == ([0], 1)


def test_a_snapshot_is_one_state_however_much_is_written_meanwhile(house: House) -> None:
    def work(tx: Tx) -> tuple[object, object]:
        before = house.records.setting(tx, "value")
        writer = threading.Thread(target=lambda: house.store.transact(lambda t: house.write(t, 9)))
        writer.start()
        writer.join()
        return before, house.records.setting(tx, "value")

    assert house.store.snapshot(work) == (None, None)
    assert house.value() == 9


def test_writers_take_turns_and_no_write_is_lost(house: House) -> None:
    def add(tx: Tx) -> None:
        house.write(tx, int(house.records.setting(tx, "value") or 0) + 1)

    def many() -> None:
        for _ in range(20):
            house.store.transact(add)

    threads = [threading.Thread(target=many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert house.value() == 160


def test_an_answer_is_kept_by_user_and_key_for_its_time(house: House) -> None:
    house.store.transact(lambda tx: house.replies.keep(tx, "u", "key", REPLY, EARLY))
    for user, key, since, expected in (
        ("u", "key", EARLY, REPLY),
        ("u", "key", LATER, None),
        ("u", "other", EARLY, None),
        ("other", "key", EARLY, None),
    ):
        found = house.store.snapshot(lambda tx, a=(user, key, since): house.replies.get(tx, *a))  # type: ignore[misc]
        assert found == expected


def test_purging_forgets_what_is_older_and_nothing_else(house: House) -> None:
    house.store.transact(lambda tx: house.replies.keep(tx, "u", "old", REPLY, EARLY))
    house.store.transact(lambda tx: house.replies.keep(tx, "u", "new", REPLY, LATER))
    house.store.transact(lambda tx: house.replies.purge(tx, LATER))
    assert house.store.snapshot(lambda tx: house.replies.get(tx, "u", "old", EARLY)) is None
    assert house.store.snapshot(lambda tx: house.replies.get(tx, "u", "new", EARLY)) == REPLY


def test_of_many_who_send_one_request_again_at_once_one_is_answered_anew(house: House) -> None:
    """As with a retry by key: look, work, keep the answer, all in one transaction."""
    answered: list[Reply] = []

    def work(tx: Tx, number: int) -> Reply:
        kept = house.replies.get(tx, "u", "key", EARLY)
        if kept is not None:
            return kept
        house.write(tx, int(house.records.setting(tx, "value") or 0) + 1)
        reply = Reply("fingerprint", 201, f"{number}".encode())
        house.replies.keep(tx, "u", "key", reply, EARLY)
        return reply

    def send(number: int) -> None:
        answered.append(house.store.transact(lambda tx: work(tx, number)))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answered) == 8
    assert len({reply.body for reply in answered}) == 1
    assert house.value() == 1
