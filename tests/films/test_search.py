"""How SQLite goes about a search."""

from pathlib import Path

from cinematch.films.core.catalogue import FilmQuery
from cinematch.films.sqlite import SqliteFilms
from cinematch.films.sqlite.search import search
from cinematch.infra.sqlite import open_database
from tests.support.builders import film


def test_a_walk_by_popularity_reads_its_index_and_sorts_only_the_page(tmp_path: Path) -> None:
    asked: list[str] = []

    def work(tx) -> list[str]:  # type: ignore[no-untyped-def]
        tx.set_trace_callback(asked.append)
        search(tx, FilmQuery(sort="popularity"), None)
        tx.set_trace_callback(None)
        return [row[3] for text in asked for row in tx.execute(f"EXPLAIN QUERY PLAN {text}")]

    store = open_database(tmp_path)
    store.transact(lambda tx: SqliteFilms().save(tx, [film("ran"), film("ikiru")]))
    plan = store.snapshot(work)
    store.close()
    page = plan[plan.index("CO-ROUTINE p") :]
    assert page[1] == "SCAN i USING INDEX film_index_by_popularity"
    assert [step for step in page[2:] if "TEMP" in step] == ["USE TEMP B-TREE FOR ORDER BY"]
