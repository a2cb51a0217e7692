"""One shape for every refusal: problem details (RFC 9457), `application/problem+json`."""

import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from cinematch.api.types import REF
from cinematch.kit.errors import NO_ROOM, CineMatchError, FieldError, StoreFull

MEDIA_TYPE = "application/problem+json"

_TITLES = {
    400: ("bad_request", "The request cannot be read"),
    401: ("unauthenticated", "Sign in first"),
    403: ("forbidden", "Not allowed"),
    404: ("not_found", "Not found"),
    405: ("method_not_allowed", "Not possible at this address"),
    413: ("too_large", "Too large"),
    421: ("wrong_host", "Not the right address"),
}


class FieldProblem(BaseModel):
    """What is wrong with one value, and how to mend it."""

    field: str = Field(examples=["rating"])
    message: str = Field(examples=["is not between 0.5 and 5"])
    mend: str = Field(examples=["give half stars from 0.5 to 5"])
    row: int | None = Field(None, description="The row of the file, from 1, where there is one.")


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str = Field(examples=["/problems/not_found"])
    title: str = Field(examples=["Not found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no such film."])
    code: str = Field(examples=["not_found"], description="Stable, for programs.")
    errors: list[FieldProblem] | None = None


_MEANINGS = {
    400: "The request cannot be read.",
    401: "Nobody is signed in, or no longer.",
    403: "This account may not do that.",
    404: "There is no such thing.",
    409: "Not possible as things stand.",
    412: "Changed in the meantime: `If-Match` names an older version.",
    413: "The body is larger than this address takes.",
    422: "A value cannot be accepted; `errors` names field and mend.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
    503: "A part is not available; nothing was changed, try again.",
    507: "The data folder cannot be written; nothing was changed.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Declare, for `responses=` of an endpoint or a router, which refusals it may give."""
    return {
        status: {"description": _MEANINGS[status], "content": problem_content()}
        for status in statuses
    }


def problem_content() -> dict[str, Any]:
    """Declare what a refusal carries; `api.document` adds the schema that it names."""
    return {MEDIA_TYPE: {"schema": {"$ref": REF.format(model="Problem")}}}


def problem(
    status: int,
    detail: str,
    *,
    code: str | None = None,
    title: str | None = None,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Make a problem response; code and title follow from the status when not given."""
    usual_code, usual_title = _TITLES.get(status, ("error", HTTPStatus(status).phrase))
    body: dict[str, Any] = {
        "type": f"/problems/{code or usual_code}",
        "title": title or usual_title,
        "status": status,
        "detail": detail,
        "code": code or usual_code,
    }
    if errors:
        body["errors"] = [_field(error) for error in errors]
    return JSONResponse(body, status, dict(headers or {}), MEDIA_TYPE)


def refusal(error: CineMatchError) -> JSONResponse:
    """Say an expected refusal in the problem shape."""
    headers = {}
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="CineMatch"'
    if "retry_after" in error.context:
        headers["Retry-After"] = str(math.ceil(error.context["retry_after"]))
    return problem(
        error.status,
        error.detail,
        code=error.code,
        title=error.title,
        errors=error.errors,
        headers=headers,
    )


def install(app: FastAPI) -> None:
    """Have every refusal of the application answered in the problem shape."""
    app.add_exception_handler(CineMatchError, _on_refusal)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)


async def _on_refusal(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, CineMatchError):
        raise error
    return refusal(error)


async def _on_invalid_request(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    errors = [_fault(fault) for fault in error.errors()]
    first = errors[0]
    return problem(
        422,
        f"{first.field}: {first.message}",
        code="invalid",
        title="A value cannot be accepted",
        errors=errors,
    )


async def _on_http_exception(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno in NO_ROOM:
        # A large body is laid down on the disk while it is read.
        return refusal(StoreFull("There is no room for the file; make some, then send it again."))
    detail = str(error.detail)
    if error.status_code == 404:
        detail = "There is nothing at this address."
    elif error.status_code == 405:
        detail = f"{request.method} is not possible at this address."
    return problem(error.status_code, detail, headers=error.headers)


_MENDS = {
    "missing": "add it",
    "extra_forbidden": "leave it out, or look for a misspelling",
    "json_invalid": "send valid JSON",
    "string_too_long": "make it shorter",
    "string_too_short": "make it longer",
    "string_unicode": "use text without broken characters",
}


def _fault(fault: Mapping[str, Any]) -> FieldError:
    where = [str(part) for part in fault["loc"]]
    field = ".".join(where[1:]) or where[0]
    kind, message = str(fault["type"]), str(fault["msg"])
    if kind == "value_error" and "surrogates not allowed" in message:
        message, kind = "Value holds broken characters", "string_unicode"
    mend = _MENDS.get(kind, "correct it as the message says")
    return FieldError(_printable(field), _printable(message), mend)


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _field(error: FieldError) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "field": _printable(error.field),
        "message": _printable(error.message),
        "mend": error.mend,
    }
    return shown if error.row is None else {**shown, "row": error.row}
