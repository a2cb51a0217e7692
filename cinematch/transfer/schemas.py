"""Imports as the API shows them. Ratings are stars."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from cinematch.api.types import Body, Id, Line, PageOf
from cinematch.films.schemas import EntryBrief, FilmFactsOut, film_facts_out, stars
from cinematch.kit.paging import Page
from cinematch.transfer.core.report import problem_of, title_of
from cinematch.transfer.core.rows import OUTCOMES, Import
from cinematch.transfer.core.undoing import Kept
from cinematch.transfer.service import RowView

OutcomeFilter = Literal[
    "added", "merged", "unchanged", "doubtful", "not_found", "rejected", "conflict", "list"
]
ExportFormat = Literal["cinematch", "letterboxd", "imdb"]
ReportFormat = Literal["csv", "json"]
ImportStatus = Literal[
    "reading", "preview", "applying", "applied", "undoing", "undone", "failed", "discarded"
]
MappingIn = Annotated[
    dict[Line, Line],
    Field(
        max_length=50,
        description="Our field -> their column; and `rating_scale` (5, 10, 100), `date_order` "
        "(dmy, mdy, ymd), `rows_are` (seen, watchlist, liked), `user_id` (MovieLens).",
        examples=[{"title": "Titolo", "year": "Anno", "rating": "Voto", "rating_scale": "10"}],
    ),
]


class ProgressOut(BaseModel):
    """How far the work has come; `total` is 0 while it is not known."""

    done: int
    total: int
    phase: str = Field(examples=["applying"])


class CountsOut(BaseModel):
    """Films (and refused lines) by what becomes of them."""

    added: int = 0
    merged: int = 0
    unchanged: int = 0
    doubtful: int = 0
    not_found: int = 0
    rejected: int = 0


class QuestionOut(BaseModel):
    """What must be said before the file can be read: `PUT …/mapping`."""

    columns: list[str]
    sample: list[list[str]]
    suggested: dict[str, str]


class ImportProblem(BaseModel):
    """Why the file cannot be read, and what to do."""

    detail: str
    mend: str
    code: str


class NoticeOut(BaseModel):
    """Something about a whole file of the upload."""

    file: str
    message: str


class ImportOut(BaseModel):
    """One file on its way in."""

    id: str
    filename: str
    source: str = Field(examples=["letterboxd"])
    status: ImportStatus
    progress: ProgressOut
    counts: CountsOut
    conflicts: int
    notices: list[NoticeOut]
    created_at: str
    applied_at: str | None
    undone_at: str | None
    kept_back: int = Field(description="Films whose later changes by hand the undoing left alone.")
    error: ImportProblem | None
    needs_mapping: QuestionOut | None
    undo_until: None = Field(None, description="There is no end: an import can be undone any time.")


class ImportsOut(BaseModel):
    """The caller's imports, latest first."""

    items: list[ImportOut]


class ReasonOut(BaseModel):
    """What is wrong with a value, and how to mend it."""

    model_config = ConfigDict(from_attributes=True)

    field: str
    message: str
    mend: str


class CandidateOut(BaseModel):
    """A film that may be meant."""

    film: FilmFactsOut
    score: float = Field(ge=0, le=1)
    why: list[str] = Field(examples=[["title", "near_year"]])


class ChangeOut(BaseModel):
    """One field that changes; viewings are told by their dates."""

    model_config = ConfigDict(populate_by_name=True)

    field: str
    from_: Any = Field(alias="from")
    to: Any


class ConflictOut(BaseModel):
    """A field in which one's own word and the file's differ."""

    field: str
    mine: Any
    theirs: Any


class ImportRowOut(BaseModel):
    """One film of an import, or a list, or a line that was refused."""

    row_id: int
    kind: Literal["film", "list", "refused"]
    file: str
    line: int | None
    title: str
    year: int | None
    outcome: Literal["added", "merged", "unchanged", "doubtful", "not_found", "rejected"]
    reason: ReasonOut | None
    film: FilmFactsOut | None
    candidates: list[CandidateOut]
    choice: str | None = Field(description="A film id, `own` or `skip`; null while not chosen.")
    before: EntryBrief | None
    after: EntryBrief | None
    changes: list[ChangeOut]
    conflict: ConflictOut | None
    resolution: Literal["mine", "theirs"]
    kept: list[str] = Field(description="Fields that the undoing left as changed by hand since.")


class RowDecision(Body):
    """Which film a row means, or who is right in a conflict."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"choice": "own"}]})

    choice: Id | None = Field(None, description="A film id, `own` or `skip`.")
    resolution: Literal["mine", "theirs"] | None = None


class MappingChange(Body):
    """What the columns of a plain CSV are."""

    mapping: MappingIn


def import_out(item: Import) -> ImportOut:
    """Show an import."""
    state = item.state
    return ImportOut(
        id=item.import_id,
        filename=item.filename,
        source=item.source,
        status=item.status,
        progress=ProgressOut(
            done=state.progress.done, total=state.progress.total, phase=state.progress.phase
        ),
        counts=CountsOut(**{name: state.counts.get(name, 0) for name in OUTCOMES}),
        conflicts=state.conflicts,
        notices=[NoticeOut(file=file, message=message) for file, message in state.notices],
        created_at=item.created_at,
        applied_at=item.applied_at,
        undone_at=item.undone_at,
        kept_back=state.kept_back,
        error=None
        if state.problem is None
        else ImportProblem(
            detail=state.problem.detail, mend=state.problem.mend, code=state.problem.code
        ),
        needs_mapping=None
        if state.question is None
        else QuestionOut(
            columns=state.question.columns,
            sample=state.question.sample,
            suggested=state.question.suggested,
        ),
        undo_until=None,
    )


def row_out(view: RowView) -> ImportRowOut:
    """Show a row."""
    row = view.row
    title, year = title_of(row)
    reason = problem_of(row)
    return ImportRowOut(
        row_id=row.row_id,
        kind=row.kind,
        file=row.item.file,
        line=getattr(row.item, "line", None),
        title=title,
        year=year,
        outcome=row.outcome,
        reason=None if reason is None else ReasonOut.model_validate(reason),
        film=None if view.film is None else film_facts_out(view.film),
        candidates=[
            CandidateOut(film=film_facts_out(c.film), score=c.score, why=list(c.why))
            for c in view.candidates
        ],
        choice=row.decision.choice,
        before=_brief(view.before),
        after=_brief(view.after),
        changes=[
            ChangeOut(field=c.field, from_=_shown(c.field, c.before), to=_shown(c.field, c.after))
            for c in view.changes
        ],
        conflict=None
        if view.conflict is None
        else ConflictOut(
            field=view.conflict.field,
            mine=_shown(view.conflict.field, view.conflict.mine),
            theirs=_shown(view.conflict.field, view.conflict.theirs),
        ),
        resolution=row.decision.resolution,
        kept=list(row.decision.kept),
    )


def rows_out(page: Page[RowView]) -> PageOf[ImportRowOut]:
    """Show a page of rows."""
    items: Sequence[ImportRowOut] = [row_out(view) for view in page.items]
    return PageOf[ImportRowOut](items=items, total=page.total, next=page.next)


def _brief(kept: Kept | None) -> EntryBrief | None:
    if kept is None:
        return None
    return EntryBrief(
        rating=stars(kept.rating),
        liked=kept.liked,
        watchlist=kept.watchlist,
        seen=bool(kept.watches),
        watch_count=len(kept.watches),
        last_watched=max((watch.date for watch in kept.watches), default=None),
        version=0,
    )


def _shown(field: str, value: Any) -> Any:
    return stars(value) if field == "rating" else value
