"""What every outbox must do: an event with its change or not at all, numbers without a gap."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cinematch.events.core import Event, decode
from cinematch.events.ports import Outbox
from cinematch.events.sqlite import SqliteOutbox
from cinematch.infra.ports import Store, Tx
from cinematch.infra.sqlite import open_database
from cinematch.kit.errors import NotFound
from tests.support.builders import facts, image

WRITERS, EACH = 20, 15
NOW = "2026-03-01T20:15:00.000000Z"


class Books:
    """A store with two accounts, and an outbox in it."""

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


@pytest.fixture(params=["sqlite"])
def books(tmp_path: Path) -> Iterator[Books]:
    store = open_database(tmp_path)
    rows = [(name, name, name) for name in ("ada", "bob")]
    store.transact(
        lambda tx: tx.executemany(
            "INSERT INTO users (user_id, username, username_key, password_hash, role, created_at)"
            " VALUES (?, ?, ?, '', 'user', '')",
            rows,
        )
    )
    yield Books(store, SqliteOutbox())
    store.close()


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

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = WRITERS // 2 * sum(1 + round_ % 3 for round_ in range(EACH))
    for user_id, numbers in taken.items():
        assert sorted(numbers) == list(range(1, whole + 1))
        assert [found.seq for found in books.of_user(user_id)] == list(range(1, whole + 1))
        assert books.store.snapshot(lambda tx, u=user_id: books.outbox.last_seq(tx, u)) == whole  # type: ignore[misc]
    placed = books.store.snapshot(lambda tx: books.outbox.after(tx, 0, 10 * whole))
    assert [item.position for item in placed] == sorted({item.position for item in placed})
    for user_id in taken:
        in_order = [item.seq for item in placed if item.user_id == user_id]
        assert in_order == list(range(1, whole + 1))


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
    seen: list[tuple[str, int]] = []
    position = 0
    while page := books.store.snapshot(lambda tx, p=position: books.outbox.after(tx, p, 3)):  # type: ignore[misc]
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
    last = books.last_position()
    books.store.transact(lambda tx: books.outbox.erase_user(tx, "bob"))
    assert books.of_user("bob") == []
    assert len(books.of_user("ada")) == 1
    books.write("ada")
    assert books.last_position() > last
