"""The commands that keep the data safe, as a person types them: each round trip to its end."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import Server, command, films_of

TODAY = datetime.now(UTC).date()  # trends keep the last weeks only: the first film is in them


@pytest.fixture
def data_dir(lived_in: Path, tmp_path: Path) -> Path:
    """A copy of `lived_in` to do with as one likes."""
    shutil.copytree(lived_in, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which ada has rated twelve films and bob three, and no server runs."""
    folder = tmp_path_factory.mktemp("commands") / "data"
    with Server(folder) as server:
        for username, count in (("ada", 12), ("bob", 3)):
            with server.client(server.sign_up(username)) as client:
                for number, film in enumerate(films_of(client, count)):
                    body = {
                        "film_id": film["film_id"],
                        "rating": number % 10 / 2 + 0.5,
                        "date": f"{TODAY - timedelta(days=31 * number):%Y-%m-%d}",
                    }
                    assert client.post("/api/user-movies/add", json=body).status_code == 200
                mine = client.post(
                    "/api/films", json={"title": f"The {username} tapes", "year": 1999}
                )
                assert mine.status_code == 201, mine.text
                rated = client.patch(
                    f"/api/library/{mine.json()['film_id']}",
                    json={
                        "rating": 5,
                        "review": "Só eu vi.\n“Sì!”",
                        "tags": ["home"],
                        "liked": True,
                    },
                )
                assert rated.status_code == 200, rated.text
    return folder


def answer(data_dir: Path, *arguments: str, code: int = 0) -> Any:
    done = command(data_dir, *arguments, "--json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def table(data_dir: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(data_dir / "cinematch.db")) as database:
        return database.execute(query).fetchall()


def change(data_dir: Path, statement: str) -> None:
    with closing(sqlite3.connect(data_dir / "cinematch.db")) as database, database:
        database.execute(statement)


def test_backup_and_restore(data_dir: Path) -> None:
    films = table(data_dir, "SELECT * FROM movies ORDER BY user_id, film_id")
    taken = answer(data_dir, "backup")
    change(data_dir, "DELETE FROM movies")
    restored = answer(data_dir, "restore", taken["path"], "--yes")
    assert restored["rows"] > 0
    assert table(data_dir, "SELECT * FROM movies ORDER BY user_id, film_id") == films
    (told,) = answer(data_dir, "audit", "list", "--action", "installation.")
    assert (told["action"], told["actor"]) == ("installation.restored", None)
    name = Path(taken["path"]).name
    assert told["details"] == {"archive": name, "state_of": restored["restored"]}
    assert answer(data_dir, "audit", "verify")["differences"] == 0
    assert answer(data_dir, "verify") == {"checked_users": 2, "differences": 0}


def test_restore_is_refused_while_a_server_runs(data_dir: Path) -> None:
    taken = answer(data_dir, "backup")
    with Server(data_dir):
        refused = command(data_dir, "restore", taken["path"], "--yes")
    assert refused.returncode == 3
    assert "already running" in refused.stderr


def test_commands_work_beside_a_running_server(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "ada.json"
    assert command(data_dir, "export", "--user", "ada", str(file)).returncode == 0
    with Server(data_dir) as server, server.client(server.sign_up("bob")) as bob:
        before = bob.get("/api/user-stats").json()
        taken = answer(data_dir, "backup")
        counts = answer(data_dir, "import", str(file), "--user", "bob", "--yes")
        assert counts["rejected"] == 0
        last = bob.get("/api/me").json()["seq"]
        after = bob.get("/api/user-stats", params={"min_seq": last}).json()
        assert (before["total_watched"], after["total_watched"]) == (4, 14)
        assert answer(data_dir, "rebuild", "--user", "bob")["rebuilt_users"] == 1
        assert answer(data_dir, "verify") == {"checked_users": 2, "differences": 0}
        assert answer(data_dir, "status")["last_backup"] is not None
    assert answer(data_dir, "restore", taken["path"], "--yes")["rows"] > 0
    assert answer(data_dir, "verify") == {"checked_users": 2, "differences": 0}


@pytest.mark.parametrize("damage", ["nonsense", "gone"])
def test_with_a_database_that_is_lost_the_backups_are_found_and_brought_back(
    data_dir: Path, damage: str
) -> None:
    films = table(data_dir, "SELECT * FROM movies ORDER BY user_id, film_id")
    taken = answer(data_dir, "backup")
    database = data_dir / "cinematch.db"
    database.unlink() if damage == "gone" else database.write_bytes(b"nothing " * 999)
    if damage == "nonsense":
        for arguments in (("serve",), ("status",), ("backup",)):
            refused = command(data_dir, *arguments)
            assert refused.returncode == 3, refused.stderr
            assert "Traceback" not in refused.stderr
            assert "damaged" in refused.stderr
    assert [b["name"] for b in answer(data_dir, "backups", "list")] == [taken["name"]]
    assert answer(data_dir, "backups", "verify", taken["path"])["sound"] is True
    assert answer(data_dir, "restore", taken["path"], "--yes")["rows"] > 0
    assert table(data_dir, "SELECT * FROM movies ORDER BY user_id, film_id") == films


def test_backups_are_listed_and_checked(data_dir: Path) -> None:
    taken = answer(data_dir, "backup")
    assert [b["name"] for b in answer(data_dir, "backups", "list")] == [taken["name"]]
    assert answer(data_dir, "backups", "verify", taken["path"])["sound"] is True


def test_a_file_that_is_no_backup_is_refused_in_words(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "holiday.zip").write_bytes(b"PK nothing")
    refused = command(data_dir, "restore", str(tmp_path / "holiday.zip"), "--yes")
    assert refused.returncode == 2
    assert "not a backup" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE user_stats SET sum_half_stars = sum_half_stars + 1",
        "UPDATE user_affinities SET count = count + 1 WHERE type = 'genre'",
        "DELETE FROM user_counters WHERE kind = 'month'",
        "UPDATE film_stats SET watched = watched + 1",
        "DELETE FROM trend_days",
    ],
)
def test_verify_finds_a_wrong_figure_and_rebuild_mends_it(data_dir: Path, damage: str) -> None:
    change(data_dir, damage)
    assert answer(data_dir, "verify", code=1)["differences"] > 0
    assert answer(data_dir, "rebuild")["rebuilt_users"] == 2
    assert answer(data_dir, "verify") == {"checked_users": 2, "differences": 0}


