"""Faults of the machine under the real process: each gets a clear answer, and nothing is lost."""

import http.client
import json
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.faults import OBEYING, command, disk_full, peak_memory, read_only
from tests.support.server import Server, films_of

MIB = 1 << 20
CSV = b"Name,Year,Rating\n" + b"".join(b"Nobody's film %d,1999,3\n" % n for n in range(200_000))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("faults") / "data", before=OBEYING) as running:
        yield running
        verdict = command(running.data_dir, "verify", "--json")
        assert json.loads(verdict.stdout)["differences"] == 0, verdict.stderr


@pytest.fixture(scope="module")
def token(server: Server) -> str:
    return server.api_token()


@pytest.fixture
def client(server: Server, token: str) -> Iterator[httpx.Client]:
    with server.client(token) as signed_in:
        yield signed_in
        assert signed_in.post("/api/admin/verify").json()["differences"] == 0
        assert "Traceback" not in server.output.read_text()


def pid_of(server: Server) -> int:
    assert server.process is not None
    return server.process.pid


def state(client: httpx.Client) -> dict[str, tuple[float | None, int]]:
    page = client.get("/api/library", params={"limit": 200}).raise_for_status().json()
    return {item["film"]["film_id"]: (item["rating"], item["seq"]) for item in page["items"]}


def rate(client: httpx.Client, film: dict[str, Any], stars: float) -> httpx.Response:
    return client.patch(f"/api/library/{film['film_id']}", json={"rating": stars})


def uploads(server: Server) -> list[Path]:
    return list((server.data_dir / "uploads").glob("*.upload"))


@pytest.mark.parametrize("room", [0, 4096, 50_000, 130_000, 200_001])
def test_on_a_full_disk_changes_are_refused_whole_and_reading_goes_on(
    server: Server, client: httpx.Client, room: int
) -> None:
    films = films_of(client, 40)
    assert rate(client, films[0], 2.5).status_code == 200
    expected = state(client)
    begin_the_log_anew(server)
    refused = 0
    with disk_full(pid_of(server), room):
        for number, film in enumerate(films):
            answer = rate(client, film, number % 10 / 2 + 0.5)
            if answer.status_code == 200:
                expected[film["film_id"]] = (answer.json()["rating"], answer.json()["seq"])
                continue
            refused += 1
            assert answer.status_code == 507, answer.text
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["code"] == "store_full"
            assert "nothing was changed" in answer.json()["detail"]
        assert refused > 0
        assert state(client) == expected
        assert client.get("/api/user-stats").status_code == 200
        assert client.get("/ready").status_code == 200
    assert state(client) == expected
    answer = rate(client, films[1], 5.0)
    assert answer.status_code == 200
    figures = client.get("/api/user-stats", params={"min_seq": answer.json()["seq"]}).json()
    assert figures["seq"] >= answer.json()["seq"]
    assert figures["total_watched"] == len(state(client))


def begin_the_log_anew(server: Server) -> None:
    """Have the next change written at the beginning of the log, to come up to the limit."""
    with closing(sqlite3.connect(server.data_dir / "cinematch.db", timeout=30)) as database:
        busy, _, _ = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert busy == 0


@pytest.mark.parametrize("size", [10_000, 3 * MIB])
def test_on_a_full_disk_a_file_is_refused_and_none_of_it_stays(
    server: Server, client: httpx.Client, size: int
) -> None:
    before = client.get("/api/imports").json()
    with disk_full(pid_of(server), 5000):
        answer = client.post("/api/imports", files={"file": ("films.csv", CSV[:size])})
    assert (answer.status_code, answer.json()["code"]) == (507, "store_full"), answer.text
    assert uploads(server) == []
    assert client.get("/api/imports").json() == before


def test_on_a_full_disk_a_backup_is_refused_and_none_of_it_stays(
    server: Server, client: httpx.Client
) -> None:
    refused = command(server.data_dir, "backup", room=100_000)
    assert refused.returncode == 3
    assert "Traceback" not in refused.stderr
    assert "Make room" in refused.stderr or "could not be copied" in refused.stderr
    backups = server.data_dir / "backups"
    assert [path.name for path in backups.iterdir() if path.name != ".lock"] == []
    assert command(server.data_dir, "backup").returncode == 0


@pytest.mark.parametrize("room", [0, 20_000, 400_000])
def test_without_room_at_the_start_it_says_so_and_begins_when_there_is(
    tmp_path: Path, room: int
) -> None:
    refused = command(tmp_path / "data", "serve", room=room)
    assert refused.returncode == 3, refused.stderr
    assert "Traceback" not in refused.stderr
    assert "cannot be" in refused.stderr
    with Server(tmp_path / "data") as server, server.client(server.sign_up()) as client:
        assert client.get("/api/films").json()["total"] > 600


def test_a_folder_that_may_not_be_written_is_told_at_the_start(tmp_path: Path) -> None:
    with Server(tmp_path / "data"):
        pass
    with read_only(tmp_path / "data"):
        refused = command(tmp_path / "data", "serve", before=OBEYING)
    assert refused.returncode == 3
    assert "CINEMATCH_DATA_DIR" in refused.stderr
    assert str(tmp_path / "data") in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_folder_that_may_not_be_made_is_told_at_the_start(tmp_path: Path) -> None:
    with read_only(tmp_path):
        refused = command(tmp_path / "data", "serve", before=OBEYING)
    assert refused.returncode == 3
    assert "CINEMATCH_DATA_DIR" in refused.stderr


