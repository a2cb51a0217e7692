"""A row as a person looks at it: the film, what it would change, what else may be meant."""

from collections.abc import Sequence
from dataclasses import dataclass

from cinematch.diary.core import Entry
from cinematch.films.core.film import Film
from cinematch.infra.ports import Tx
from cinematch.transfer.core.merging import Conflict, Difference, differences, merge
from cinematch.transfer.core.rows import OWN, SKIP, Import, Row, Undo
from cinematch.transfer.core.undoing import Kept, keep
from cinematch.transfer.core.wish import Wish
from cinematch.transfer.service.parts import Parts
from cinematch.transfer.service.reading import blank_entry


@dataclass(frozen=True)
class SuggestedFilm:
    """A film that may be meant; `score` 0..1, `why` names what agrees."""

    film: Film
    score: float
    why: tuple[str, ...]


@dataclass(frozen=True)
class RowView:
    """One row of an import, with everything that its line on the page needs."""

    row: Row
    film: Film | None
    candidates: tuple[SuggestedFilm, ...]
    before: Kept | None
    after: Kept | None
    changes: tuple[Difference, ...]
    conflict: Conflict | None


def view_rows(parts: Parts, tx: Tx, item: Import, rows: Sequence[Row]) -> list[RowView]:
    """Look at rows as they would be applied now, or as they were."""
    film_ids = {film_id for row in rows if (film_id := film_of(row))}
    suggested = {c.film_id for row in rows for c in row.decision.candidates}
    films = parts.films.get_many(tx, film_ids | suggested)
    entries = parts.entries.get_many(tx, item.user_id, list(film_ids))
    brought = parts.imports.brought(tx, item.user_id, list(entries)) if entries else {}
    views = []
    for row in rows:
        film_id = film_of(row)
        entry = entries.get(film_id or "")
        views.append(_view(item, row, films, entry, brought.get(film_id or "", {})))
    return views


def film_of(row: Row) -> str | None:
    """Return the film that the row stands for, as far as it is known."""
    choice = row.decision.choice
    if choice is not None and choice not in {OWN, SKIP} and not row.applied:
        return choice
    return None if choice == SKIP else row.film_id


def _view(
    item: Import,
    row: Row,
    films: dict[str, Film],
    entry: Entry | None,
    brought: dict[str, object],
) -> RowView:
    film = films.get(film_of(row) or "")
    candidates = tuple(
        SuggestedFilm(films[c.film_id], c.score, c.why)
        for c in row.decision.candidates
        if c.film_id in films
    )
    if isinstance(row.undo, Undo):
        undo = row.undo
        changes = differences(undo.before or Kept(), undo.after or Kept())
        return RowView(row, film, candidates, undo.before, undo.after, changes, None)
    if not isinstance(row.item, Wish):
        return RowView(row, film, candidates, None, None, (), None)
    merged = merge(
        entry or blank_entry(item.user_id, film.film_id if film else ""),
        row.item,
        import_id=item.import_id,
        brought=brought,
        resolution=row.decision.resolution,
    )
    after = keep(merged.target)
    return RowView(row, film, candidates, keep(entry), after, merged.changes, merged.conflict)
