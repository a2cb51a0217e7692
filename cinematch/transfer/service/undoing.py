"""Taking an import back: compensating events, latest row first."""

from collections.abc import Sequence

from msgspec.structs import replace

from cinematch.events.core import FilmFacts
from cinematch.infra.ports import Tx
from cinematch.kit.clock import to_iso
from cinematch.transfer.core.rows import Import, ListUndo, Progress, Row, Undo
from cinematch.transfer.core.undoing import keep, restored, take_back
from cinematch.transfer.service.parts import Parts

CHUNK = 500
_ALL = 2**62


class Undoer:
    """Takes one import back, chunk by chunk."""

    def __init__(self, parts: Parts, import_id: str) -> None:
        self._parts = parts
        self._import_id = import_id
        self._before = _ALL

    def undo_some(self) -> Import | None:
        """Take the last rows back; return the import, None when it is not being undone."""
        item, first = self._parts.store.transact(self._work)
        self._before = first
        if item is not None:
            self._parts.signals.written()
        return item

    def _work(self, tx: Tx) -> tuple[Import | None, int]:
        imports = self._parts.imports
        item = imports.get(tx, self._import_id)
        if item is None or item.status != "undoing":
            return None, self._before
        rows = imports.last_rows(tx, item.import_id, self._before, CHUNK)
        done = self._undone(tx, item, rows)
        imports.save_rows(tx, item.import_id, done)
        state = item.state
        progress = replace(state.progress, done=state.progress.done + len(done), phase="undoing")
        kept_back = state.kept_back + sum(bool(row.decision.kept) for row in done)
        item = replace(item, state=replace(state, progress=progress, kept_back=kept_back))
        if not rows:
            item = self._finished(tx, item)
        imports.save(tx, item)
        return item, rows[-1].row_id if rows else self._before

    def _undone(self, tx: Tx, item: Import, rows: Sequence[Row]) -> list[Row]:
        film_ids = [row.film_id for row in rows if row.film_id]
        facts = self._parts.films.facts_of(tx, film_ids)
        done = []
        for row in rows:
            kept: tuple[str, ...] = ()
            if isinstance(row.undo, ListUndo):
                self._parts.shelf().take_back(tx, row.undo)
            elif isinstance(row.undo, Undo) and row.film_id in facts:
                kept = self._film(tx, item, row.undo, facts[row.film_id])
            done.append(
                replace(row, applied=2, decision=replace(row.decision, kept=kept))
                if kept
                else replace(row, applied=2)
            )
        made = [
            row.film_id
            for row in rows
            if row.film_id and isinstance(row.undo, Undo) and row.undo.made_film
        ]
        if made:
            self._parts.films.remove_unused(tx, made)
        return done

    def _film(self, tx: Tx, item: Import, undo: Undo, facts: FilmFacts) -> tuple[str, ...]:
        if undo.after is None or undo.before == undo.after:
            return ()
        film_id = facts.film_id
        now = self._parts.entries.get_many(tx, item.user_id, [film_id]).get(film_id)
        target, kept = take_back(undo.before, undo.after, keep(now))
        self._parts.diary.put(
            tx,
            item.user_id,
            film_id,
            None if target is None else restored(target, item.user_id, film_id, facts),
            cause=f"undo:{item.import_id}",
        )
        return kept

    def _finished(self, tx: Tx, item: Import) -> Import:
        state = item.state
        if state.settings_before is not None:
            if self._parts.preferences.settings(tx, item.user_id) == state.settings:
                self._parts.preferences.save_settings(tx, item.user_id, state.settings_before)
            state = replace(state, settings_before=None)
        total = sum(state.counts.values())
        state = replace(state, progress=Progress(total, total, "done"))
        return replace(item, status="undone", undone_at=to_iso(self._parts.clock()), state=state)
