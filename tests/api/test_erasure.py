"""Erasing an account leaves nothing of it in any table, and everybody's figures are right."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cinematch.bootstrap import Services
from cinematch.films.core.film import Film
from cinematch.infra.ports import Tx
from tests.support.house import PASSWORD, TestClient, build_house, signed_in


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Services]:
    built = build_house(tmp_path)
    films = [
        Film(
            film_id=f"film{number}",
            title=f"Film {number}",
            year=1960,
            runtime=100,
            genres=("Drama",),
        )
        for number in range(3)
    ]
    built.films.load(films, "test")
    yield built
    built.stop()


def rows_of(tx: Tx, user_id: str) -> dict[str, int]:
    """Return how many rows of each table name the user in any column."""
    found = {}
    tables = [row[0] for row in tx.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        columns = [row[1] for row in tx.execute(f"PRAGMA table_info({table})")]
        where = " OR ".join(f'"{column}" = ?' for column in columns)
        if not columns or table.startswith(("film_search", "film_words")):
            continue
        sql = f"SELECT count(*) FROM {table} WHERE {where}"  # noqa: S608
        if count := tx.execute(sql, [user_id] * len(columns)).fetchone()[0]:
            found[table] = count
    return found


def live(page: TestClient, film_ids: list[str]) -> None:
    """Do something in every room."""
    for number, film_id in enumerate(film_ids):
        watched = {"date": f"2026-01-{number + 1:02}", "rating": 4.5}
        assert page.post(f"/api/library/{film_id}/watches", json=watched).status_code == 201
    edit = {"liked": True, "tags": ["night"], "review": "Lovely."}
    keyed = page.patch(
        f"/api/library/{film_ids[0]}", json=edit, headers={"Idempotency-Key": film_ids[0]}
    )
    assert keyed.status_code == 200
    own = page.post("/api/films", json={"title": "Our wedding", "year": 2020}).json()
    own_watched = page.patch(f"/api/library/{own['film_id']}", json={"rating": 5})
    assert own_watched.status_code == 200
    made = page.post("/api/lists", json={"name": "Best"}).json()
    for film_id in (film_ids[0], own["film_id"]):
        item = {"film_id": film_id}
        assert page.post(f"/api/lists/{made['list_id']}/items", json=item).is_success
    assert page.post("/api/me/tokens", json={"name": "player"}).status_code == 201


def test_erasing_leaves_no_row_and_the_community_without_the_films_of_the_erased(
    house: Services,
) -> None:
    with signed_in(house, "agnès") as stays, signed_in(house, "jean") as leaves:
        films = stays.get("/api/films", params={"limit": 3}).json()["items"]
        film_ids = [film["film_id"] for film in films]
        live(stays, film_ids[:2])
        live(leaves, film_ids)
        house.follower.catch_up()
        jean = house.accounts.user_id_of("jean")
        assert {"movies", "outbox", "lists", "movies_catalog", "idempotency_keys"} <= set(
            house.store.snapshot(lambda tx: rows_of(tx, jean))
        )
        answer = leaves.request("DELETE", "/api/me", json={"password": PASSWORD})
        assert answer.status_code == 204
    assert house.store.snapshot(lambda tx: rows_of(tx, jean)) == {}
    verdict = house.checks.everybody()
    assert (verdict.checked_users, verdict.differences) == (1, ())
    assert house.store.snapshot(lambda tx: tx.execute("PRAGMA foreign_key_check").fetchall()) == []


def test_erasing_while_the_follower_is_behind_leaves_the_figures_right_too(
    house: Services,
) -> None:
    with signed_in(house, "agnès") as stays, signed_in(house, "jean") as leaves:
        films = stays.get("/api/films", params={"limit": 3}).json()["items"]
        film_ids = [film["film_id"] for film in films]
        live(leaves, film_ids[:1])
        house.follower.catch_up()
        live(leaves, film_ids[1:])
        live(stays, film_ids)
        house.accounts.erase(house.accounts.user_id_of("jean"))
    house.follower.catch_up()
    assert house.checks.everybody().differences == ()