def test_export_restores_completely_in_another_installation(data_dir: Path, tmp_path: Path) -> None:
    file, elsewhere = tmp_path / "ada.json", tmp_path / "elsewhere"
    exported = command(data_dir, "export", "--user", "ada", str(file))
    assert exported.returncode == 0, exported.stderr
    with Server(elsewhere) as server:
        server.sign_up("ada")
    counts = answer(elsewhere, "import", str(file), "--user", "ada", "--yes")
    assert (counts["added"], counts["not_found"]) == (12, 1)  # the film of one's own is made anew
    assert counts["rejected"] == 0
    assert _films(elsewhere) == _films(data_dir)
    again = answer(elsewhere, "import", str(file), "--user", "ada", "--yes")
    assert (again["added"], again["merged"], again["unchanged"]) == (0, 0, 13)


def test_erasing_an_account_leaves_nothing_of_it_and_the_others_figures_right(
    data_dir: Path,
) -> None:
    (user_id,) = table(data_dir, "SELECT user_id FROM users WHERE username = 'bob'")[0]
    assert answer(data_dir, "erase-user", "bob", "--yes") == {"erased": "bob"}
    with closing(sqlite3.connect(data_dir / "cinematch.db")) as database:
        kept = "\n".join(database.iterdump())
    assert user_id not in kept
    assert "bob" not in [row[0] for row in table(data_dir, "SELECT username FROM users")]
    assert "The bob tapes" not in kept
    assert answer(data_dir, "verify") == {"checked_users": 1, "differences": 0}


def test_erasing_asks_first_and_without_anybody_to_answer_does_nothing(data_dir: Path) -> None:
    refused = command(data_dir, "erase-user", "ada")
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    assert len(table(data_dir, "SELECT * FROM users")) == 2


def test_status_tells_the_sizes(data_dir: Path) -> None:
    now = answer(data_dir, "status")
    assert (now["users"], now["entries"]) == (2, 17)
    assert now["films"] > 600


def test_an_account_that_is_not_there_is_named(data_dir: Path) -> None:
    refused = command(data_dir, "verify", "--user", "nobody")
    assert refused.returncode == 2
    assert "nobody" in refused.stderr


def _films(data_dir: Path) -> list[Any]:
    return table(
        data_dir,
        "SELECT c.title, c.year, m.rating, m.liked, m.watchlist, m.tags, m.review, w.date,"
        " w.rewatch FROM movies m JOIN users u USING (user_id)"
        " JOIN movies_catalog c USING (film_id)"
        " LEFT JOIN watches w ON w.user_id = m.user_id AND w.film_id = m.film_id"
        " WHERE u.username = 'ada' ORDER BY c.title, c.year, w.date",
    )
