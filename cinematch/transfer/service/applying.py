"""Bringing the rows in, and taking them back: some hundred films a transaction.

A row's mark (`applied`) is written in the transaction of its effect, so a crash between two
transactions loses nothing and doubles nothing: whoever comes next goes on with the unmarked rows.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from cinematch.diary.core import Entry
from cinematch.events.core import FilmFacts
from cinematch.infra.ports import Tx
from cinematch.kit.clock import to_iso
from cinematch.transfer.core.merging import Merged, merge
from cinematch.transfer.core.rows import (
    OWN,
    SKIP,
    Import,
    ListWish,
    Outcome,
    Progress,
    Row,
    Undo,
)
from cinematch.transfer.core.undoing import keep
from cinematch.transfer.core.wish import Wish
from cinematch.transfer.service.own_films import own_film, own_film_id
from cinematch.transfer.service.parts import Parts

CHUNK = 1_000


class Applier:
    """Applies one import, chunk by chunk."""

    def __init__(self, parts: Parts, import_id: str) -> None:
        self._parts = parts
        self._import_id = import_id
        self._after = 0

    def apply_some(self) -> Import | None:
        """Apply the next rows; return the import, None when it is not being applied."""
        item, last = self._parts.store.transact(self._work)
        self._after = last
        if item is not None:
            self._parts.signals.written()
        return item

    def _work(self, tx: Tx) -> tuple[Import | None, int]:
        imports = self._parts.imports
        item = imports.get(tx, self._import_id)
        if item is None or item.status != "applying":
            return None, self._after
        rows = imports.next_rows(tx, item.import_id, self._after, CHUNK)
        films = [row for row in rows if isinstance(row.item, Wish)]
        if films:
            rows = films  # lists wait for all their films
        done = Chunk(self._parts, tx, item).apply(rows)
        imports.save_rows(tx, item.import_id, done)
        progress = replace(
            item.state.progress, done=item.state.progress.done + len(done), phase="applying"
        )
        item = replace(item, state=replace(item.state, progress=progress))
        if not rows:
            item = self._finished(tx, item)
        imports.save(tx, item)
        return item, done[-1].row_id if done else self._after

    def _finished(self, tx: Tx, item: Import) -> Import:
        counts, conflicts = self._parts.imports.counts(tx, item.import_id)
        total = sum(counts.values())
        state = replace(
            item.state, counts=counts, conflicts=conflicts, progress=Progress(total, total, "done")
        )
        if state.settings:
            before = self._parts.preferences.settings(tx, item.user_id)
            if before != state.settings:
                told = self._parts.preferences.save_settings(tx, item.user_id, state.settings)
                state = replace(
                    state,
                    # As they are now, so that an undoing knows them again.
                    settings=self._parts.preferences.settings(tx, item.user_id),
                    settings_before=before,
                    notices=[*state.notices, *(("settings", one) for one in told)],
                )
        applied_at = to_iso(self._parts.clock())
        return replace(item, status="applied", applied_at=applied_at, state=state)


class Chunk:
    """The rows of one transaction."""

    def __init__(self, parts: Parts, tx: Tx, item: Import) -> None:
        self._parts = parts
        self._tx = tx
        self._item = item
        self._user_id = item.user_id
        self._film_of: dict[int, str] = {}
        self._facts: dict[str, FilmFacts] = {}

    def apply(self, rows: Sequence[Row]) -> list[Row]:
        """Apply rows from the first on; return those that are done, perhaps not all."""
        self._choose(rows)
        rows = self._up_to_a_repeat(rows)
        made = self._make_films(rows)
        film_ids = [self._film_of[row.row_id] for row, _ in self._wishes(rows)]
        entries = self._parts.entries.get_many(self._tx, self._user_id, film_ids)
        brought = self._brought(entries)
        self._remember(rows)
        merged = {
            row.row_id: self._merged(row, wish, entries, brought)
            for row, wish in self._wishes(rows)
        }
        changes = self._parts.diary.put_many(
            self._tx,
            self._user_id,
            {m.target.film_id: m.target for m in merged.values() if m.changes},
            event_type="BULK_IMPORT",
            cause=f"import:{self._item.import_id}",
            known=entries,
        )
        done = []
        for row in rows:
            if isinstance(row.item, ListWish):
                done.append(self._list(row, row.item))
            elif row.row_id not in merged:
                done.append(replace(row, applied=1, film_id=None))
            else:
                film_id = self._film_of[row.row_id]
                change = changes.get(film_id)
                before = entries.get(film_id)
                undo = Undo(keep(before), keep(change.after if change else before), film_id in made)
                done.append(_done(row, merged[row.row_id], undo, film_id))
        return done

    def _wishes(self, rows: Sequence[Row]) -> Iterator[tuple[Row, Wish]]:
        for row in rows:
            if isinstance(row.item, Wish) and row.row_id in self._film_of:
                yield row, row.item

    def _choose(self, rows: Sequence[Row]) -> None:
        """Say of each row which film it is about: the one found or chosen, or one of one's own."""
        said: dict[int, str] = {}
        own: dict[int, str] = {}
        for row in rows:
            choice = row.decision.choice
            if isinstance(row.item, Wish) and choice != SKIP:
                own[row.row_id] = own_film_id(self._user_id, row.item.ref.key)
                found = row.film_id if choice is None else None if choice == OWN else choice
                said[row.row_id] = found or own[row.row_id]
        self._facts = self._parts.films.facts_of(self._tx, {*said.values()})
        # A film may have gone since the preview, joined to another one.
        gone = {own[row_id] for row_id, film_id in said.items() if film_id not in self._facts}
        self._facts |= self._parts.films.facts_of(self._tx, gone)
        self._film_of = {
            row_id: film_id if film_id in self._facts else own[row_id]
            for row_id, film_id in said.items()
        }

    def _up_to_a_repeat(self, rows: Sequence[Row]) -> Sequence[Row]:
        # A second row about one film waits for the first one's effect: the next transaction.
        seen: set[str] = set()
        for place, row in enumerate(rows):
            film_id = self._film_of.get(row.row_id)
            if film_id in seen:
                return rows[:place]
            if film_id is not None:
                seen.add(film_id)
        return rows

    def _make_films(self, rows: Sequence[Row]) -> set[str]:
        wanted = {self._film_of[row.row_id]: wish for row, wish in self._wishes(rows)}
        now = to_iso(self._parts.clock())
        missing = [
            own_film(film_id, self._user_id, wish.ref, now)
            for film_id, wish in wanted.items()
            if film_id not in self._facts
        ]
        if missing:
            self._parts.films.save(self._tx, missing)
            self._facts |= {film.film_id: film.facts for film in missing}
        return {film.film_id for film in missing}

    def _brought(self, entries: dict[str, Entry]) -> dict[str, dict[str, Any]]:
        if not entries:
            return {}
        return self._parts.imports.brought(self._tx, self._user_id, list(entries))

    def _remember(self, rows: Sequence[Row]) -> None:
        chosen = {
            wish.ref.key: self._film_of[row.row_id]
            for row, wish in self._wishes(rows)
            if self._film_of[row.row_id] != row.film_id or row.decision.choice is not None
        }
        if chosen:
            self._parts.imports.save_choices(self._tx, self._user_id, chosen)

    def _merged(
        self,
        row: Row,
        wish: Wish,
        entries: dict[str, Entry],
        brought: dict[str, dict[str, Any]],
    ) -> Merged:
        film_id = self._film_of[row.row_id]
        blank = Entry(user_id=self._user_id, film_id=film_id, facts=self._facts[film_id])
        return merge(
            entries.get(film_id) or blank,
            wish,
            import_id=self._item.import_id,
            brought=brought.get(film_id, {}),
            resolution=row.decision.resolution,
        )

    def _list(self, row: Row, wish: ListWish) -> Row:
        numbers = {place.row_id for place in wish.items}
        rows = self._parts.imports.rows(self._tx, self._item.import_id, numbers)
        film_of = {row_id: known.film_id for row_id, known in rows.items()}
        return self._parts.shelf().bring(self._tx, self._item, row, wish, film_of)


def _done(row: Row, merged: Merged, undo: Undo, film_id: str) -> Row:
    outcome: Outcome = "merged" if undo.before else "added"
    if row.outcome in {"doubtful", "not_found"}:
        outcome = row.outcome  # what it was, though it is a film of one's own by now
    elif not merged.changes:
        outcome = "unchanged"
    return replace(
        row,
        film_id=film_id,
        applied=1,
        conflict=merged.conflict is not None,
        outcome=outcome,
        undo=undo,
    )
