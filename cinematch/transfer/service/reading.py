"""From the uploaded file to rows that a person can look at. Nothing of theirs is touched yet."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from typing import TypeVar

from msgspec.structs import replace

from cinematch.diary.core import Entry
from cinematch.events.core import FilmFacts
from cinematch.infra.ports import Tx
from cinematch.kit.ids import new_id
from cinematch.lists.core import MOST_ITEMS
from cinematch.transfer.core.detect import READERS, detect
from cinematch.transfer.core.items import (
    BadFile,
    Documents,
    Found,
    ListHeader,
    Mention,
    Notice,
    Reading,
    Rejection,
    Settings,
)
from cinematch.transfer.core.merging import merge
from cinematch.transfer.core.rows import (
    Decision,
    Import,
    ListItem,
    ListWish,
    Outcome,
    Progress,
    Resolved,
    Row,
    Status,
)
from cinematch.transfer.core.staging import Staging
from cinematch.transfer.core.wish import Wish, combine, is_empty
from cinematch.transfer.ports import Scratch
from cinematch.transfer.service.applying import Chunk
from cinematch.transfer.service.parts import Parts
from cinematch.transfer.service.resolving import Resolver

T = TypeVar("T")
_BATCH = 1_000
_LINES = 4_000
MOST_LINES = 500_000
MOST_HELD = 20_000
"""How much of a file is sorted in memory, by `Staging.weight`: some 20 MB."""
_MOST_NOTICES, _MOST_LISTS = 100, 5_000
_VERDICTS: dict[str, Outcome] = {"doubtful": "doubtful", "unknown": "not_found"}


class Superseded(Exception):
    """The import was discarded, or is read by somebody else."""


class Reader:
    """Reads one import. Made anew for each reading; starts from nothing.

    One that is to be applied at once brings its films in as it compares them: each row is written
    with its effect, in one transaction. Interrupted, it reads the file again and passes over the
    films that are in (by film and by wording, for the catalogue may have grown meanwhile).
    """

    def __init__(self, parts: Parts, item: Import) -> None:
        self._parts = parts
        self._item = item
        self._token = new_id()
        self._row_id = 0
        self._before: dict[str | None, int] = {}
        self._lists: list[ListHeader] = []
        self._notices: list[tuple[str, str]] = []

    def read(self) -> None:
        """Read the whole file and leave the import in `preview`.

        Raises:
            NeedsMapping: the columns must be named first.
            BadFile, BadValue: the file as a whole cannot be read.
            Superseded: there is nothing left to do.
        """
        parts, import_id = self._parts, self._item.import_id
        self._start()
        with (
            parts.uploads.open(import_id, self._item.filename) as documents,
            ExitStack() as on_disk,
        ):
            scratch = self._stage(documents, on_disk)
            self._resolve(scratch)
            self._compare(scratch)
            self._save_lists(scratch)
        self._finish()

    def _start(self) -> None:
        def work(tx: Tx) -> None:
            item = self._parts.imports.get(tx, self._item.import_id)
            if item is None or item.status != "reading":
                raise Superseded
            self._parts.imports.clear_rows(tx, item.import_id)
            self._passed_over(self._parts.imports.applied(tx, item.import_id))
            state = replace(
                item.state,
                reader=self._token,
                progress=Progress(),
                counts={},
                conflicts=0,
                notices=[],
                question=None,
                settings=None,
            )
            self._item = replace(item, state=state)
            self._parts.imports.save(tx, self._item)

        self._parts.store.transact(work)

    def _passed_over(self, applied: Sequence[tuple[int, str, str]]) -> None:
        self._before = {}
        for row_id, film_id, wording in applied:
            self._before[film_id] = self._before[f"wording:{wording}"] = row_id
        self._row_id = max((row_id for row_id, _, _ in applied), default=0)

    def _save(self, rows: Sequence[Row], progress: Progress, *, bring: bool = False) -> None:
        """Write rows and progress in one transaction, unless somebody else took over."""

        def work(tx: Tx) -> None:
            item = self._parts.imports.get(tx, self._item.import_id)
            if item is None or item.status != "reading" or item.state.reader != self._token:
                raise Superseded
            done = Chunk(self._parts, tx, item).apply(rows) if bring else []
            self._parts.imports.add_rows(tx, item.import_id, [*done, *rows[len(done) :]])
            self._parts.imports.save(tx, self._item)

        self._item = replace(self._item, state=replace(self._item.state, progress=progress))
        self._parts.store.transact(work)
        if bring:
            self._parts.signals.written()

    def _stage(self, documents: Documents, on_disk: ExitStack) -> Scratch:
        """Sort what the file says by film: in memory, and a large one on the disk."""
        said = self._item.state.said_source
        source = detect(documents) if said == "auto" else said
        self._item = replace(self._item, source=source)
        reading = Reading(self._parts.clock().date(), self._item.state.mapping)
        scratch: Scratch = Staging()
        done = 0
        for found in _batches(READERS[source](documents, reading), _LINES):  # type: ignore[index]
            scratch.add([item for item in found if isinstance(item, Mention)])
            if isinstance(scratch, Staging) and scratch.weight > MOST_HELD:
                held = iter(scratch.mentions)
                scratch = on_disk.enter_context(self._parts.scratches.open(self._item.import_id))
                for mentions in _batches(held, _BATCH):
                    scratch.add(mentions)
            self._note(found)
            refused = [item for item in found if isinstance(item, Rejection)]
            done += len(found)
            if done > MOST_LINES:
                raise BadFile(
                    f"The file holds more than {MOST_LINES:,} lines.",
                    "Split it, or leave out what is not yours; then send the parts.",
                )
            self._save([self._refused(item) for item in refused], Progress(done, 0, "reading"))
        return scratch

    def _note(self, found: Sequence[Found]) -> None:
        for item in found:
            if isinstance(item, ListHeader) and len(self._lists) < _MOST_LISTS:
                self._lists.append(item)
            elif isinstance(item, Notice) and len(self._notices) < _MOST_NOTICES:
                self._notices.append((item.file, item.message))
            elif isinstance(item, Settings):
                self._item = replace(
                    self._item, state=replace(self._item.state, settings=item.values)
                )

    def _refused(self, item: Rejection) -> Row:
        return Row(row_id=self._next_id(), outcome="rejected", item=item)

    def _next_id(self) -> int:
        self._row_id += 1
        return self._row_id

    def _resolve(self, scratch: Scratch) -> None:
        resolver = Resolver(self._parts.films, self._parts.imports, self._item.user_id)
        for refs in scratch.films(_BATCH):
            scratch.settle(self._parts.store.snapshot(lambda tx: resolver.resolve(tx, refs)))  # noqa: B023 - called at once

    def _compare(self, scratch: Scratch) -> None:
        total, done = scratch.count(), 0
        at_once = self._item.state.at_once
        for groups in _batches(scratch.groups(), _BATCH):
            rows = [self._row(resolved, mentions) for resolved, mentions in groups]
            scratch.add_items(
                [
                    (m.list_no, m.position, row.row_id, m.note)
                    for row, (_, mentions) in zip(rows, groups, strict=True)
                    for m in mentions
                    if m.list_no is not None
                ]
            )
            done += len(rows)
            progress = Progress(done, total, "applying" if at_once else "comparing")
            rows = [row for row in rows if not row.applied]
            if not at_once:
                rows = self._parts.store.snapshot(lambda tx: self._compared(tx, rows))  # noqa: B023 - called at once
            self._save(rows, progress, bring=at_once)

    def _row(self, resolved: Resolved, mentions: Sequence[Mention]) -> Row:
        wish = combine(self._item.source, mentions)
        marks = (resolved.film_id, f"wording:{wish.ref.key}")
        before = next((self._before[mark] for mark in marks if mark in self._before), None)
        return Row(
            row_id=before or self._next_id(),
            outcome="added" if resolved.film_id else _VERDICTS[resolved.verdict],
            film_id=resolved.film_id,
            item=wish,
            applied=int(before is not None),
            decision=Decision(candidates=resolved.candidates, by=resolved.by),
        )

    def _compared(self, tx: Tx, rows: Sequence[Row]) -> list[Row]:
        """Say of each row what it would do to the user's film as it stands."""
        user_id = self._item.user_id
        film_ids = [row.film_id for row in rows if row.film_id]
        entries = self._parts.entries.get_many(tx, user_id, film_ids)
        brought = self._parts.imports.brought(tx, user_id, list(entries)) if entries else {}
        compared = []
        for row in rows:
            if row.film_id is not None and isinstance(row.item, Wish):
                entry = entries.get(row.film_id) or blank_entry(user_id, row.film_id)
                outcome, conflict = judged(entry, row.item, brought.get(row.film_id, {}))
                if outcome != row.outcome or conflict:
                    row = replace(row, outcome=outcome, conflict=conflict)  # noqa: PLW2901
            compared.append(row)
        return compared

    def _save_lists(self, scratch: Scratch) -> None:
        for header in self._lists:
            places = scratch.items(header.list_no)
            if len(places) > MOST_ITEMS:
                told = f"{len(places)} films; a list holds {MOST_ITEMS}, the first are kept"
                self._notices.append((header.file, told))
            items = tuple(ListItem(row_id, note) for row_id, note in places)
            wish = ListWish(header.file, header.name, header.description, header.created_at, items)
            outcome = self._parts.store.snapshot(lambda tx: self._list_outcome(tx, wish))  # noqa: B023 - called at once
            row = Row(row_id=self._next_id(), outcome=outcome, item=wish)
            self._save([row], self._item.state.progress)

    def _list_outcome(self, tx: Tx, wish: ListWish) -> Outcome:
        numbers = {place.row_id for place in wish.items}
        rows = self._parts.imports.rows(tx, self._item.import_id, numbers)
        film_of = {row_id: row.film_id for row_id, row in rows.items()}
        return self._parts.shelf().outcome(tx, self._item.user_id, wish, film_of)

    def _finish(self) -> None:
        def work(tx: Tx) -> None:
            item = self._parts.imports.get(tx, self._item.import_id)
            if item is None or item.status != "reading" or item.state.reader != self._token:
                raise Superseded
            counts, conflicts = self._parts.imports.counts(tx, item.import_id)
            total = sum(counts.values())
            state = replace(
                self._item.state,
                counts=counts,
                conflicts=conflicts,
                notices=self._notices,
                progress=Progress(total, total, "done"),
            )
            status = "applying" if state.at_once else "preview"
            self._parts.imports.save(tx, replace(self._item, state=state, status=status))

        self._parts.store.transact(work)


def dropped(parts: Parts, tx: Tx, item: Import, status: Status) -> Import:
    """Return the import at its end, without its rows; if it has brought films in, these go first.

    Reading at once and applying may both be stopped half way.
    """
    parts.imports.clear_rows(tx, item.import_id)
    counts, conflicts = parts.imports.counts(tx, item.import_id)
    item = replace(item, state=replace(item.state, counts=counts, conflicts=conflicts))
    return item.beginning("undoing") if counts else replace(item, status=status)


def blank_entry(user_id: str, film_id: str) -> Entry:
    """Return an entry for comparing with, before there is one."""
    return Entry(user_id=user_id, film_id=film_id, facts=FilmFacts(film_id, ""))


def judged(entry: Entry, wish: Wish, brought: dict[str, object]) -> tuple[Outcome, bool]:
    """Say what applying the wish would do, and whether the two disagree."""
    if not entry.version:  # nothing is there to differ from
        return ("unchanged" if is_empty(wish) else "added"), False
    merged = merge(entry, wish, import_id="", brought=brought)
    if not merged.changes:
        return "unchanged", merged.conflict is not None
    return "merged", merged.conflict is not None


def _batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(items, size)):
        yield batch
