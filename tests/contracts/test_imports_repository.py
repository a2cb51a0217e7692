"""What every store of imports does (`transfer.ports.ImportsRepository`), and the scratch."""

import sqlite3
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cinematch.accounts.core import Account
from cinematch.accounts.mongo import COLLECTIONS as ACCOUNTS
from cinematch.accounts.mongo import MongoAccounts
from cinematch.accounts.sqlite import SqliteAccounts
from cinematch.events.core import Watch
from cinematch.films.sqlite import SqliteFilms
from cinematch.infra.mongo import MongoStore
from cinematch.infra.ports import Store, Tx
from cinematch.infra.sqlite import open_database
from cinematch.kit.errors import Invalid, NotFound
from cinematch.kit.paging import encode_cursor
from cinematch.transfer.core.items import FilmRef, Mend, Mention, Play, Rejection
from cinematch.transfer.core.rows import (
    Decision,
    Import,
    ListItem,
    ListUndo,
    ListWish,
    Resolved,
    Row,
    State,
    Suggestion,
    Undo,
)
from cinematch.transfer.core.staging import Staging
from cinematch.transfer.core.undoing import Kept
from cinematch.transfer.core.wish import Wish
from cinematch.transfer.mongo import COLLECTIONS, MongoImports
from cinematch.transfer.ports import ImportsRepository, Scratches
from cinematch.transfer.sqlite import SqliteImports, SqliteScratches
from tests.support.builders import film
from tests.support.mongo import fresh_store

IMPORT = Import(
    import_id="i", user_id="u", filename="x.zip", source="auto", status="reading", created_at="1"
)
WISH = Wish(ref=FilmRef("k", "Metropolis", 1927), file="diary.csv", line=2, plays=(Play("2024"),))


