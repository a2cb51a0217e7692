"""An installation moves from SQLite to MongoDB and back, and nothing is lost on the way."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import typer
from pydantic import SecretStr

from cinematch.bootstrap.moving import collections, moving, service
from cinematch.films.core.catalogue import FilmQuery
from cinematch.films.mongo import MongoFilms
from cinematch.films.sqlite import SqliteFilms
from cinematch.infra.mongo import MongoStore
from cinematch.infra.sqlite import Database, open_database
from cinematch.infra.terminal import Terminal
from cinematch.kit.errors import Conflict, Invalid
from cinematch.ops.commands import move_installation
from cinematch.ops.core.shelves import DERIVED, INSIDE, MARK, PASSING, SHELVES, Tally
from cinematch.ops.service.moving import Compared, MovingService, Report
from cinematch.settings import Settings
from cinematch.stats.mongo import MongoStats
from cinematch.stats.sqlite import SqliteStats
from tests.support.filled import fill
from tests.support.mongo import MongoServer, fresh_store

_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table'"
    " AND name NOT LIKE 'film_search%' AND name NOT LIKE 'film_words%' AND name NOT LIKE 'sqlite_%'"
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that tests copy, with something in every table."""
    folder = tmp_path_factory.mktemp("filled") / "data"
    fill(folder)
    return folder


@pytest.fixture
def source(filled: Path, tmp_path: Path) -> Iterator[Database]:
    copytree(filled, tmp_path / "source")
    database = open_database(tmp_path / "source")
    yield database
    database.close()


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "target")
    yield database
    database.close()


@pytest.fixture
def mongo(mongo_server: MongoServer) -> Iterator[MongoStore]:
    with fresh_store(mongo_server, collections()) as store:
        yield store


def silent(_what: str, _done: int, _total: int) -> None:
    """Report to nobody."""


def to_mongo(source: Database, mongo: MongoStore) -> list[Compared]:
    return service(source, mongo, "mongo").move(silent)


def dump(database: Database) -> dict[str, list[str]]:
    """Every row of every table, JSON parsed: whitespace in it says nothing."""
    with closing(sqlite3.connect(database.path)) as connection:
        tables = [row[0] for row in connection.execute(_TABLES)]
        return {
            table: sorted(
                repr([_parsed(value) for value in row][table == "film_index" :])  # its numbers pass
                for row in connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            )
            for table in ("sqlite_sequence", *tables)
        }


def _parsed(value: Any) -> Any:
    try:
        parsed = json.loads(value) if isinstance(value, str) and value[:1] in {"{", "["} else value
    except ValueError:
        return value
    return json.dumps(parsed, sort_keys=True) if parsed is not value else value


def test_every_table_has_its_place(target: Database) -> None:
    known = {shelf.table for shelf in SHELVES} | INSIDE | DERIVED | PASSING
    assert target.snapshot(lambda tx: {row[0] for row in tx.execute(_TABLES)}) == known
    for shelf in SHELVES:
        table = target.snapshot(lambda tx, s=shelf: tx.execute(f"PRAGMA table_info({s.table})"))  # type: ignore[misc]
        assert {row["name"] for row in table} == set(shelf.columns), shelf.table


def test_there_and_back_again_everything_is_as_it_was(
    source: Database, mongo: MongoStore, target: Database
) -> None:
    before = dump(source)
    there = to_mongo(source, mongo)
    assert [one for one in there if not one.same] == []
    assert [one.table for one in there if one.source_rows == 0] == []
    back = service(target, mongo, "sqlite").move(silent)
    assert [one for one in back if not one.same] == []
    assert [one.source_digest for one in back] == [one.source_digest for one in there]
    after = dump(target)
    for table in PASSING:
        assert after.pop(table) == []
        assert before.pop(table) != []
    assert after == before
    assert dump(source) == before | {table: dump(source)[table] for table in PASSING}


def test_what_is_derived_is_there_too(source: Database, mongo: MongoStore) -> None:
    to_mongo(source, mongo)
    query = FilmQuery(q="luchino sens")
    here = source.snapshot(lambda tx: SqliteFilms().search(tx, query, None))
    there = mongo.snapshot(lambda tx: MongoFilms().search(tx, query, None))
    assert [card.film for card in there.items] == [card.film for card in here.items]
    assert len(here.items) == 1
    for user_id in mongo.snapshot(lambda tx: MongoStats().user_ids(tx, "", 9)):
        own = source.snapshot(lambda tx, u=user_id: SqliteStats().figures(tx, u))  # type: ignore[misc]
        assert mongo.snapshot(lambda tx, u=user_id: MongoStats().figures(tx, u)) == own  # type: ignore[misc]
    assert {one["has_data"] for one in mongo.db["users"].find()} == {True}


def test_a_target_that_holds_something_is_refused_and_left_alone(
    source: Database, mongo: MongoStore
) -> None:
    mongo.db["jobs"].insert_one({"_id": "x", "name": "x", "started_at": None})
    with pytest.raises(Conflict, match="jobs"):
        to_mongo(source, mongo)
    assert mongo.db["users"].count_documents({}) == 0
    assert mongo.db["settings"].count_documents({"_id": MARK}) == 0


