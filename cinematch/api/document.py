"""The OpenAPI document: what the framework finds, with every refusal told as it is answered."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from cinematch.api.deps import CSRF_HEADER
from cinematch.api.problems import Problem, problem_content, problems
from cinematch.api.types import REF

_FRAMEWORKS = ("HTTPValidationError", "ValidationError")
_UNSAFE = ("post", "put", "patch", "delete")


def install(app: FastAPI) -> None:
    """Have the application describe itself by `describe`, made once."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = describe(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of an application.

    Each operation declares its refusals as problem details: the ones of its own, 422 where there is
    something to send, and under `default` those that any may give (413, 421, 429, 503, 507).
    """
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _FRAMEWORKS:
        schemas.pop(name, None)
    problem_schema = Problem.model_json_schema(ref_template=REF)
    schemas.update(problem_schema.pop("$defs", {}))
    schemas["Problem"] = problem_schema
    for method, operation in _operations(document):
        _tell_refusals(operation)
        if method in _UNSAFE and {"cookie": []} in operation.get("security", []):
            _tell_csrf(operation)
    return document


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in document["paths"].values():
        yield from path.items()


def _tell_refusals(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    if "422" in responses:
        responses["422"] = problems(422)[422]
    responses["default"] = {
        "description": "Any other refusal, in the same shape.",
        "content": problem_content(),
    }


def _tell_csrf(operation: dict[str, Any]) -> None:
    operation.setdefault("parameters", []).append(
        {
            "name": CSRF_HEADER,
            "in": "header",
            "required": False,
            "description": "Needed with the cookie alone: the value of the cookie `cm_csrf`.",
            "schema": {"type": "string"},
        }
    )
