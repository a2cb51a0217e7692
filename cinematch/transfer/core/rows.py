"""An import, its rows, and where each of them stands."""

from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from cinematch.transfer.core.items import Mend, Rejection
from cinematch.transfer.core.merging import Resolution
from cinematch.transfer.core.undoing import Kept
from cinematch.transfer.core.wish import Wish

Status = Literal[
    "reading", "preview", "applying", "applied", "undoing", "undone", "failed", "discarded"
]
Outcome = Literal["added", "merged", "unchanged", "doubtful", "not_found", "rejected"]
OUTCOMES: tuple[Outcome, ...] = (
    "added", "merged", "unchanged", "doubtful", "not_found", "rejected",
)  # fmt: skip
WORKING: tuple[Status, ...] = ("reading", "applying", "undoing")
OWN, SKIP = "own", "skip"


class Progress(msgspec.Struct, frozen=True, gc=False):
    """How far the work has come; `total` is 0 while it is not known."""

    done: int = 0
    total: int = 0
    phase: str = "reading"  # reading, matching, comparing, applying, undoing, done


class Question(msgspec.Struct, frozen=True, gc=False):
    """What must be said before a file can be read."""

    columns: list[str]
    sample: list[list[str]]
    suggested: dict[str, str]


class Problem(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Why an import failed."""

    detail: str
    mend: str
    code: str = "unreadable"


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an import needs to remember beside its rows."""

    progress: Progress = Progress()
    counts: dict[str, int] = {}
    conflicts: int = 0
    said_source: str = "auto"
    mapping: dict[str, str] = {}
    question: Question | None = None
    problem: Problem | None = None
    notices: list[tuple[str, str]] = []
    at_once: bool = False  # apply as soon as it is read
    reader: str = ""  # who reads now; another reader makes the first one stop
    settings: dict[str, Any] | None = None  # of our own export
    settings_before: dict[str, Any] | None = None
    kept_back: int = 0  # rows whose later changes the undoing left alone


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """One file on its way in."""

    import_id: str
    user_id: str
    filename: str
    source: str
    status: Status
    created_at: str
    state: State = State()
    applied_at: str | None = None
    undone_at: str | None = None

    def beginning(self, status: Status) -> "Import":
        """Return the import at the start of its applying or undoing."""
        progress = Progress(0, sum(self.state.counts.values()), status)
        return replace(self, status=status, state=replace(self.state, progress=progress))


class ListItem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A place on a list: the row whose film stands there, and a note."""

    row_id: int
    note: str = ""


class ListWish(msgspec.Struct, frozen=True, omit_defaults=True, tag="list", gc=False):
    """A list that the file holds."""

    file: str
    name: str
    description: str = ""
    created_at: str | None = None
    items: tuple[ListItem, ...] = ()


class Suggestion(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A film that may be meant."""

    film_id: str
    score: float
    why: tuple[str, ...] = ()


class Resolved(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What a wording was found to mean. Wordings with one `target` speak of one film."""

    target: str
    verdict: Literal["certain", "doubtful", "unknown"]
    film_id: str | None = None
    by: str = ""
    candidates: tuple[Suggestion, ...] = ()


class Decision(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What is known and said about a row beyond the file's words."""

    candidates: tuple[Suggestion, ...] = ()
    choice: str | None = None  # a film id, "own" or "skip"
    resolution: Resolution = "mine"
    by: str = ""  # how the film was found: id, title, choice
    reason: Mend | None = None
    kept: tuple[str, ...] = ()  # fields in which the undoing kept the user's later change


class Undo(msgspec.Struct, frozen=True, omit_defaults=True, tag="film", gc=False):
    """What one applied row did."""

    before: Kept | None = None
    after: Kept | None = None
    made_film: bool = False


class ListUndo(msgspec.Struct, frozen=True, omit_defaults=True, tag="list", gc=False):
    """What one applied list did."""

    list_id: str
    made: bool
    added: tuple[str, ...] = ()


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One film, list or refused line of an import. `applied`: 0 not yet, 1 done, 2 taken back."""

    row_id: int
    outcome: Outcome
    item: Wish | ListWish | Rejection
    film_id: str | None = None
    conflict: bool = False
    applied: int = 0
    decision: Decision = Decision()
    undo: Undo | ListUndo | None = None

    @property
    def kind(self) -> Literal["film", "list", "refused"]:
        """Whether the row is about a `film`, a `list`, or a `refused` line."""
        if isinstance(self.item, Wish):
            return "film"
        return "list" if isinstance(self.item, ListWish) else "refused"
