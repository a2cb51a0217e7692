"""Imports and exports through the API, as the page uses them."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from cinematch.bootstrap import Services
from tests.support.house import TestClient, build_house, signed_in
from tests.support.transfer import film, zipped

DIARY = (
    "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n"
    "2024-05-18,Metropolis,1927,https://boxd.it/a,4.5,,,2024-05-17\n"
    "2024-05-19,The Film That Nobody Knows,2001,https://boxd.it/b,2,,,2024-05-18\n"
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Services]:
    house = build_house(tmp_path)
    house.films.load([film("Metropolis", 1927, imdb_id="tt0017136")], "imdb")
    yield house
    house.stop()


@pytest.fixture
def page(house: Services) -> Iterator[TestClient]:
    with signed_in(house) as client:
        yield client


def send(page: TestClient, content: str | bytes = DIARY, **fields: str) -> dict[str, object]:
    raw = content.encode() if isinstance(content, str) else content
    answer = page.post("/api/imports", files={"file": ("my.csv", io.BytesIO(raw))}, data=fields)
    assert answer.status_code == 202, answer.text
    body: dict[str, object] = answer.json()
    return body


def work(house: Services, page: TestClient, import_id: object) -> dict[str, object]:
    house.imports.work_off()
    body: dict[str, object] = page.get(f"/api/imports/{import_id}").json()
    return body


def test_a_file_goes_from_upload_over_preview_to_applied_and_back(
    house: Services, page: TestClient
) -> None:
    sent = send(page)
    assert sent["status"] == "reading"
    preview = work(house, page, sent["id"])
    assert (preview["status"], preview["source"]) == ("preview", "letterboxd")
    assert preview["counts"] == {
        "added": 1,
        "merged": 0,
        "unchanged": 0,
        "doubtful": 0,
        "not_found": 1,
        "rejected": 0,
    }
    rows = page.get(f"/api/imports/{sent['id']}/rows?outcome=added").json()
    assert rows["items"][0]["after"]["rating"] == 4.5
    assert rows["items"][0]["film"]["title"] == "Metropolis"
    assert page.post(f"/api/imports/{sent['id']}/apply").status_code == 202
    assert work(house, page, sent["id"])["status"] == "applied"
    assert page.get("/api/library").json()["total"] == 2
    page.post(f"/api/imports/{sent['id']}/undo")
    assert work(house, page, sent["id"])["status"] == "undone"
    assert page.get("/api/library").json()["total"] == 0


def test_the_described_shortcut_applies_at_once_bare_and_under_api(page: TestClient) -> None:
    bodies = []
    for path in ("/upload-csv", "/api/upload-csv"):
        answer = page.post(path, files={"file": ("x.csv", io.BytesIO(DIARY.encode()))})
        assert answer.status_code == 200, answer.text
        bodies.append(answer.json())
    assert [body["status"] for body in bodies] == ["applied", "applied"]
    assert bodies[1]["counts"]["unchanged"] == 2


def test_a_row_can_be_decided(house: Services, page: TestClient) -> None:
    sent = send(page)
    work(house, page, sent["id"])
    row = page.get(f"/api/imports/{sent['id']}/rows?outcome=not_found").json()["items"][0]
    path = f"/api/imports/{sent['id']}/rows/{row['row_id']}"
    metropolis = page.get("/api/films?q=metropolis").json()["items"][0]["film_id"]
    chosen = page.put(path, json={"choice": metropolis}).json()
    assert (chosen["outcome"], chosen["film"]["title"]) == ("added", "Metropolis")
    assert page.put(path, json={"choice": "nobody"}).status_code == 404
    assert page.put(path, json={"choice": "skip"}).json()["choice"] == "skip"


def test_unclear_columns_are_asked_for_and_mapped(house: Services, page: TestClient) -> None:
    sent = send(page, "Opera;Uscita;Punti\nMetropolis;1927;8\n")
    asked = work(house, page, sent["id"])
    assert asked["status"] == "preview"
    question = asked["needs_mapping"]
    assert isinstance(question, dict)
    assert question["columns"] == ["Opera", "Uscita", "Punti"]
    assert page.post(f"/api/imports/{sent['id']}/apply").status_code == 409
    mapping = {"title": "Opera", "year": "Uscita", "rating": "Punti", "rating_scale": "10"}
    answer = page.put(f"/api/imports/{sent['id']}/mapping", json={"mapping": mapping})
    assert answer.status_code == 202, answer.text
    assert work(house, page, sent["id"])["counts"]["added"] == 1  # type: ignore[index]


def test_an_unreadable_file_says_why_and_what_to_do(house: Services, page: TestClient) -> None:
    sent = send(page, zipped({"diary.csv": DIARY * 50})[:300])
    failed = work(house, page, sent["id"])
    assert failed["status"] == "failed"
    assert failed["error"]["mend"]  # type: ignore[index]


@pytest.mark.parametrize(
    "fields", [{"source": "netflix"}, {"mapping": "[1]"}, {"mapping": '{"titel": "x"}'}]
)
def test_wrong_fields_are_refused(page: TestClient, fields: dict[str, str]) -> None:
    answer = page.post(
        "/api/imports", files={"file": ("x.csv", io.BytesIO(b"Title\nX\n"))}, data=fields
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["mend"]


def test_somebody_elses_import_is_not_found(house: Services, page: TestClient) -> None:
    sent = send(page)
    with signed_in(house, "ermanno") as other:
        for call in (other.get, other.delete):
            assert call(f"/api/imports/{sent['id']}").status_code == 404
        assert other.post(f"/api/imports/{sent['id']}/apply").status_code == 404
        assert other.get(f"/api/imports/{sent['id']}/report").status_code == 404


def test_a_discarded_preview_leaves_nothing(house: Services, page: TestClient) -> None:
    sent = send(page)
    work(house, page, sent["id"])
    assert page.delete(f"/api/imports/{sent['id']}").json()["status"] == "discarded"
    assert page.get("/api/imports").json()["items"] == []
    assert list((house.data_dir / "uploads").iterdir()) == []


def test_the_report_is_safe_for_spreadsheets(house: Services, page: TestClient) -> None:
    sent = send(page, DIARY.replace("The Film That Nobody Knows", "=HYPERLINK(1)"))
    work(house, page, sent["id"])
    report = page.get(f"/api/imports/{sent['id']}/report")
    assert report.headers["content-type"].startswith("text/csv")
    assert "'=HYPERLINK(1)" in report.text
    as_json = page.get(f"/api/imports/{sent['id']}/report?format=json").json()
    assert [line["outcome"] for line in as_json] == ["added", "not_found"]


@pytest.mark.parametrize("export_format", ["cinematch", "letterboxd", "imdb"])
def test_exports_download(page: TestClient, export_format: str) -> None:
    page.post("/upload-csv", files={"file": ("x.csv", io.BytesIO(DIARY.encode()))})
    answer = page.get(f"/api/export?format={export_format}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content


def test_joining_a_film_of_ones_own_is_remembered_by_the_next_import(page: TestClient) -> None:
    page.post("/upload-csv", files={"file": ("x.csv", io.BytesIO(DIARY.encode()))})
    films = {
        row["film"]["title"]: row["film"]["film_id"]
        for row in page.get("/api/library").json()["items"]
    }
    own, known = films["The Film That Nobody Knows"], films["Metropolis"]
    assert page.post(f"/api/library/{own}/join", json={"into": known}).status_code == 200
    again = page.post("/upload-csv", files={"file": ("x.csv", io.BytesIO(DIARY.encode()))}).json()
    assert again["counts"]["unchanged"] == 1
    assert page.get("/api/library").json()["total"] == 1