def test_a_database_that_may_not_be_written_is_told_at_the_start(tmp_path: Path) -> None:
    with Server(tmp_path / "data"):
        pass
    database = tmp_path / "data" / "cinematch.db"
    before = database.read_bytes()
    database.chmod(0o444)
    refused = command(tmp_path / "data", "serve", before=OBEYING)
    database.chmod(0o644)
    assert refused.returncode == 3, refused.stderr
    assert "CINEMATCH_DATA_DIR" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert database.read_bytes() == before


def test_a_folder_that_becomes_read_only_while_it_runs_loses_nothing(
    server: Server, client: httpx.Client
) -> None:
    films = films_of(client, 2)
    assert rate(client, films[0], 1.0).status_code == 200
    with read_only(server.data_dir):
        # The files that are open stay so: a change is kept as always.
        kept = rate(client, films[0], 4.5)
        assert kept.status_code == 200
        answer = client.post("/api/imports", files={"file": ("films.csv", CSV[:1000])})
        assert (answer.status_code, answer.json()["code"]) == (507, "store_full"), answer.text
        assert client.post("/api/admin/backups").status_code == 202
        result = last_result(client, "backup")
        assert "could not be written" in result["error"]
    assert state(client)[films[0]["film_id"]] == (4.5, kept.json()["seq"])
    assert client.post("/api/admin/backups").status_code == 202
    assert "error" not in last_result(client, "backup")


def last_result(client: httpx.Client, name: str) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        jobs = {job["name"]: job for job in client.get("/api/admin/jobs").json()["items"]}
        if not jobs[name]["running"] and jobs[name]["last_result"] is not None:
            result: dict[str, Any] = jobs[name]["last_result"]
            return result
        time.sleep(0.05)
    raise AssertionError(f"The job {name} did not end.")


def test_of_two_tabs_the_later_one_is_told_and_overwrites_nothing(client: httpx.Client) -> None:
    film = films_of(client, 1)[0]
    path = f"/api/library/{film['film_id']}"
    client.patch(path, json={"rating": 3.0, "review": "As both tabs saw it."})
    first, second = client.get(path).headers["ETag"], client.get(path).headers["ETag"]
    saved = client.patch(path, json={"review": "The first tab."}, headers={"If-Match": first})
    assert saved.status_code == 200
    late = client.patch(
        path, json={"review": "The second tab.", "rating": 1.0}, headers={"If-Match": second}
    )
    assert (late.status_code, late.json()["code"]) == (412, "version_mismatch")
    gone = client.delete(path, headers={"If-Match": second})
    assert gone.status_code == 412
    entry = client.get(path).json()
    assert (entry["review"], entry["rating"]) == ("The first tab.", 3.0)
    again = client.patch(
        path, json={"review": "Both."}, headers={"If-Match": saved.headers["ETag"]}
    )
    assert again.status_code == 200


def begun_upload(server: Server, token: str, stated: int, sent: bytes) -> socket.socket:
    """Begin to send a file of `stated` bytes, and go no further than `sent`."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    connection.sendall(
        b"POST /api/imports HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Authorization: Bearer " + token.encode() + b"\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\n"
        b"Content-Length: " + str(stated).encode() + b"\r\n\r\n"
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="films.csv"\r\n\r\n' + sent
    )
    return connection


def test_a_file_that_says_it_is_too_large_is_refused_at_once(
    server: Server, client: httpx.Client, token: str
) -> None:
    began = time.monotonic()
    with begun_upload(server, token, 251 * MIB, CSV[:1000]) as connection:
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.status == 413
        assert json.loads(answer.read())["code"] == "too_large"
    assert time.monotonic() - began < 2
    assert uploads(server) == []


def test_a_file_that_is_cut_off_leaves_nothing(
    server: Server, client: httpx.Client, token: str
) -> None:
    before = client.get("/api/imports").json()
    for sent in (CSV[:100], CSV[: 2 * MIB]):
        begun_upload(server, token, 5 * MIB, sent).close()
    time.sleep(0.3)
    assert client.get("/api/imports").json() == before
    assert uploads(server) == []


@pytest.mark.slow
def test_two_hundred_megabytes_are_read_in_flat_memory(
    server: Server, client: httpx.Client, tmp_path: Path
) -> None:
    file = tmp_path / "watched.csv"
    with file.open("w", encoding="utf-8") as out:
        out.write("Name,Year,Rating,Notes of the other service\n")
        for number in range(2500):
            out.write(f"Nobody's film {number},{1950 + number % 70},3,{'x' * 83_000}\n")
    assert file.stat().st_size > 195 * MIB
    small = client.post("/api/imports", files={"file": ("small.csv", CSV[:2_000])})
    wait_for(client, small.json()["id"])
    before = peak_memory(pid_of(server))
    with file.open("rb") as stream:
        sent = client.post("/api/imports", files={"file": ("watched.csv", stream)}, timeout=120)
    assert sent.status_code == 202, sent.text
    done = wait_for(client, sent.json()["id"])
    assert done["status"] == "preview", done
    assert sum(done["counts"].values()) == 2500
    assert peak_memory(pid_of(server)) - before < 60 * MIB
    assert client.delete(f"/api/imports/{sent.json()['id']}").status_code == 200
    assert client.delete(f"/api/imports/{small.json()['id']}").status_code == 200
    assert uploads(server) == []


def wait_for(client: httpx.Client, import_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 100
    while time.monotonic() < deadline:
        found: dict[str, Any] = client.get(f"/api/imports/{import_id}").json()
        if found["status"] != "reading":
            return found
        time.sleep(0.1)
    raise AssertionError("The file was not read in time.")
