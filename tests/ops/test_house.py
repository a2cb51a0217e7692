"""Settings, checks, the state of things and the night's jobs, over the whole house."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cinematch.bootstrap import Services
from cinematch.infra.ports import Tx
from cinematch.infra.replies import Reply
from cinematch.kit.clock import to_iso
from cinematch.kit.errors import Invalid
from tests.support.builders import film
from tests.support.house import PASSWORD, PushedClock, TestClient, build_house, sign_in, signed_in


@pytest.fixture
def clock() -> PushedClock:
    return PushedClock()


@pytest.fixture
def house(tmp_path: Path, clock: PushedClock) -> Iterator[Services]:
    built = build_house(tmp_path, clock)
    built.films.load([film("senso"), film("rocco")], "test")
    yield built
    built.stop()


@pytest.fixture
def ada(house: Services) -> Iterator[TestClient]:
    """The administrator, who has seen two films in the last days."""
    with signed_in(house, "ada") as client:
        for film_id, date in (("senso", "2026-02-27"), ("rocco", "2026-02-28")):
            body = {"date": date, "rating": 4.5}
            assert client.post(f"/api/library/{film_id}/watches", json=body).status_code == 201
        house.follower.catch_up()
        yield client


def change(house: Services, statement: str) -> None:
    house.store.transact(lambda tx: tx.execute(statement))


@pytest.mark.parametrize(
    ("damage", "word"),
    [
        ("UPDATE user_stats SET sum_half_stars = sum_half_stars + 1", "half"),
        ("UPDATE user_affinities SET count = count + 1 WHERE type = 'genre'", "Drama"),
        ("DELETE FROM user_counters WHERE kind = 'month'", "month"),
        ("UPDATE film_stats SET watched = watched + 1", "senso"),
        ("DELETE FROM trend_days", "2026-02-27"),
        ("UPDATE trend_days SET value = 7 WHERE kind = 'genre'", "Drama"),
    ],
)
def test_every_wrong_figure_is_found_named_and_mended(
    house: Services, ada: TestClient, damage: str, word: str
) -> None:
    assert house.checks.everybody().differences == ()
    change(house, damage)
    verdict = ada.post("/api/admin/verify").json()
    assert verdict["differences"] > 0
    assert any(word in line for line in verdict["details"]), verdict["details"]
    assert house.checks.rebuild(None) == 1
    assert house.checks.everybody().differences == ()


def test_checking_is_on_record_and_the_pages_see_when(
    house: Services, ada: TestClient, clock: PushedClock
) -> None:
    clock.push(hours=1)
    sign_in(ada, "ada")
    assert ada.post("/api/admin/verify").json() == {
        "checked_users": 1,
        "differences": 0,
        "details": [],
    }
    assert ada.get("/api/admin/status").json()["last_verify"] == to_iso(clock.at)
    assert ada.get("/api/user-stats").json()["verified_at"] == to_iso(clock.at)


def test_one_account_can_be_checked_and_rebuilt_alone(house: Services, ada: TestClient) -> None:
    ada_id = house.accounts.user_id_of("ada")
    bob = house.accounts.add("bob", PASSWORD)
    change(house, "UPDATE user_stats SET viewings = viewings + 1")
    assert house.checks.one(bob.user_id).differences == ()
    assert len(house.checks.one(ada_id).differences) == 1
    seen: list[tuple[str, int, int]] = []
    assert house.checks.rebuild([ada_id], lambda *step: seen.append(step)) == 1
    assert seen == [("accounts", 0, 1)]
    assert house.checks.one(ada_id).differences == ()


def test_a_summary_names_a_hundred_differences_at_most(house: Services, ada: TestClient) -> None:
    change(
        house,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)"
        " INSERT INTO film_stats (film_id, watched) SELECT 'ghost' || i, 1 FROM n",
    )
    summary = house.checks.everybody().summary()
    assert (summary["differences"], len(summary["details"])) == (150, 100)


def test_settings_have_defaults_and_keep_what_is_chosen(house: Services, tmp_path: Path) -> None:
    assert house.installation.all() == {
        "registration_open": True,
        "backup_keep": 14,
        "backup_hour": 2,
    }
    house.installation.change({"backup_keep": 3, "registration_open": False})
    assert house.installation.all() == {
        "registration_open": False,
        "backup_keep": 3,
        "backup_hour": 2,
    }


def test_of_settings_one_of_which_is_unknown_none_is_saved(house: Services) -> None:
    with pytest.raises(Invalid, match="bakup_keep"):
        house.installation.change({"backup_keep": 3, "bakup_keep": 4})
    assert house.installation.get("backup_keep") == 14


@pytest.mark.parametrize(
    "body", [{"backup_keep": 0}, {"backup_hour": 24}, {"backup_hour": -1}, {"unknown": 1}]
)
def test_a_setting_that_cannot_be_is_refused(ada: TestClient, body: dict[str, int]) -> None:
    assert ada.patch("/api/admin/settings", json=body).status_code == 422
    assert ada.get("/api/admin/settings").json()["backup_keep"] == 14


def test_the_nights_backup_keeps_as_many_as_are_chosen(
    house: Services, ada: TestClient, clock: PushedClock
) -> None:
    assert ada.patch("/api/admin/settings", json={"backup_keep": 2}).status_code == 200
    for _ in range(4):
        clock.push(days=1)
        house.scheduler.run("backup")
    sign_in(ada, "ada")
    kept = ada.get("/api/admin/backups").json()["items"]
    assert [item["reason"] for item in kept] == ["nightly", "nightly"]
    status = ada.get("/api/admin/status").json()
    assert status["last_backup"] == kept[0]["created_at"] == f"{clock.at:%Y-%m-%dT%H:%M:%SZ}"
    download = ada.get(f"/api/admin/backups/{kept[0]['name']}/download")
    assert download.headers["content-type"] == "application/zip"
    assert len(download.content) == kept[0]["bytes"]


def test_the_hour_of_the_night_can_be_chosen(house: Services, clock: PushedClock) -> None:
    house.scheduler.run_due()
    house.installation.change({"backup_hour": 23})
    clock.push(hours=2, minutes=45)  # 23:00
    assert house.scheduler.run_due() == ["backup"]
    clock.push(minutes=60)
    assert house.scheduler.run_due() == ["verify"]
    clock.push(minutes=30)
    assert house.scheduler.run_due() == ["tidy"]


def test_tidying_forgets_old_answers_and_files_that_nobody_needs(
    house: Services, ada: TestClient, clock: PushedClock, tmp_path: Path
) -> None:
    ada_id = house.accounts.user_id_of("ada")

    def keep(tx: Tx) -> None:
        house.replies.keep(tx, ada_id, "old", Reply("r", 200, b"{}"), to_iso(clock.at))

    house.store.transact(keep)
    sent = ada.post("/api/imports", files={"file": ("films.csv", b"Name,Year\nSenso,1954\n")})
    folder = tmp_path / "uploads"
    (wanted,) = folder.glob("*.upload")
    for name, hours in (("left", -7), ("coming", -1)):
        (folder / f"{name}.upload").write_bytes(b"")
        at = clock.at.timestamp() + hours * 3600
        os.utime(folder / f"{name}.upload", (at, at))
    os.utime(wanted, (0, 0))
    assert house.scheduler.run("tidy") == {"uploads_removed": 1, "lake_days_compacted": 0}
    assert {path.name for path in folder.iterdir()} == {wanted.name, "coming.upload"}
    clock.push(hours=25)
    house.scheduler.run("tidy")
    assert house.store.snapshot(lambda tx: house.replies.get(tx, ada_id, "old", "")) is None
    sign_in(ada, "ada")
    assert ada.get(f"/api/imports/{sent.json()['id']}").status_code == 200


def test_erasing_an_account_removes_the_files_that_it_sent(
    house: Services, ada: TestClient, tmp_path: Path
) -> None:
    with signed_in(house, "bob") as bob:
        csv = {"file": ("films.csv", b"Name,Year\nSenso,1954\n")}
        for client in (ada, bob):
            assert client.post("/api/imports", files=csv).status_code == 202
        assert len(list((tmp_path / "uploads").glob("*.upload"))) == 2
        gone = bob.request("DELETE", "/api/me", json={"password": PASSWORD})
        assert gone.status_code == 204
    (kept,) = (tmp_path / "uploads").glob("*.upload")
    ada_id = house.accounts.user_id_of("ada")
    assert [item.import_id for item in house.imports.all_of(ada_id)] == [kept.stem]


def test_starting_clears_what_was_cut_off(house: Services, tmp_path: Path) -> None:
    torn = tmp_path / "backups" / ".taking-torn"
    torn.mkdir(parents=True)
    (torn / "cinematch.db").write_bytes(b"half")
    (tmp_path / ".cinematch.db.restoring").write_bytes(b"half")
    house.start()
    assert not torn.exists()
    assert not (tmp_path / ".cinematch.db.restoring").exists()


def test_what_anybody_may_read_of_the_health_names_nobody(house: Services, ada: TestClient) -> None:
    change(house, "UPDATE user_stats SET liked = -5")
    ada.patch("/api/library/senso", json={"review": "Bella"})
    house.follower.catch_up()
    answer = ada.get("/ready", headers={"Cookie": ""})
    assert answer.status_code == 200
    assert house.accounts.user_id_of("ada") not in answer.text
    assert set(answer.json()["parts"]["follower"]) == {"status", "running", "lag"}
    assert answer.json()["parts"]["follower"]["status"] == "degraded"  # nothing runs here


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/status"), ("GET", "/jobs"), ("POST", "/jobs/backup/run"), ("GET", "/backups"),
        ("POST", "/backups"), ("GET", "/backups/x/download"), ("POST", "/verify"),
        ("GET", "/settings"), ("PATCH", "/settings"),
    ],
)  # fmt: skip
def test_administration_is_for_administrators(
    house: Services, ada: TestClient, method: str, path: str
) -> None:
    with signed_in(house, "bob") as bob:
        assert bob.request(method, f"/api/admin{path}", json={}).status_code == 403


@pytest.mark.parametrize("name", ["nothing.zip", "..%2Fcinematch.db", "%2Fetc%2Fpasswd"])
def test_only_backups_can_be_downloaded(ada: TestClient, name: str) -> None:
    assert ada.get(f"/api/admin/backups/{name}/download").status_code == 404


def test_a_job_that_is_not_there_is_told(ada: TestClient) -> None:
    assert ada.post("/api/admin/jobs/holiday/run").status_code == 404
