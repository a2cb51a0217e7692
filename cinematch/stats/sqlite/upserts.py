"""Many rows to a statement: what a statement costs beside its rows is then hardly felt."""

import sqlite3
from collections.abc import Sequence
from itertools import chain

_ROWS = 64


class Upsert:
    """An `INSERT INTO … VALUES … ON CONFLICT …` for any number of rows."""

    def __init__(self, into: str, columns: int, on_conflict: str) -> None:
        row = f"({', '.join('?' * columns)})"
        self._one = f"INSERT INTO {into} VALUES {row} {on_conflict}"
        self._many = f"INSERT INTO {into} VALUES {', '.join([row] * _ROWS)} {on_conflict}"

    def run(self, tx: sqlite3.Connection, rows: Sequence[Sequence[object]]) -> None:
        """Write the rows in their order."""
        whole = len(rows) // _ROWS * _ROWS
        tx.executemany(
            self._many,
            (
                tuple(chain.from_iterable(rows[start : start + _ROWS]))
                for start in range(0, whole, _ROWS)
            ),
        )
        tx.executemany(self._one, rows[whole:])
