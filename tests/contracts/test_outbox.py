"""What every outbox must do: an event with its change or not at all, numbers without a gap."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from cinematch.events.core import Event, decode
from cinematch.events.mongo import COLLECTIONS, MongoOutbox
from cinematch.events.ports import Outbox, Placed
from cinematch.events.sqlite import SqliteOutbox
from cinematch.infra.mongo import Collection, MongoStore
from cinematch.infra.ports import Store, Tx
from cinematch.infra.sqlite import open_database
from cinematch.kit.errors import NotFound, StoreBusy
from tests.support.builders import facts, image
from tests.support.mongo import MongoServer, fresh_store

WRITERS, EACH = 20, 15
NOW = "2026-03-01T20:15:00.000000Z"


class Books:
    """A store with some accounts, and an outbox in it."""

    def __init__(self, store: Store, outbox: Outbox) -> None:
        self.store = store
        self.outbox = outbox

    def write(self, user_id: str, film: str = "senso", count: int = 1) -> list[int]:
        return self.store.transact(lambda tx: self.write_in(tx, user_id, film, count))

    def write_in(self, tx: Tx, user_id: str, film: str = "senso", count: int = 1) -> list[int]:
        first = self.outbox.next_seq(tx, user_id, count)
        numbers = list(range(first, first + count))
        self.outbox.append(tx, *(event(user_id, seq, film) for seq in numbers))
        return numbers

    def of_user(self, user_id: str, after: int = 0) -> list[Event]:
        return self.store.snapshot(lambda tx: list(self.outbox.of_user(tx, user_id, after)))

    def last_position(self) -> int:
        return self.store.snapshot(self.outbox.last_position)

    def after(self, position: int, limit: int = 10_000) -> list[Placed]:
        return self.store.snapshot(lambda tx: self.outbox.after(tx, position, limit))


def event(user_id: str, seq: int, film: str = "senso") -> Event:
    return Event(
        event_id=f"{user_id}-{seq}",
        user_id=user_id,
        seq=seq,
        event_type="ADD",
        occurred_at=NOW,
        after=image(facts(film), "2026-03-01", rating=9),
        cause="import:1",
    )


USERS = ("ada", "bob", *(f"u{number:02}" for number in range(WRITERS)))


@pytest.fixture(params=["sqlite", "mongo"])
def books(request: pytest.FixtureRequest) -> Iterator[Books]:
    if request.param == "sqlite":
        with closing(open_database(request.getfixturevalue("tmp_path"))) as database:
            rows = [(name, name, name) for name in USERS]
            database.transact(
                lambda tx: tx.executemany(
                    "INSERT INTO users (user_id, username, username_key, password_hash, role,"
                    " created_at) VALUES (?, ?, ?, '', 'user', '')",
                    rows,
                )
            )
            yield Books(database, SqliteOutbox())
    else:
        with fresh_store(request.getfixturevalue("mongo_server"), WITH_USERS) as store:
            yield on_mongo(store)


WITH_USERS = (*COLLECTIONS, Collection("users"))


def on_mongo(store: MongoStore) -> Books:
    store.db.users.insert_many([{"_id": name, "user_id": name, "seq": 0} for name in USERS])
    return Books(store, MongoOutbox())


def test_an_event_comes_back_as_it_was_written(books: Books) -> None:
    books.write("ada")
    assert books.of_user("ada") == [event("ada", 1)]


def test_twenty_threads_take_numbers_without_a_gap_or_a_double(books: Books) -> None:
    taken: dict[str, list[int]] = {"ada": [], "bob": []}
    begin = threading.Barrier(WRITERS)

    def write(number: int) -> None:
        user_id = "ada" if number % 2 else "bob"
        begin.wait()
        for round_ in range(EACH):
            taken[user_id] += books.write(user_id, count=1 + round_ % 3)

    at_once([partial(write, number) for number in range(WRITERS)])
    whole = WRITERS // 2 * sum(1 + round_ % 3 for round_ in range(EACH))
    for user_id, numbers in taken.items():
        assert sorted(numbers) == list(range(1, whole + 1))
        assert [found.seq for found in books.of_user(user_id)] == list(range(1, whole + 1))
        assert books.store.snapshot(lambda tx, u=user_id: books.outbox.last_seq(tx, u)) == whole  # type: ignore[misc]
    books.outbox.place(books.store)
    assert_in_order(books.after(0), dict.fromkeys(taken, whole))


def test_readers_who_place_while_others_write_miss_nothing_and_see_nothing_twice(
    books: Books,
) -> None:
    writing = threading.Event()
    writing.set()
    begin = threading.Barrier(WRITERS + 2)
    seen: list[list[Placed]] = [[], []]

    def write(number: int) -> None:
        begin.wait()
        for _ in range(5):
            books.write(f"u{number:02}", count=2)

    def read(mine: list[Placed]) -> None:
        begin.wait()
        last_look = False
        while not last_look:
            last_look = not writing.is_set()
            books.outbox.place(books.store)
            mine += books.after(mine[-1].position if mine else 0)

    readers = [threading.Thread(target=read, args=(mine,)) for mine in seen]
    for reader in readers:
        reader.start()
    at_once([partial(write, number) for number in range(WRITERS)])
    writing.clear()
    for reader in readers:
        reader.join()
    assert seen[0] == seen[1] == books.after(0)
    assert_in_order(seen[0], {f"u{number:02}": 10 for number in range(WRITERS)})
    assert books.last_position() == seen[0][-1].position


def at_once(work: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def assert_in_order(placed: list[Placed], counts: dict[str, int]) -> None:
    """Each user's events are there once and in order, and no two have one place."""
    positions = [item.position for item in placed]
    assert positions == sorted(set(positions))
    assert len(placed) == sum(counts.values())
    for user_id, count in counts.items():
        in_order = [item.seq for item in placed if item.user_id == user_id]
        assert in_order == list(range(1, count + 1))


