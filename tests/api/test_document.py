"""The OpenAPI document is complete: ids, summaries, refusals, examples, ways to sign in."""

from collections.abc import Iterator
from typing import Any

import pytest

from scripts.openapi_document import FILE
from scripts.openapi_document import document as written
from tests.support.house import build_house, client_of

DESCRIBED = (
    "/login",
    "/movies",
    "/user-movies/add",
    "/user-movies/remove",
    "/user-movies/update-rating",
    "/upload-csv",
    "/recalculate-stats",
    "/user-stats",
    "/trends/global",
)
METHODS = {"get", "put", "post", "patch", "delete"}


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    house = build_house(tmp_path_factory.mktemp("data"))
    yield client_of(house).get("/api/openapi.json").json()
    house.stop()


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def test_it_says_what_it_is_and_how_to_sign_in(document: dict[str, Any]) -> None:
    assert document["info"]["title"] == "CineMatch API"
    schemes = document["components"]["securitySchemes"]
    assert (schemes["bearer"]["scheme"], schemes["cookie"]["name"]) == ("bearer", "cm_access")


def test_operation_ids_are_unique_and_summaries_and_tags_are_there(
    document: dict[str, Any],
) -> None:
    found = operations(document)
    assert len({operation["operationId"] for _, operation in found}) == len(found) > 50
    known = {tag["name"] for tag in document["tags"]}
    lacking = [
        where
        for where, operation in found
        if not operation.get("summary") or not set(operation.get("tags", ["?"])) <= known
    ]
    assert lacking == []


def test_every_refusal_is_told_as_problem_details(document: dict[str, Any]) -> None:
    wrong = [
        f"{where} {status}"
        for where, operation in operations(document)
        for status, response in operation["responses"].items()
        if (status == "default" or (status >= "400" and status != "503"))
        and list(response.get("content", {})) != ["application/problem+json"]
    ]
    assert wrong == []
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_schema_that_is_named_is_there(document: dict[str, Any]) -> None:
    named: set[str] = set()

    def walk(part: object) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("$ref"), str):
                named.add(part["$ref"].rpartition("/")[2])
            for inner in part.values():
                walk(inner)
        elif isinstance(part, list):
            for inner in part:
                walk(inner)

    walk(document)
    assert named <= document["components"]["schemas"].keys()


@pytest.mark.parametrize("path", DESCRIBED)
def test_described_addresses_answer_bare_and_under_api_by_one_handler(
    document: dict[str, Any], path: str
) -> None:
    bare, canonical = document["paths"][path], document["paths"][f"/api{path}"]
    for method, operation in bare.items():
        assert operation["operationId"] == f"bare_{canonical[method]['operationId']}"


def test_who_needs_no_account_is_a_short_list(document: dict[str, Any]) -> None:
    open_to_all = {
        where for where, operation in operations(document) if not operation.get("security")
    }
    assert open_to_all == {
        "get /live",
        "get /ready",
        "get /health",
        "get /api/setup",
        "post /api/auth/register",
        "post /api/auth/login",
        "post /api/auth/session",
        "post /api/auth/refresh",
        "post /api/login",
        "post /login",
        "get /api/trends/global",
        "get /trends/global",
    }


def test_the_file_in_docs_is_what_the_api_says() -> None:
    assert FILE.read_text("utf-8") == written(), "it is stale: make openapi"
