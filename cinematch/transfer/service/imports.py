"""The life of an import, as a person steers it. The work itself is done by the worker."""

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, TypeVar

from msgspec.structs import replace

from cinematch.infra.ports import Tx
from cinematch.kit.clock import to_iso
from cinematch.kit.errors import Conflict, Invalid, NotFound
from cinematch.kit.ids import new_id
from cinematch.kit.paging import Page
from cinematch.transfer.core.detect import READERS
from cinematch.transfer.core.items import BadValue
from cinematch.transfer.core.merging import Resolution
from cinematch.transfer.core.plain import check_mapping
from cinematch.transfer.core.report import report_rows
from cinematch.transfer.core.rows import (
    OUTCOMES,
    OWN,
    SKIP,
    Import,
    Outcome,
    Row,
    State,
)
from cinematch.transfer.core.wish import Wish
from cinematch.transfer.service.parts import Parts
from cinematch.transfer.service.reading import blank_entry, dropped, judged
from cinematch.transfer.service.views import RowView, view_rows
from cinematch.transfer.service.worker import ImportWorker

T = TypeVar("T")
_MOST_WAITING = 20
_PAGE = 200
SOURCES = ("auto", *READERS)


class ImportService:
    """Use cases of imports. Every call is the user's own: others' imports are not found."""

    def __init__(self, parts: Parts, worker: ImportWorker) -> None:
        self._parts = parts
        self._worker = worker

    def create(
        self,
        user_id: str,
        filename: str,
        stream: BinaryIO,
        *,
        source: str = "auto",
        mapping: Mapping[str, str] | None = None,
        at_once: bool = False,
    ) -> Import:
        """Store a file and have it read.

        Args:
            user_id: whose films it speaks of.
            filename: as it was called there; shown, never trusted.
            stream: the file's bytes.
            source: one of `SOURCES`; `auto` looks at what stands in the file.
            mapping: our field -> their column, for a plain CSV, and the options of `core.plain`.
            at_once: apply it as soon as it is read.

        Raises:
            Invalid: the source or the mapping cannot be.
            TooLarge, StoreFull: the file cannot be kept.
            Conflict: too many imports of this user wait already.
        """
        if source not in SOURCES:
            raise Invalid.field(
                "source", f"“{source[:40]}” is unknown", f"one of: {', '.join(SOURCES)}"
            )
        self._check(mapping or {})
        import_id = new_id()
        waiting = self._parts.store.snapshot(self._parts.imports.unread)
        if sum(item.user_id == user_id for item in waiting) >= _MOST_WAITING:
            raise Conflict("Twenty of your imports wait already: apply or discard some first.")
        self._parts.uploads.receive(import_id, stream)
        item = Import(
            import_id=import_id,
            user_id=user_id,
            filename=_shown(filename),
            source=source,
            status="reading",
            created_at=to_iso(self._parts.clock()),
            state=State(said_source=source, mapping=dict(mapping or {}), at_once=at_once),
        )
        try:
            self._parts.store.transact(lambda tx: self._parts.imports.save(tx, item))
        except BaseException:
            self._parts.uploads.discard(import_id)
            raise
        self._worker.wake()
        return item

    def all_of(self, user_id: str) -> list[Import]:
        """Return the user's imports, latest first."""
        return self._parts.store.snapshot(lambda tx: self._parts.imports.of_user(tx, user_id))

    def get(self, user_id: str, import_id: str) -> Import:
        """Return one import.

        Raises:
            NotFound: the user has none of this number.
        """
        return self._parts.store.snapshot(lambda tx: self._mine(tx, user_id, import_id))

    def wait(self, user_id: str, import_id: str, seconds: float) -> Import:
        """Wait until nothing is at work on the import, or the time is over; return it."""
        self._worker.wait_for(import_id, seconds)
        return self.get(user_id, import_id)

    def work_off(self) -> None:
        """Do in this thread what waits for the worker, of all users."""
        self._worker.run_pending()

    def set_mapping(self, user_id: str, import_id: str, mapping: Mapping[str, str]) -> Import:
        """Say what the columns are, and read the file again.

        Raises:
            NotFound, Invalid: as above.
            Conflict: it is applied already.
        """
        self._check(mapping)

        def change(item: Import) -> Import:
            _require(item, "preview", "failed")
            state = replace(item.state, mapping=dict(mapping), question=None, problem=None)
            return replace(item, status="reading", state=state)

        return self._change(user_id, import_id, change)

    def apply(self, user_id: str, import_id: str) -> Import:
        """Have the preview applied.

        Raises:
            NotFound: the user has none of this number.
            Conflict: it is not a preview, or its columns are not named yet.
        """

        def change(item: Import) -> Import:
            if item.status in {"applying", "applied"}:
                return item
            _require(item, "preview")
            if item.state.question is not None:
                raise Conflict("Say first what the columns of this file are.")
            return item.beginning("applying")

        return self._change(user_id, import_id, change)

    def undo(self, user_id: str, import_id: str) -> Import:
        """Have everything taken back that the import brought.

        Raises:
            NotFound: the user has none of this number.
            Conflict: it was not applied.
        """

        def change(item: Import) -> Import:
            if item.status in {"undoing", "undone"}:
                return item
            _require(item, "applied", "applying")
            return item.beginning("undoing")

        return self._change(user_id, import_id, change)

    def discard(self, user_id: str, import_id: str) -> Import:
        """Throw a preview away, or stop an import at work: what it has brought is taken back.

        Raises:
            NotFound: the user has none of this number.
            Conflict: it is applied; undoing takes it back.
        """

        def work(tx: Tx) -> Import:
            item = self._mine(tx, user_id, import_id)
            if item.status == "applying":
                item = item.beginning("undoing")
            else:
                _require(item, "reading", "preview", "failed", "discarded")
                item = dropped(self._parts, tx, item, "discarded")
            self._parts.imports.save(tx, item)
            return item

        item = self._parts.store.transact(work)
        if item.status == "discarded":
            self._parts.uploads.discard(import_id)
        self._worker.wake()
        return item

    def rows(
        self,
        user_id: str,
        import_id: str,
        *,
        outcome: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[RowView]:
        """Return one page of rows; `outcome` is one of `OUTCOMES`, `conflict` or `list`.

        Raises:
            NotFound, Invalid: as above.
        """
        if outcome is not None and outcome not in {*OUTCOMES, "conflict", "list"}:
            raise Invalid.field(
                "outcome", "is unknown", f"one of: {', '.join(OUTCOMES)}, conflict, list"
            )

        def work(tx: Tx) -> Page[RowView]:
            item = self._mine(tx, user_id, import_id)
            page = self._parts.imports.page(tx, import_id, outcome, cursor, limit)
            return Page(view_rows(self._parts, tx, item, page.items), page.total, page.next)

        return self._parts.store.snapshot(work)

    def decide(
        self,
        user_id: str,
        import_id: str,
        row_id: int,
        *,
        choice: str | None = None,
        resolution: Resolution | None = None,
    ) -> RowView:
        """Say which film a row means (an id, `own`, `skip`), or who is right in a conflict.

        Raises:
            NotFound: no such import or row, or no such film.
            Conflict: the import is no preview any more.
            Invalid: the row is a refused line.
        """

        def work(tx: Tx) -> RowView:
            item = self._mine(tx, user_id, import_id)
            _require(item, "preview")
            row = self._parts.imports.rows(tx, import_id, [row_id]).get(row_id)
            if row is None:
                raise NotFound("There is no such row in this import.")
            if not isinstance(row.item, Wish):
                raise Invalid.field("row_id", "is not about a film", "choose another row")
            row = self._decided(tx, user_id, row, row.item, choice, resolution)
            self._parts.imports.save_rows(tx, import_id, [row])
            counts, conflicts = self._parts.imports.counts(tx, import_id)
            state = replace(item.state, counts=counts, conflicts=conflicts)
            self._parts.imports.save(tx, replace(item, state=state))
            return view_rows(self._parts, tx, item, [row])[0]

        return self._parts.store.transact(work)

    def report(self, user_id: str, import_id: str) -> Iterator[dict[str, object]]:
        """Yield what became of every row, plainly, for a download.

        Raises:
            NotFound: the user has none of this number.
        """
        item = self.get(user_id, import_id)
        yield from report_rows(item, ())
        cursor: str | None = None
        while True:
            page = self.rows(user_id, import_id, cursor=cursor, limit=_PAGE)
            views = [(view.row, view.film, view.changes) for view in page.items]
            yield from report_rows(None, views)
            cursor = page.next
            if cursor is None:
                return

    def _decided(
        self,
        tx: Tx,
        user_id: str,
        row: Row,
        wish: Wish,
        choice: str | None,
        resolution: Resolution | None,
    ) -> Row:
        decision = row.decision
        if resolution is not None:
            decision = replace(decision, resolution=resolution)
        if choice is None:
            return replace(row, decision=decision)
        decision = replace(decision, choice=choice)
        if choice in {OWN, SKIP}:
            outcome: Outcome = "doubtful" if decision.candidates else "not_found"
            return replace(row, decision=decision, outcome=outcome, conflict=False)
        film = self._parts.films.get(tx, choice)
        if film is None or film.owner_user_id not in {None, user_id}:
            raise NotFound("There is no such film to choose.")
        entry = self._parts.entries.get_many(tx, user_id, [choice]).get(choice)
        brought = self._parts.imports.brought(tx, user_id, [choice]).get(choice, {})
        outcome, conflict = judged(entry or blank_entry(user_id, choice), wish, brought)
        return replace(row, decision=decision, outcome=outcome, conflict=conflict, film_id=choice)

    def _mine(self, tx: Tx, user_id: str, import_id: str) -> Import:
        item = self._parts.imports.get(tx, import_id)
        if item is None or item.user_id != user_id:
            raise NotFound("There is no such import.")
        return item

    def _change(self, user_id: str, import_id: str, change: Callable[[Import], Import]) -> Import:
        def work(tx: Tx) -> Import:
            item = self._mine(tx, user_id, import_id)
            changed = change(item)
            if changed is not item:
                self._parts.imports.save(tx, changed)
            return changed

        item = self._parts.store.transact(work)
        self._worker.wake()
        return item

    def _check(self, mapping: Mapping[str, str]) -> None:
        try:
            check_mapping(mapping)
        except BadValue as bad:
            raise Invalid.field(
                f"mapping.{bad.mend.field}", bad.mend.message, bad.mend.mend
            ) from None


def _require(item: Import, *statuses: str) -> None:
    if item.status not in statuses:
        raise Conflict(
            f"This import is “{item.status}”; that is possible only at: {', '.join(statuses)}."
        )


def _shown(filename: str) -> str:
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[:200] or "upload"
