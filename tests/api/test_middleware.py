"""What surrounds every request: names, origins, sizes, headers, the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cinematch.api.app import create_app
from cinematch.bootstrap import Services
from tests.support.house import TestClient, build_house, client_of


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Services]:
    built = build_house(tmp_path / "data")
    yield built
    built.stop()


@pytest.fixture
def client(house: Services) -> TestClient:
    return client_of(house)


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:1", "testserver"]
)
def test_the_servers_own_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/live", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil", ""])
def test_a_foreign_name_that_points_here_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/api/setup", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (421, "wrong_host")


def test_listening_on_the_network_any_name_is_good(tmp_path: Path) -> None:
    house = build_house(tmp_path, host="0.0.0.0", allowed_hosts="")  # noqa: S104
    client = client_of(house)
    assert client.get("/live", headers={"Host": "films.home"}).status_code == 200
    house.stop()


def test_no_other_origin_may_read_unless_configured(house: Services, tmp_path: Path) -> None:
    origin = {"Origin": "https://app.example"}
    assert (
        "access-control-allow-origin" not in client_of(house).get("/live", headers=origin).headers
    )
    other = build_house(tmp_path / "cors", cors_origins="https://app.example")
    allowed = client_of(other).get("/live", headers=origin)
    assert allowed.headers["access-control-allow-origin"] == "https://app.example"
    assert client_of(other).post("/api/auth/logout", headers=origin).status_code == 204
    other.stop()


def test_a_body_that_says_it_is_too_large_is_refused_unread(client: TestClient) -> None:
    answer = client.post(
        "/api/auth/login", content=b"{}", headers={"Content-Length": str((1 << 20) + 1)}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("length", ["-1", "1e3", "², "])
def test_a_length_that_is_no_number_is_refused(client: TestClient, length: str) -> None:
    answer = client.post(
        "/api/auth/login",
        content=b"{}",
        headers=[(b"Content-Length", length.encode())],
    )
    assert answer.status_code in {400, 413}


def test_a_body_that_grows_too_large_is_refused_while_it_comes(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(17):
            yield b"x" * (1 << 16)

    answer = client.post("/api/auth/login", content=endless())
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_answers_are_guarded_and_those_of_the_api_are_not_kept(client: TestClient) -> None:
    headers = client.get("/api/setup").headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_large_json_is_compressed_and_small_is_not(client: TestClient) -> None:
    gzip = {"Accept-Encoding": "gzip"}
    document = client.get("/api/openapi.json", headers=gzip)
    assert document.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in client.get("/live", headers=gzip).headers


@pytest.fixture
def site(house: Services, tmp_path: Path) -> TestClient:
    """A client of an application with a built page."""
    folder = tmp_path / "page"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>entry</title>")
    (folder / "assets" / "app-1a2b.js").write_text("run()")
    (tmp_path / "secret.txt").write_text("secret")
    return TestClient(create_app(house, house.settings, page=folder))


NAVIGATION = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["/", "/diary", "/login", "/movies", "/films/abc", "/login/x.y"])
def test_a_browser_that_navigates_gets_the_pages_entry(site: TestClient, path: str) -> None:
    answer = site.get(path, headers=NAVIGATION)
    assert (answer.status_code, answer.text) == (200, "<title>entry</title>")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Content-Security-Policy" in answer.headers


def test_fingerprinted_files_are_kept_for_a_year(site: TestClient) -> None:
    answer = site.get("/assets/app-1a2b.js")
    assert answer.text == "run()"
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/api/nothing", "/api", "/assets/gone.js", "/nothing"])
def test_programs_get_problems_and_not_the_page(site: TestClient, path: str) -> None:
    headers = NAVIGATION if path.startswith("/api") else {}
    assert site.get(path, headers=headers).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/../../secret.txt", "/%00", "/" + "x" * 5000],
)
def test_nothing_outside_the_pages_folder_is_served(site: TestClient, path: str) -> None:
    answer = site.get(path)
    assert "secret" not in answer.text
    assert answer.status_code == 404


def test_without_a_built_page_the_server_says_so(house: Services, tmp_path: Path) -> None:
    bare = TestClient(create_app(house, house.settings, page=tmp_path / "nowhere"))
    answer = bare.get("/")
    assert answer.status_code == 200
    assert "make run" in answer.text