def test_a_change_that_fails_gives_its_numbers_back(books: Books) -> None:
    books.write("ada")

    def work(tx: Tx) -> None:
        assert books.write_in(tx, "ada", count=3) == [2, 3, 4]
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        books.store.transact(work)
    assert books.write("ada") == [2]
    assert [found.seq for found in books.of_user("ada")] == [1, 2]


def test_the_order_of_commits_is_read_in_pages_without_a_hole(books: Books) -> None:
    for number in range(7):
        books.write("ada" if number % 3 else "bob")
        books.outbox.place(books.store)
    seen: list[tuple[str, int]] = []
    position = 0
    while page := books.after(position, 3):
        assert len(page) <= 3
        for item in page:
            found = decode(item.payload)
            assert (found.user_id, found.seq) == (item.user_id, item.seq)
            seen.append((item.user_id, item.seq))
        position = page[-1].position
    assert position == books.last_position()
    assert seen == [
        ("bob", 1), ("ada", 1), ("ada", 2), ("bob", 2), ("ada", 3), ("ada", 4), ("bob", 3),
    ]  # fmt: skip


def test_the_events_of_one_user_or_film_are_that_ones_alone(books: Books) -> None:
    for user_id, film in (("ada", "senso"), ("bob", "senso"), ("ada", "rocco"), ("ada", "senso")):
        books.write(user_id, film)
    assert [found.seq for found in books.of_user("ada", after=1)] == [2, 3]
    found = books.store.snapshot(lambda tx: books.outbox.of_film(tx, "ada", "senso"))
    assert [(one.user_id, one.seq) for one in found] == [("ada", 1), ("ada", 3)]


def test_the_same_number_is_never_written_twice(books: Books) -> None:
    books.write("ada")
    with pytest.raises(Exception, match=r"UNIQUE|duplicate"):
        books.store.transact(lambda tx: books.outbox.append(tx, event("ada", 1)))
    assert len(books.of_user("ada")) == 1


