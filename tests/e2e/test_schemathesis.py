"""The whole OpenAPI document, called with good and bad data: no server error, no broken promise."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.server import Server, films_of

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
# What would end the run's own sign-in (tests/accounts covers it), the stream, endless by design
# (tests/stats and tests/api read it), and what has models made, a minute's work of every core each
# time (tests/recommender/test_operating.py calls it). The rest is called without exception.
LEFT_OUT = {
    "/api/stream": "endless",
    "/api/me/tokens/{token_id}": "revokes the token of the run",
    "/api/admin/users/{user_id}": "erases or disables the account of the run",
    "/api/admin/ml/jobs": "begins a training",
    "/api/recommendations/train-sync": "begins a training, and waits for it",
    "/api/admin/stream-k-optimization": "begins a search",
    "/api/admin/ml/k-optimization/stream": "begins a search",
    "/admin/ml/k-optimization/stream": "begins a search",
}
PUBLIC = {
    "GET /live", "GET /ready", "GET /health", "GET /api/setup", "POST /api/auth/register",
    "POST /api/auth/login", "POST /api/auth/session", "POST /api/auth/logout", "POST /api/login",
    "POST /login", "GET /api/trends/global", "GET /trends/global",
}  # fmt: skip
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("document") / "data") as running:
        yield running
        assert "Traceback" not in running.output.read_text()


@pytest.fixture(scope="module")
def token(server: Server) -> str:
    return server.api_token()


def run(server: Server, folder: Path, *more: str, config: str = "") -> str:
    """Run Schemathesis over the document and return what it printed."""
    (folder / "schemathesis.toml").write_text(config, encoding="utf-8")
    left_out = "|".join(re.escape(path) for path in LEFT_OUT)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run"),
            f"{server.url}/api/openapi.json",
            *("--exclude-path-regex", f"^({left_out})$"),
            # One worker: with two, Python 3.11's parser may fail inside the tool (SystemError).
            *("--checks", ",".join(CHECKS), "--seed", "1888", "--workers", "1"),
            *("--request-timeout", "30", "--suppress-health-check", "all"),
            *("--continue-on-failure", "--no-shrink", "--no-color"),
            *more,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout[-1500:])
    assert done.returncode == 0, done.stdout[-12000:] + done.stderr[-2000:]
    with server.client() as client:
        assert client.get("/live").status_code == 200
    return done.stdout


def document(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{server.url}/api/openapi.json").json()
    return found


def operations(server: Server) -> list[tuple[str, str]]:
    paths = document(server)["paths"]
    return [(method.upper(), path) for path in paths for method in METHODS if method in paths[path]]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_call_of_the_document_makes_the_server_fail(
    server: Server, token: str, tmp_path: Path
) -> None:
    printed = run(
        server, tmp_path, "--header", f"Authorization: Bearer {token}",
        "--phases", "examples,coverage,fuzzing", "--max-examples", "8",
    )  # fmt: skip
    called = len(operations(server)) - sum(path in LEFT_OUT for _, path in operations(server))
    assert f"Tested: {called}" in printed
    with server.client(token) as client:
        assert client.get("/api/me").status_code == 200, "the run ended its own sign-in"
        assert client.post("/api/admin/verify").json()["differences"] == 0


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_good_calls_about_things_that_exist_find_them(
    server: Server, token: str, tmp_path: Path
) -> None:
    """With made-up ids almost every call ends at 404; these go further."""
    printed = run(
        server, tmp_path, "--header", f"Authorization: Bearer {token}", "--mode", "positive",
        "--phases", "fuzzing", "--max-examples", "5", "--exclude-method", "DELETE",
        config=_existing(server, token),
    )  # fmt: skip
    assert "passed" in printed
    with server.client(token) as client:
        assert client.get("/api/user-stats").json()["total_watched"] > 0
        assert client.post("/api/admin/verify").json()["differences"] == 0


def _existing(server: Server, token: str) -> str:
    """Make one of everything, and say its ids in the words of Schemathesis' settings."""
    with server.client(token) as client:
        known = [film for film in films_of(client, 400) if film["directors"] and film["imdb_id"]]
        film_id, person = known[0]["film_id"], known[0]["directors"][0]["id"]
        seen = client.post(f"/api/library/{film_id}/watches", json={"date": "2024-05-17"})
        made = client.post("/api/lists", json={"name": "Best"})
        csv = {"file": ("films.csv", b"Name,Year,Rating\nNobody's film,1999,3\n")}
        sent = client.post("/api/upload-csv", files=csv)
    ids = {
        "film_id": film_id,
        "watch_id": seen.json()["watches"][-1]["watch_id"],
        "list_id": made.json()["list_id"],
        "import_id": sent.json()["id"],
        "person_id": person,
        "row_id": 1,
        "year": 2024,
        "name": "backup",
    }
    lines = [f'"path.{name}" = {value!r}' for name, value in ids.items()]
    return "\n".join(["[parameters]", *lines, ""])


def test_without_signing_in_nothing_answers_but_what_is_public(server: Server) -> None:
    answers = {}
    with server.client() as client:
        for method, path in operations(server):
            concrete = re.sub(
                r"\{year\}|\{row_id\}", "1", re.sub(r"\{\w+_?id\}|\{name\}", "x", path)
            )
            for headers in ({}, {"Authorization": "Bearer cmt_nobody"}):
                if f"{method} {path}" not in PUBLIC:
                    answer = client.request(method, concrete, headers=headers, json={})
                    answers[f"{method} {path} {headers}"] = answer.status_code
    assert {name: status for name, status in answers.items() if status != 401} == {}


def test_what_is_public_is_in_the_document(server: Server) -> None:
    assert {f"{method} {path}" for method, path in operations(server)} >= PUBLIC
    assert {path for _, path in operations(server)} >= set(LEFT_OUT)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_without_signing_in_no_call_makes_the_server_fail(server: Server, tmp_path: Path) -> None:
    run(server, tmp_path, "--phases", "fuzzing", "--max-examples", "3")


@pytest.mark.parametrize("path", sorted(LEFT_OUT))
def test_what_is_left_out_refuses_bad_data_in_words(server: Server, token: str, path: str) -> None:
    with server.client(token) as client:
        for value in ("nobody", "%00", "x" * 201, "%F0%9F%8E%AC", "' OR 1=1 --"):
            url = re.sub(r"\{\w+\}", value, path)
            for method in ("PATCH", "DELETE", "PUT"):
                body = {"role": "emperor", "disabled": "perhaps"}
                answer = client.request(method, url, json=body)
                assert 400 <= answer.status_code < 500, answer.text
                assert answer.headers["content-type"] == "application/problem+json"
        me = client.get("/api/me")
        assert (me.status_code, me.json()["username"]) == (200, "ada")
