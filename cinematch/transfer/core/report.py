"""What became of every line, for a person to keep."""

from collections.abc import Iterable, Iterator
from typing import Any

from cinematch.films.core.film import Film
from cinematch.transfer.core.items import Mend, Rejection
from cinematch.transfer.core.merging import Difference
from cinematch.transfer.core.rows import Import, ListWish, Row
from cinematch.transfer.core.wish import Wish

COLUMNS = (
    "file", "line", "title", "year", "outcome", "matched_by", "film_title", "film_year",
    "film_id", "changes", "problem", "mend", "kept_on_undo",
)  # fmt: skip


def report_rows(
    item: Import | None, views: Iterable[tuple[Row, Film | None, tuple[Difference, ...]]]
) -> Iterator[dict[str, object]]:
    """Yield the lines of a report: first the notices about whole files, then row by row."""
    if item is not None:
        for file, message in item.state.notices:
            yield {
                **dict.fromkeys(COLUMNS, ""),
                "file": file,
                "outcome": "note",
                "problem": message,
            }
    for row, film, changes in views:
        yield _line(row, film, changes)


def _line(row: Row, film: Film | None, changes: tuple[Difference, ...]) -> dict[str, object]:
    said: Any = row.item
    reason = problem_of(row)
    return {
        "file": said.file,
        "line": "" if isinstance(said, ListWish) else said.line,
        "title": title_of(row)[0],
        "year": title_of(row)[1] or "",
        "outcome": row.outcome,
        "matched_by": row.decision.by if film else "",
        "film_title": film.title if film else "",
        "film_year": (film.year or "") if film else "",
        "film_id": row.film_id or "",
        "changes": "; ".join(f"{c.field}: {_told(c.before)} → {_told(c.after)}" for c in changes),
        "problem": f"{reason.field}: {reason.message}" if reason else "",
        "mend": reason.mend if reason else "",
        "kept_on_undo": ", ".join(row.decision.kept),
    }


def problem_of(row: Row) -> Mend | None:
    """Return what was wrong with the line, if anything."""
    if isinstance(row.item, Rejection):
        return row.item.mend
    return row.item.problem if isinstance(row.item, Wish) else None


def title_of(row: Row) -> tuple[str, int | None]:
    """Return the title and year that the file gives; a list's name for a list."""
    if isinstance(row.item, Wish):
        return row.item.ref.title, row.item.ref.year
    if isinstance(row.item, ListWish):
        return row.item.name, None
    return row.item.title, row.item.year


def _told(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(part) or "?" for part in value) or "–"
    if isinstance(value, str):
        return value[:100]
    return "–" if value is None else str(value)