class Stopped(Exception):
    pass


@pytest.mark.parametrize("way", ["mongo", "sqlite"])
@pytest.mark.parametrize("moment", ["writing movies", "comparing lists"])
def test_a_move_that_was_left_off_is_begun_anew(
    source: Database, mongo: MongoStore, target: Database, way: str, moment: str
) -> None:
    if way == "sqlite":
        to_mongo(source, mongo)
    move = service(source, mongo, "mongo") if way == "mongo" else service(target, mongo, "sqlite")

    def stop(what: str, _done: int, _total: int) -> None:
        if what == moment:
            raise Stopped

    with pytest.raises(Stopped):
        move.move(stop)
    back = service(source, mongo, "sqlite") if way == "mongo" else service(target, mongo, "mongo")
    with pytest.raises(Conflict, match="unfinished"):
        back.move(silent)
    seen: list[tuple[int, int]] = []
    again = move.move(lambda _what, done, total: seen.append((done, total)))
    assert [one for one in again if not one.same] == []
    assert max(seen)[0] == max(seen)[1]
    with pytest.raises(Conflict, match="not empty"):
        move.move(silent)


def test_a_difference_is_found_and_the_target_is_not_taken_for_whole(
    source: Database, mongo: MongoStore
) -> None:
    def tamper(what: str, _done: int, _total: int) -> None:
        if what == "comparing users":
            mongo.db["movies"].update_one({"liked": True}, {"$set": {"review": "Bad."}})
            mongo.db["sessions"].delete_one({})

    move = service(source, mongo, "mongo")
    wrong = {one.table for one in move.move(tamper) if not one.same}
    assert wrong == {"movies", "sessions"}
    with pytest.raises(Conflict, match="unfinished"):
        service(source, mongo, "sqlite").move(silent)
    assert all(one.same for one in move.move(silent))


def test_the_command_prints_both_sides_and_answers_scripts(
    source: Database,
    mongo: MongoStore,
    target: Database,
    mongo_server: MongoServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source.close()
    url = mongo_server.url(mongo.db.name)
    there = Settings(data_dir=source.path.parent, mongodb_url=SecretStr(url))
    with moving(there, "mongo") as mover:
        move_installation(mover, Terminal(as_json=False))
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:-1]] == [shelf.table for shelf in SHELVES]
    assert all(line.endswith("  same") for line in lines[:-1])
    back = Settings(data_dir=target.path.parent, mongodb_url=SecretStr(url))
    with moving(back, "sqlite") as mover:
        move_installation(mover, Terminal(as_json=True))
    answer = json.loads(capsys.readouterr().out)
    assert answer["same"]
    assert answer["rows"] == sum(table["target_rows"] for table in answer["tables"]) > 0


class Watched(MovingService):
    """Something happens as soon as a certain thing is reported."""

    moment = ""

    def happen(self) -> None:
        raise KeyboardInterrupt

    def move(self, report: Report) -> list[Compared]:
        def and_then(what: str, done: int, total: int) -> None:
            report(what, done, total)
            if what == self.moment:
                self.happen()

        return super().move(and_then)


def test_the_command_says_that_it_was_stopped(
    source: Database, mongo: MongoStore, capsys: pytest.CaptureFixture[str]
) -> None:
    mover = Watched(*vars(service(source, mongo, "mongo")).values())
    mover.moment = "writing lists"
    with pytest.raises(typer.Exit) as told:
        move_installation(mover, Terminal(as_json=False))
    said = capsys.readouterr()
    assert (told.value.exit_code, said.out) == (130, "")
    assert "begins anew" in said.err


def test_the_command_says_what_differs(
    source: Database, mongo: MongoStore, capsys: pytest.CaptureFixture[str]
) -> None:
    mover = Watched(*vars(service(source, mongo, "mongo")).values())
    mover.moment = "comparing users"
    mover.happen = lambda: mongo.db["jobs"].delete_many({})  # type: ignore[assignment,method-assign]
    with pytest.raises(typer.Exit) as told:
        move_installation(mover, Terminal(as_json=True))
    said = capsys.readouterr()
    tables = {table["table"]: table["same"] for table in json.loads(said.out)["tables"]}
    assert told.value.exit_code == 1
    assert [table for table, same in tables.items() if not same] == ["jobs"]
    assert "Stop all servers" in said.err


def test_without_an_address_the_command_says_which_setting_is_missing(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="MONGODB_URL"), moving(Settings(data_dir=tmp_path), "mongo"):
        pass


def test_a_digest_is_that_of_the_records_in_any_order() -> None:
    def digest(*records: dict[str, Any]) -> tuple[int, str]:
        tally = Tally()
        tally.add(records)
        return tally.count, tally.digest

    one, other = {"a": 1, "b": [None, b"x"]}, {"a": 2}
    assert digest(one, other) == digest(other, {"b": [None, b"x"], "a": 1})
    assert digest(one, other) != digest(one, one)
    assert digest(one) != digest({"a": "1", "b": [None, b"x"]})
    assert digest(one, one) != digest()