def test_nobody_has_no_number(books: Books) -> None:
    with pytest.raises(NotFound):
        books.write("nobody")
    assert books.store.snapshot(lambda tx: books.outbox.last_seq(tx, "nobody")) == 0


def test_the_last_numbers_of_many_are_read_together_without_who_is_gone(books: Books) -> None:
    books.write("ada", count=3)
    many = ["ada", "bob", "nobody", *(f"other-{n}" for n in range(2_000))]
    assert books.store.snapshot(lambda tx: books.outbox.last_seqs(tx, many)) == {"ada": 3, "bob": 0}
    assert books.store.snapshot(lambda tx: books.outbox.last_seqs(tx, [])) == {}


def test_a_readers_place_is_kept_with_its_effect_or_not_at_all(books: Books) -> None:
    def place(consumer: str) -> int:
        return books.store.snapshot(lambda tx: books.outbox.position(tx, consumer))

    assert place("stats") == 0
    books.store.transact(lambda tx: books.outbox.save_position(tx, "stats", 5))

    def work(tx: Tx) -> None:
        books.outbox.save_position(tx, "stats", 9)
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        books.store.transact(work)
    assert (place("stats"), place("audit")) == (5, 0)


def test_erasing_takes_one_users_events_and_leaves_places_as_they_were(books: Books) -> None:
    books.write("ada")
    books.write("bob")
    books.outbox.place(books.store)
    last = books.last_position()
    books.store.transact(lambda tx: books.outbox.erase_user(tx, "bob"))
    assert books.of_user("bob") == []
    assert len(books.of_user("ada")) == 1
    books.write("ada")
    assert books.last_position() > last


def test_what_waits_for_its_place_counts_as_ahead(books: Books) -> None:
    books.write("ada", count=3)
    assert books.last_position() == 3
    books.outbox.place(books.store)
    books.outbox.place(books.store)
    assert books.last_position() == books.after(0)[-1].position == 3
    books.write("bob")
    assert books.last_position() == 4


def test_more_events_than_one_turn_places_are_all_placed(books: Books) -> None:
    books.write("bob", count=3)
    books.write("ada", count=2_500)
    books.write("u00", count=3)
    books.outbox.place(books.store)
    assert_in_order(books.after(0), {"bob": 3, "ada": 2_500, "u00": 3})


def test_a_clock_put_back_does_not_turn_a_users_events_round(books: Books) -> None:
    def write(tx: Tx) -> None:
        for seq, hour in enumerate((12, 11, 13), books.outbox.next_seq(tx, "ada", 3)):
            at = f"2026-03-01T{hour}:00:00.000000Z"
            books.outbox.append(tx, replace(event("ada", seq), occurred_at=at))

    books.store.transact(write)
    books.outbox.place(books.store)
    assert_in_order(books.after(0), {"ada": 3})


def test_a_server_killed_between_writing_and_placing_loses_no_event(tmp_path: Path) -> None:
    server = MongoServer(tmp_path)
    server.start()
    try:
        with fresh_store(server, WITH_USERS) as store:
            books = on_mongo(store)
            for number in range(10):
                books.write(f"u{number % 2:02}", count=2)
            books.outbox.place(store)
            first = books.after(0)
            books.write("u00", count=500)
            # One places while the server goes; the driver, or the next call, begins it anew.
            placing = threading.Thread(target=try_to_place, args=(books,))
            placing.start()
            server.kill()
            server.start()
            placing.join()
            assert books.last_position() == 520
            at_once([partial(books.outbox.place, store) for _ in range(4)])
            assert books.after(0)[: len(first)] == first
            assert_in_order(books.after(0), {"u00": 510, "u01": 10})
    finally:
        server.stop()


def try_to_place(books: Books) -> None:
    with suppress(StoreBusy):
        books.outbox.place(books.store)