@pytest.fixture(params=["sqlite", "mongo"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    people = [Account(name, name, "", "user", "") for name in ("u", "v")]
    if request.param == "mongo":
        server = request.getfixturevalue("mongo_server")
        with fresh_store(server, [*ACCOUNTS, *COLLECTIONS]) as fresh:
            for one in people:
                fresh.transact(lambda tx, one=one: MongoAccounts().add(tx, one, one.user_id))  # type: ignore[misc]
            yield fresh
        return
    database = open_database(tmp_path)
    for one in people:
        database.transact(lambda tx, one=one: SqliteAccounts().add(tx, one, one.user_id))  # type: ignore[misc]
    database.transact(lambda tx: SqliteFilms().save(tx, [film("f"), film("g")]))
    yield database
    database.close()


@pytest.fixture
def repository(store: Store) -> ImportsRepository:
    imports = MongoImports() if isinstance(store, MongoStore) else SqliteImports()
    store.transact(lambda tx: imports.save(tx, IMPORT))
    return imports


@pytest.fixture
def scratches(tmp_path: Path) -> Scratches:
    return SqliteScratches(tmp_path / "uploads")


def film_row(row_id: int, **more: object) -> Row:
    values: dict[str, object] = {"row_id": row_id, "outcome": "added", "item": WISH, **more}
    return Row(**values)  # type: ignore[arg-type]


def test_what_is_saved_comes_back(store: Store, repository: ImportsRepository) -> None:
    changed = replace(
        IMPORT, status="preview", source="trakt", applied_at="2", state=State(counts={"added": 3})
    )
    store.transact(lambda tx: repository.save(tx, changed))
    assert store.snapshot(lambda tx: repository.get(tx, "i")) == changed
    assert store.snapshot(lambda tx: repository.get(tx, "none")) is None


def test_imports_are_listed_latest_first_without_the_discarded(
    store: Store, repository: ImportsRepository
) -> None:
    later = replace(IMPORT, import_id="j", created_at="2", status="applied")
    gone = replace(IMPORT, import_id="k", created_at="3", status="discarded")
    other = replace(IMPORT, import_id="l", user_id="v")
    for item in (later, gone, other):
        store.transact(lambda tx, item=item: repository.save(tx, item))  # type: ignore[misc]
    listed = store.snapshot(lambda tx: repository.of_user(tx, "u"))
    assert [item.import_id for item in listed] == ["j", "i"]
    assert [i.import_id for i in store.snapshot(repository.working)] == ["i", "l"]
    assert [i.import_id for i in store.snapshot(repository.unread)] == ["i", "l"]


def test_rows_of_every_kind_come_back_whole(store: Store, repository: ImportsRepository) -> None:
    rows = [
        film_row(1, film_id="f", decision=Decision((Suggestion("f", 0.9, ("title",)),), by="id")),
        Row(row_id=2, outcome="rejected", item=Rejection("x", 3, "T", None, Mend("a", "b", "c"))),
        Row(row_id=3, outcome="added", item=ListWish("l.csv", "Best", items=(ListItem(1, "n"),))),
    ]
    store.transact(lambda tx: repository.add_rows(tx, "i", rows))
    found = store.snapshot(lambda tx: repository.rows(tx, "i", [1, 2, 3, 4]))
    assert [found[n] for n in (1, 2, 3)] == rows
    undo = Undo(Kept(rating=3), Kept(rating=4, watches=(Watch("w", "2024"),)), made_film=True)
    done = [
        replace(rows[0], applied=1, undo=undo),
        replace(rows[2], applied=1, undo=ListUndo("l", made=True, added=("f",))),
    ]
    store.transact(lambda tx: repository.save_rows(tx, "i", done))
    found = store.snapshot(lambda tx: repository.rows(tx, "i", [1, 3]))
    assert [found[1], found[3]] == done
    assert store.snapshot(lambda tx: repository.applied(tx, "i")) == [(1, "f", "k")]
    store.transact(lambda tx: repository.clear_rows(tx, "i"))
    assert list(store.snapshot(lambda tx: repository.rows(tx, "i", [1, 2, 3]))) == [1, 3]


def test_rows_may_be_written_with_what_they_did(
    store: Store, repository: ImportsRepository
) -> None:
    row = film_row(1, film_id="f", applied=1, undo=Undo(None, Kept(rating=4)))
    store.transact(lambda tx: repository.add_rows(tx, "i", [row]))
    assert store.snapshot(lambda tx: repository.rows(tx, "i", [1])) == {1: row}


def test_pages_go_on_where_the_last_ended(store: Store, repository: ImportsRepository) -> None:
    rows = [film_row(n, outcome="added" if n % 2 else "merged") for n in range(1, 8)]
    rows[2] = replace(rows[2], conflict=True)
    store.transact(lambda tx: repository.add_rows(tx, "i", rows))
    first = store.snapshot(lambda tx: repository.page(tx, "i", "added", None, 3))
    second = store.snapshot(lambda tx: repository.page(tx, "i", "added", first.next, 3))
    assert [row.row_id for row in first.items] == [1, 3, 5]
    assert ([row.row_id for row in second.items], second.next, second.total) == ([7], None, 4)
    conflicts = store.snapshot(lambda tx: repository.page(tx, "i", "conflict", None, 3))
    assert [row.row_id for row in conflicts.items] == [3]
    for cursor in ("nonsense", encode_cursor(["x"]), encode_cursor([2**60])):
        with pytest.raises(Invalid):
            store.snapshot(lambda tx, cursor=cursor: repository.page(tx, "i", None, cursor, 3))  # type: ignore[misc]


def test_counts_leave_lists_out(store: Store, repository: ImportsRepository) -> None:
    rows = [film_row(1), film_row(2, conflict=True), film_row(3, item=ListWish("l", "Best"))]
    store.transact(lambda tx: repository.add_rows(tx, "i", rows))
    assert store.snapshot(lambda tx: repository.counts(tx, "i")) == ({"added": 2}, 1)


def test_work_goes_forward_and_back(store: Store, repository: ImportsRepository) -> None:
    refused = Rejection("x", 3, "T", None, Mend("a", "b", "c"))
    rows = [film_row(n) for n in range(1, 5)]
    store.transact(
        lambda tx: repository.add_rows(
            tx, "i", [*rows, Row(row_id=5, outcome="rejected", item=refused)]
        )
    )
    forward = store.snapshot(lambda tx: repository.next_rows(tx, "i", 1, 2))
    assert [row.row_id for row in forward] == [2, 3]
    done = [replace(row, applied=1) for row in rows[:3]]
    store.transact(lambda tx: repository.save_rows(tx, "i", done))
    ahead = store.snapshot(lambda tx: repository.next_rows(tx, "i", 0, 9))
    back = store.snapshot(lambda tx: repository.last_rows(tx, "i", 3, 9))
    assert [row.row_id for row in ahead] == [4]
    assert [row.row_id for row in back] == [2, 1]


def test_what_an_import_brought_last_is_known(store: Store, repository: ImportsRepository) -> None:
    def applied(import_id: str, applied_at: str, rating: int) -> None:
        item = replace(IMPORT, import_id=import_id, status="applied", applied_at=applied_at)
        undo = Undo(None, Kept(rating=rating, liked=rating == 8))
        row = film_row(1, film_id="f")
        store.transact(lambda tx: repository.save(tx, item))
        store.transact(lambda tx: repository.add_rows(tx, import_id, [row]))
        marked = replace(row, applied=1, undo=undo)
        store.transact(lambda tx: repository.save_rows(tx, import_id, [marked]))

    applied("late", "2", 9)
    applied("early", "1", 8)
    brought = store.snapshot(lambda tx: repository.brought(tx, "u", ["f", "g"]))
    assert brought == {"f": {"rating": 9, "liked": True}}
    assert store.snapshot(lambda tx: repository.brought(tx, "v", ["f"])) == {}


def test_choices_are_ones_own_and_move(store: Store, repository: ImportsRepository) -> None:
    store.transact(lambda tx: repository.save_choices(tx, "u", {"a|1": "f", "b|2": "f"}))
    store.transact(lambda tx: repository.save_choices(tx, "u", {"b|2": "g"}))
    assert store.snapshot(lambda tx: repository.choices(tx, "u", ["a|1", "b|2", "c|3"])) == {
        "a|1": "f",
        "b|2": "g",
    }
    assert store.snapshot(lambda tx: repository.choices(tx, "v", ["a|1"])) == {}
    store.transact(lambda tx: repository.add_rows(tx, "i", [film_row(1, film_id="f")]))
    store.transact(lambda tx: repository.move_film(tx, "u", "f", "g"))
    assert store.snapshot(lambda tx: repository.choices(tx, "u", ["a|1"])) == {"a|1": "g"}
    assert store.snapshot(lambda tx: repository.rows(tx, "i", [1]))[1].film_id == "g"


ODD = {"$set.a": 2**70, "nothing\0": {"a.b": [1.5, None]}, "deep": [[[["x"]]]] * 3}


def test_what_an_own_export_holds_of_any_shape_comes_back(
    store: Store, repository: ImportsRepository
) -> None:
    deep: list[object] = []
    for _ in range(150):
        deep = [deep]
    shapes: list[dict[str, Any]] = [{"title": "F", "year": 1927}, ODD, {"deep": deep}]
    for number, own in enumerate(shapes, 1):
        state = State(settings=own, settings_before={"theme": "dark"}, mapping={"a\0": "$b"})
        row = film_row(number, item=replace(WISH, ref=FilmRef("k", "F", own=own)), film_id="f")
        store.transact(lambda tx, state=state: repository.save(tx, replace(IMPORT, state=state)))  # type: ignore[misc]
        store.transact(lambda tx, row=row: repository.add_rows(tx, "i", [row]))  # type: ignore[misc]
        assert store.snapshot(lambda tx: repository.get(tx, "i")) == replace(IMPORT, state=state)
        assert store.snapshot(lambda tx, n=number: repository.rows(tx, "i", [n])) == {number: row}  # type: ignore[misc]
        done = replace(row, applied=1)
        store.transact(lambda tx, done=done: repository.save_rows(tx, "i", [done]))  # type: ignore[misc]
        assert (number, "f", "k") in store.snapshot(lambda tx: repository.applied(tx, "i"))


def test_no_row_is_added_to_an_import_that_is_gone(
    store: Store, repository: ImportsRepository
) -> None:
    refusals = (NotFound, sqlite3.IntegrityError)
    with pytest.raises(refusals):
        store.transact(lambda tx: repository.add_rows(tx, "gone", [film_row(1)]))
    orphan = replace(IMPORT, import_id="orphan", user_id="nobody")
    with pytest.raises(refusals):
        store.transact(lambda tx: repository.save(tx, orphan))
    assert store.snapshot(lambda tx: repository.rows(tx, "gone", [1])) == {}


def test_a_batch_that_fails_leaves_no_row(store: Store, repository: ImportsRepository) -> None:
    def work(tx: Tx) -> None:
        repository.add_rows(tx, "i", [film_row(n) for n in range(1, 100)])
        repository.save(tx, replace(IMPORT, status="preview"))
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        store.transact(work)
    assert store.snapshot(lambda tx: repository.rows(tx, "i", range(1, 100))) == {}
    assert store.snapshot(lambda tx: repository.get(tx, "i")) == IMPORT


@pytest.mark.parametrize("where", ["memory", "disk"])
def test_a_scratch_sorts_by_film_and_leaves_nothing(
    scratches: Scratches, tmp_path: Path, where: str
) -> None:
    def mention(key: str, line: int, **known: object) -> Mention:
        ref = FilmRef(key, key.upper(), **known)  # type: ignore[arg-type]
        return Mention(ref=ref, kind="seen", file="x", line=line)

    opened = nullcontext(Staging()) if where == "memory" else scratches.open("i")
    with opened as scratch:
        scratch.add([mention("b", 1), mention("a", 2), mention("b", 3, imdb_id="tt1")])
        scratch.add([mention("c", 4)])
        refs = [ref for batch in scratch.films(2) for ref in batch]
        assert {ref.key: ref.imdb_id for ref in refs} == {"a": None, "b": "tt1", "c": None}
        same = Resolved("f", "certain", "f", "title")
        scratch.settle({"b": same, "c": same, "a": Resolved("?a", "unknown")})
        assert scratch.count() == 2
        groups = [(found.target, [m.line for m in lines]) for found, lines in scratch.groups()]
        assert groups == [("f", [1, 3, 4]), ("?a", [2])]
        scratch.add_items([(1, 2, 10, ""), (1, 1, 11, "first"), (2, 1, 12, "")])
        assert scratch.items(1) == [(11, "first"), (10, "")]
    assert list((tmp_path / "uploads").glob("*")) == []
