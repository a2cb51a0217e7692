"""Imports and exports over HTTP."""

import json
from collections.abc import Iterator
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, File, Form, Path, Query, UploadFile
from fastapi.responses import StreamingResponse

from cinematch.api.deps import CurrentUser, services
from cinematch.api.problems import problems
from cinematch.api.types import Cursor, Limit, PageOf, PathId
from cinematch.kit.errors import Invalid
from cinematch.transfer.core.report import COLUMNS
from cinematch.transfer.core.tables import row_text, write_safely
from cinematch.transfer.schemas import (
    ExportFormat,
    ImportOut,
    ImportRowOut,
    ImportsOut,
    MappingChange,
    OutcomeFilter,
    ReportFormat,
    RowDecision,
    import_out,
    row_out,
    rows_out,
)
from cinematch.transfer.service import ExportService, ImportService
from cinematch.transfer.service.exporting import FORMATS

_WAIT_SECONDS = 20.0


class NeedsTransfer(Protocol):
    """What this room uses of the services."""

    imports: ImportService
    exports: ExportService


House = Annotated[NeedsTransfer, Depends(services)]
Upload = Annotated[UploadFile, File(description="The file, up to 250 MB.")]
SourceField = Annotated[
    str,
    Form(
        max_length=50,
        description="auto, letterboxd, imdb, trakt, movielens, cinematch or csv.",
    ),
]
MappingField = Annotated[
    str,
    Form(
        max_length=20_000,
        description="JSON: our field -> their column, for a plain CSV.",
        examples=['{"title": "Titolo", "rating": "Voto", "rating_scale": "10"}'],
    ),
]
RowId = Annotated[int, Path(ge=1, le=2**31 - 1)]

router = APIRouter(tags=["transfer"])
described = APIRouter(tags=["transfer"])

_TAKEN = problems(401, 409, 413, 422, 507)
_STEERED = problems(401, 404, 409)


@router.post("/imports", status_code=202, summary="Send a file", responses=_TAKEN)
def create_import(
    file: Upload,
    user: CurrentUser,
    house: House,
    source: SourceField = "auto",
    mapping: MappingField = "",
) -> ImportOut:
    """The file is stored and read in the background; nothing of yours changes before `apply`.

    Letterboxd's zip or single CSV, IMDb's CSV, Trakt's zip, MovieLens' ratings, our own export,
    or any CSV. What the file is, is told by what stands in it.
    """
    item = house.imports.create(
        user.user_id,
        file.filename or "upload",
        file.file,
        source=source,
        mapping=_mapping(mapping),
    )
    return import_out(item)


@described.post("/upload-csv", summary="Send a file and have it applied", responses=_TAKEN)
def upload_csv(
    file: Upload,
    user: CurrentUser,
    house: House,
    source: SourceField = "auto",
    mapping: MappingField = "",
) -> ImportOut:
    """Preview and apply in one; answers when it is done, or after twenty seconds as far as it is.

    Films that are not found, and doubtful ones, become films of your own; `undo` takes it back.
    """
    item = house.imports.create(
        user.user_id,
        file.filename or "upload",
        file.file,
        source=source,
        mapping=_mapping(mapping),
        at_once=True,
    )
    return import_out(house.imports.wait(user.user_id, item.import_id, _WAIT_SECONDS))


@router.get("/imports", summary="My imports", responses=problems(401))
def read_imports(user: CurrentUser, house: House) -> ImportsOut:
    """The latest first; discarded ones are left out."""
    return ImportsOut(items=[import_out(item) for item in house.imports.all_of(user.user_id)])


@router.get("/imports/{import_id}", summary="One import", responses=problems(401, 404))
def read_import(import_id: PathId, user: CurrentUser, house: House) -> ImportOut:
    """Its status, progress and counts."""
    return import_out(house.imports.get(user.user_id, import_id))


@router.delete("/imports/{import_id}", summary="Discard or stop an import", responses=_STEERED)
def discard_import(import_id: PathId, user: CurrentUser, house: House) -> ImportOut:
    """A preview is thrown away; one that is being applied is stopped and taken back."""
    return import_out(house.imports.discard(user.user_id, import_id))


@router.put(
    "/imports/{import_id}/mapping",
    status_code=202,
    summary="Say what the columns are",
    responses=problems(401, 404, 409, 422),
)
def map_import(
    import_id: PathId, body: MappingChange, user: CurrentUser, house: House
) -> ImportOut:
    """The file is read again with these columns."""
    return import_out(house.imports.set_mapping(user.user_id, import_id, body.mapping))


