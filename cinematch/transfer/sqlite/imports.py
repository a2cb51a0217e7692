"""`imports`, `import_rows` and `import_choices`."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from cinematch.kit.errors import Invalid
from cinematch.kit.paging import Page, decode_cursor, encode_cursor
from cinematch.transfer.core.items import Rejection
from cinematch.transfer.core.merging import differences
from cinematch.transfer.core.rows import (
    WORKING,
    Decision,
    Import,
    ListUndo,
    ListWish,
    Row,
    State,
    Undo,
)
from cinematch.transfer.core.undoing import Kept
from cinematch.transfer.core.wish import Wish

T = TypeVar("T")
_CHUNK = 500
_IMPORT = "import_id, user_id, filename, source, status, state, created_at, applied_at, undone_at"
_ROW = "row_id, outcome, film_id, conflict, applied, item, decision, undo"

_encode = msgspec.json.Encoder().encode
_state = msgspec.json.Decoder(State)
_item = msgspec.json.Decoder(Wish | ListWish | Rejection)
_decision = msgspec.json.Decoder(Decision)
_undo = msgspec.json.Decoder(Undo | ListUndo)
_NO_DECISION = Decision()


class SqliteImports:
    """Implements `transfer.ports.ImportsRepository`."""

    def save(self, tx: sqlite3.Connection, item: Import) -> None:
        tx.execute(
            f"INSERT INTO imports ({_IMPORT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (import_id) DO UPDATE SET source = excluded.source,"
            " status = excluded.status, state = excluded.state,"
            " applied_at = excluded.applied_at, undone_at = excluded.undone_at",
            (
                item.import_id,
                item.user_id,
                item.filename,
                item.source,
                item.status,
                _encode(item.state).decode(),
                item.created_at,
                item.applied_at,
                item.undone_at,
            ),
        )

    def get(self, tx: sqlite3.Connection, import_id: str) -> Import | None:
        row = tx.execute(
            f"SELECT {_IMPORT} FROM imports WHERE import_id = ?", (import_id,)
        ).fetchone()
        return _import(row) if row else None

    def of_user(self, tx: sqlite3.Connection, user_id: str) -> list[Import]:
        rows = tx.execute(
            f"SELECT {_IMPORT} FROM imports WHERE user_id = ? AND status <> 'discarded'"
            " ORDER BY created_at DESC, import_id LIMIT 200",
            (user_id,),
        )
        return [_import(row) for row in rows]

    def working(self, tx: sqlite3.Connection) -> list[Import]:
        rows = tx.execute(
            f"SELECT {_IMPORT} FROM imports WHERE status IN ({_marks(WORKING)})"
            " ORDER BY created_at, import_id",
            WORKING,
        )
        return [_import(row) for row in rows]

    def unread(self, tx: sqlite3.Connection) -> list[Import]:
        rows = tx.execute(f"SELECT {_IMPORT} FROM imports WHERE status IN ('reading', 'preview')")
        return [_import(row) for row in rows]

    def add_rows(self, tx: sqlite3.Connection, import_id: str, rows: Sequence[Row]) -> None:
        tx.executemany(
            "INSERT INTO import_rows"
            " (import_id, row_id, kind, outcome, film_id, conflict, applied, item, decision, undo)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    import_id,
                    row.row_id,
                    row.kind,
                    row.outcome,
                    row.film_id,
                    row.conflict,
                    row.applied,
                    _encode(row.item).decode(),
                    _decided(row.decision),
                    None if row.undo is None else _encode(row.undo).decode(),
                )
                for row in rows
            ],
        )

    def save_rows(self, tx: sqlite3.Connection, import_id: str, rows: Sequence[Row]) -> None:
        tx.executemany(
            "UPDATE import_rows SET outcome = ?, film_id = ?, conflict = ?, applied = ?,"
            " decision = ?, undo = ? WHERE import_id = ? AND row_id = ?",
            [
                (
                    row.outcome,
                    row.film_id,
                    row.conflict,
                    row.applied,
                    _decided(row.decision),
                    None if row.undo is None else _encode(row.undo).decode(),
                    import_id,
                    row.row_id,
                )
                for row in rows
            ],
        )

    def clear_rows(self, tx: sqlite3.Connection, import_id: str) -> None:
        tx.execute("DELETE FROM import_rows WHERE import_id = ? AND applied = 0", (import_id,))

    def applied(self, tx: sqlite3.Connection, import_id: str) -> list[tuple[int, str, str]]:
        rows = tx.execute(
            "SELECT row_id, film_id, json_extract(item, '$.ref.key')"
            " FROM import_rows WHERE import_id = ? AND applied = 1 AND kind = 'film'"
            " AND film_id IS NOT NULL",
            (import_id,),
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def rows(
        self, tx: sqlite3.Connection, import_id: str, row_ids: Collection[int]
    ) -> dict[int, Row]:
        found: dict[int, Row] = {}
        for chunk in _chunks(row_ids):
            for row in tx.execute(
                f"SELECT {_ROW} FROM import_rows"
                f" WHERE import_id = ? AND row_id IN ({_marks(chunk)})",
                (import_id, *chunk),
            ):
                found[row[0]] = _row(row)
        return found

    def page(
        self,
        tx: sqlite3.Connection,
        import_id: str,
        outcome: str | None,
        cursor: str | None,
        limit: int,
    ) -> Page[Row]:
        where, values = "import_id = ?", [import_id]
        if outcome == "conflict":
            where += " AND conflict = 1"
        elif outcome == "list":
            where += " AND kind = 'list'"
        elif outcome is not None:
            where += " AND outcome = ? AND kind <> 'list'"
            values.append(outcome)
        total = tx.execute(f"SELECT count(*) FROM import_rows WHERE {where}", values).fetchone()[0]
        (after,) = decode_cursor(cursor, 1) or (0,)
        if not isinstance(after, int) or not 0 <= after < 2**31:
            raise Invalid.field("cursor", "is not one of this listing", "start again without it")
        found = [
            _row(row)
            for row in tx.execute(
                f"SELECT {_ROW} FROM import_rows WHERE {where} AND row_id > ?"
                " ORDER BY row_id LIMIT ?",
                (*values, after, limit + 1),
            )
        ]
        more = encode_cursor([found[limit - 1].row_id]) if len(found) > limit else None
        return Page(found[:limit], total, more)

    def next_rows(
        self, tx: sqlite3.Connection, import_id: str, after: int, limit: int
    ) -> list[Row]:
        rows = tx.execute(
            f"SELECT {_ROW} FROM import_rows WHERE import_id = ? AND row_id > ? AND applied = 0"
            " AND outcome <> 'rejected' ORDER BY row_id LIMIT ?",
            (import_id, after, limit),
        )
        return [_row(row) for row in rows]

    def last_rows(
        self, tx: sqlite3.Connection, import_id: str, before: int, limit: int
    ) -> list[Row]:
        rows = tx.execute(
            f"SELECT {_ROW} FROM import_rows WHERE import_id = ? AND row_id < ? AND applied = 1"
            " ORDER BY row_id DESC LIMIT ?",
            (import_id, before, limit),
        )
        return [_row(row) for row in rows]

    def counts(self, tx: sqlite3.Connection, import_id: str) -> tuple[dict[str, int], int]:
        counts: dict[str, int] = {}
        conflicts = 0
        for outcome, count, conflicting in tx.execute(
            "SELECT outcome, count(*), sum(conflict) FROM import_rows WHERE import_id = ?"
            " AND kind <> 'list' GROUP BY outcome",
            (import_id,),
        ):
            counts[outcome] = count
            conflicts += conflicting
        return counts, conflicts

    def brought(
        self, tx: sqlite3.Connection, user_id: str, film_ids: Collection[str]
    ) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for chunk in _chunks(film_ids):
            for film_id, undo in tx.execute(
                "SELECT r.film_id, r.undo FROM import_rows r JOIN imports i USING (import_id)"
                " WHERE r.applied = 1 AND r.undo IS NOT NULL"
                f" AND r.film_id IN ({_marks(chunk)}) AND i.user_id = ?"
                " ORDER BY i.applied_at, i.import_id, r.row_id",
                (*chunk, user_id),
            ):
                did = _undo.decode(undo)
                if isinstance(did, Undo) and did.after is not None:
                    changes = differences(did.before or Kept(), did.after)
                    values = found.setdefault(film_id, {})
                    values.update({change.field: change.after for change in changes})
        return found

    def choices(
        self, tx: sqlite3.Connection, user_id: str, keys: Collection[str]
    ) -> dict[str, str]:
        found: dict[str, str] = {}
        for chunk in _chunks(keys):
            rows = tx.execute(
                "SELECT wording, film_id FROM import_choices"
                f" WHERE user_id = ? AND wording IN ({_marks(chunk)})",
                (user_id, *chunk),
            )
            found.update((row[0], row[1]) for row in rows)
        return found

    def save_choices(self, tx: sqlite3.Connection, user_id: str, chosen: Mapping[str, str]) -> None:
        tx.executemany(
            "INSERT INTO import_choices (user_id, wording, film_id) VALUES (?, ?, ?)"
            " ON CONFLICT (user_id, wording) DO UPDATE SET film_id = excluded.film_id",
            [(user_id, wording, film_id) for wording, film_id in chosen.items()],
        )

    def move_film(self, tx: sqlite3.Connection, user_id: str, film_id: str, into: str) -> None:
        tx.execute(
            "UPDATE import_choices SET film_id = ? WHERE user_id = ? AND film_id = ?",
            (into, user_id, film_id),
        )
        tx.execute(
            "UPDATE import_rows SET film_id = ? WHERE film_id = ? AND import_id IN"
            " (SELECT import_id FROM imports WHERE user_id = ?)",
            (into, film_id, user_id),
        )


def _import(row: sqlite3.Row) -> Import:
    return Import(
        import_id=row["import_id"],
        user_id=row["user_id"],
        filename=row["filename"],
        source=row["source"],
        status=row["status"],
        state=_state.decode(row["state"]),
        created_at=row["created_at"],
        applied_at=row["applied_at"],
        undone_at=row["undone_at"],
    )


def _row(row: sqlite3.Row) -> Row:
    return Row(
        row_id=row[0],
        outcome=row[1],
        film_id=row[2],
        conflict=bool(row[3]),
        applied=row[4],
        item=_item.decode(row[5]),
        decision=_NO_DECISION if row[6] == "{}" else _decision.decode(row[6]),
        undo=None if row[7] is None else _undo.decode(row[7]),
    )


def _decided(decision: Decision) -> str:
    return "{}" if decision == _NO_DECISION else _encode(decision).decode()


def _chunks(values: Collection[T]) -> Iterator[list[T]]:
    listed = list(values)
    for start in range(0, len(listed), _CHUNK):
        yield listed[start : start + _CHUNK]


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
