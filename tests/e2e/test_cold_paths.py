"""Starting and stopping: a second instance, a read-only folder, a newer schema, SIGTERM."""

import json
import sqlite3
import time
from pathlib import Path

import httpx
import pytest

from tests.support.server import Server, command, films_of


def test_a_second_server_on_the_same_folder_is_refused_and_says_who_holds_it(
    tmp_path: Path,
) -> None:
    with Server(tmp_path / "data") as server:
        second = command(tmp_path / "data", "serve")
        assert server.process is not None
        assert second.returncode == 3
        assert f"process {server.process.pid}" in second.stderr
        assert server.url in second.stderr


def test_it_ends_cleanly_on_sigterm_and_starts_again_at_once(tmp_path: Path) -> None:
    server = Server(tmp_path / "data").start()
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 10
    with server:
        assert httpx.get(f"{server.url}/ready").status_code == 200


def test_it_ends_within_ten_seconds_while_a_page_listens(tmp_path: Path) -> None:
    server = Server(tmp_path / "data").start()
    with (
        server.client(server.sign_up()) as client,
        client.stream("GET", "/api/stream") as stream,
    ):
        assert stream.status_code == 200
        assert server.stop() == 0


def test_a_file_in_the_place_of_the_folder_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    refused = command(tmp_path / "data", "serve")
    assert refused.returncode == 3
    assert "Traceback" not in refused.stderr
    assert "CINEMATCH_DATA_DIR" in refused.stderr


def test_a_newer_schema_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    with Server(tmp_path / "data"):
        pass
    path = tmp_path / "data" / "cinematch.db"
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 9999")
    database.close()
    before = path.read_bytes()
    refused = command(tmp_path / "data", "serve")
    assert refused.returncode == 3
    assert "9999" in refused.stderr
    assert path.read_bytes() == before


@pytest.mark.slow
def test_twenty_writers_meet_no_locked_database_while_a_command_writes_beside(
    tmp_path: Path,
) -> None:
    import threading

    with Server(tmp_path / "data") as server:
        token = server.api_token()
        with server.client(token) as client:
            ids = [film["film_id"] for film in films_of(client, 20)]
        answers: list[int] = []

        def rate(film_id: str) -> None:
            with server.client(token) as mine:
                for half_stars in range(1, 11):
                    body = {"rating": half_stars / 2}
                    answers.append(mine.patch(f"/api/library/{film_id}", json=body).status_code)

        threads = [threading.Thread(target=rate, args=(film_id,)) for film_id in ids]
        for thread in threads:
            thread.start()
        rebuilt = command(tmp_path / "data", "rebuild", "--json")
        for thread in threads:
            thread.join()
        assert rebuilt.returncode == 0, rebuilt.stderr
        assert answers == [200] * 200
        verdict = command(tmp_path / "data", "verify", "--json")
        assert json.loads(verdict.stdout) == {"checked_users": 1, "differences": 0}


@pytest.mark.parametrize("port", ["70000", "nonsense"])
def test_a_setting_that_cannot_be_is_named_with_its_mend(tmp_path: Path, port: str) -> None:
    import os
    import subprocess
    import sys

    refused = subprocess.run(
        [sys.executable, "-m", "cinematch", "serve"],
        env={**os.environ, "CINEMATCH_DATA_DIR": str(tmp_path), "CINEMATCH_PORT": port},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode == 2
    assert "CINEMATCH_PORT" in refused.stderr