@router.get(
    "/imports/{import_id}/rows", summary="The rows of an import", responses=problems(401, 404, 422)
)
def read_import_rows(
    import_id: PathId,
    user: CurrentUser,
    house: House,
    outcome: Annotated[OutcomeFilter | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> PageOf[ImportRowOut]:
    """What applying would do, or did, film by film, in the order of the file."""
    return rows_out(
        house.imports.rows(user.user_id, import_id, outcome=outcome, cursor=cursor, limit=limit)
    )


@router.put(
    "/imports/{import_id}/rows/{row_id}",
    summary="Decide about a row",
    responses=problems(401, 404, 409, 422),
)
def decide_import_row(
    import_id: PathId, row_id: RowId, body: RowDecision, user: CurrentUser, house: House
) -> ImportRowOut:
    """Choose the film that is meant, keep it as one of your own, or leave it out."""
    view = house.imports.decide(
        user.user_id, import_id, row_id, choice=body.choice, resolution=body.resolution
    )
    return row_out(view)


@router.post(
    "/imports/{import_id}/apply", status_code=202, summary="Apply a preview", responses=_STEERED
)
def apply_import(import_id: PathId, user: CurrentUser, house: House) -> ImportOut:
    """Done in the background; asking twice does it once."""
    return import_out(house.imports.apply(user.user_id, import_id))


@router.post(
    "/imports/{import_id}/undo", status_code=202, summary="Take an import back", responses=_STEERED
)
def undo_import(import_id: PathId, user: CurrentUser, house: House) -> ImportOut:
    """Everything that it brought goes; what you changed by hand since stays."""
    return import_out(house.imports.undo(user.user_id, import_id))


@router.get(
    "/imports/{import_id}/report",
    summary="The report of an import",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"text/csv": {}, "application/json": {}}},
        **problems(401, 404, 422),
    },
)
def read_import_report(
    import_id: PathId,
    user: CurrentUser,
    house: House,
    report_format: Annotated[ReportFormat, Query(alias="format")] = "csv",
) -> StreamingResponse:
    """What became of every line, with reasons and mends."""
    house.imports.get(user.user_id, import_id)
    lines = house.imports.report(user.user_id, import_id)
    if report_format == "json":
        return _download(_as_json(lines), "application/json", f"import-{import_id}.json")
    return _download(_as_csv(lines), "text/csv; charset=utf-8", f"import-{import_id}.csv")


@router.get(
    "/export",
    summary="Take everything along",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"application/json": {}, "application/zip": {}, "text/csv": {}}},
        **problems(401, 422),
    },
)
def export_library(
    user: CurrentUser,
    house: House,
    export_format: Annotated[ExportFormat, Query(alias="format")] = "cinematch",
) -> StreamingResponse:
    """`cinematch` restores completely; `letterboxd` is what Letterboxd imports; `imdb` a CSV."""
    media_type, ending = FORMATS[export_format]
    pieces = house.exports.export(user.user_id, user.username, export_format, by=user.user_id)
    return _download(pieces, media_type, f"cinematch-{export_format}.{ending}")


def _download(pieces: Iterator[bytes], media_type: str, name: str) -> StreamingResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces, media_type=media_type, headers=headers)


def _as_csv(lines: Iterator[dict[str, object]]) -> Iterator[bytes]:
    yield ("\ufeff" + row_text(COLUMNS)).encode()
    for line in lines:
        yield row_text([write_safely(line[column]) for column in COLUMNS]).encode()


def _as_json(lines: Iterator[dict[str, object]]) -> Iterator[bytes]:
    yield b"["
    for number, line in enumerate(lines):
        yield (b",\n" if number else b"\n") + json.dumps(line, ensure_ascii=False).encode()
    yield b"\n]\n"


def _mapping(text: str) -> dict[str, str]:
    if not text.strip():
        return {}
    try:
        mapping: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid.field("mapping", "is not JSON", 'such as {"title": "Titolo"}') from error
    if not isinstance(mapping, dict) or not all(isinstance(v, str) for v in mapping.values()):
        raise Invalid.field("mapping", "is not an object of texts", 'such as {"title": "Titolo"}')
    if len(mapping) > 50 or "\\u" in text or "\x00" in text:
        raise Invalid.field("mapping", "holds what no column is called", "write the columns' names")
    return mapping
