"""The recommender in SQLite: jobs, the registry of models, and what people tell it."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import msgspec

from cinematch.kit.clock import from_iso
from cinematch.kit.errors import NotFound
from cinematch.recommender.core.ratings import STEP, Rating
from cinematch.recommender.core.records import (
    OPEN,
    Evidence,
    Job,
    JobKind,
    Mark,
    MarkKind,
    Message,
    ModelRecord,
    Preferences,
    Shown,
)
from cinematch.recommender.ports import FEWEST_PEERS, FilmCounts

S = TypeVar("S", bound=msgspec.Struct)

_OPEN = ", ".join(f"'{status}'" for status in OPEN)
_OWN_FILMS = "SELECT film_id FROM movies_catalog WHERE owner_user_id IS NOT NULL"
_EVERYBODY = "SELECT user_id FROM users"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.decode


class SqliteJobs:
    """Implements `recommender.ports.JobsRepository`."""

    def add(self, tx: sqlite3.Connection, job: Job) -> None:
        _insert(tx, "recommender_jobs", job)

    def get(self, tx: sqlite3.Connection, job_id: str) -> Job | None:
        found = _jobs(tx, "WHERE job_id = ?", job_id)
        return found[0] if found else None

    def save(self, tx: sqlite3.Connection, job: Job) -> None:
        names = job.__struct_fields__
        tx.execute(
            f"UPDATE recommender_jobs SET {', '.join(f'{name} = ?' for name in names)}"
            " WHERE job_id = ?",
            (*_values(job), job.job_id),
        )

    def open(self, tx: sqlite3.Connection) -> list[Job]:
        return _jobs(tx, f"WHERE status IN ({_OPEN}) ORDER BY asked_at, job_id")

    def latest(self, tx: sqlite3.Connection, kind: JobKind | None, limit: int) -> list[Job]:
        order = "ORDER BY asked_at DESC, job_id DESC LIMIT ?"
        if kind is None:
            return _jobs(tx, order, limit)
        return _jobs(tx, f"WHERE kind = ? {order}", kind, limit)

    def say(self, tx: sqlite3.Connection, job_id: str, said: Sequence[Message]) -> None:
        row = tx.execute(
            "SELECT (SELECT coalesce(max(number), 0) FROM recommender_messages m"
            " WHERE m.job_id = j.job_id) FROM recommender_jobs j WHERE j.job_id = ?",
            (job_id,),
        ).fetchone()
        if row is not None:
            tx.executemany(
                "INSERT INTO recommender_messages (job_id, number, data) VALUES (?, ?, ?)",
                [(job_id, n, _json(one.data)) for n, one in enumerate(said, row[0] + 1)],
            )

    def messages(
        self, tx: sqlite3.Connection, job_id: str, after: int, limit: int
    ) -> list[Message]:
        rows = tx.execute(
            "SELECT number, data FROM recommender_messages WHERE job_id = ? AND number > ?"
            " ORDER BY number LIMIT ?",
            (job_id, after, limit),
        )
        return [Message(row[0], _decode(row[1])) for row in rows]

    def erase_user(self, tx: sqlite3.Connection, user_id: str) -> None:
        tx.execute("UPDATE recommender_jobs SET asked_by = NULL WHERE asked_by = ?", (user_id,))

    def prune(self, tx: sqlite3.Connection, keep: int) -> int:
        return tx.execute(
            "DELETE FROM recommender_jobs WHERE job_id IN (SELECT job_id FROM (SELECT job_id,"
            " row_number() OVER (PARTITION BY kind ORDER BY asked_at DESC, job_id DESC) AS place"
            f" FROM recommender_jobs WHERE status NOT IN ({_OPEN})) WHERE place > ?)",
            (keep,),
        ).rowcount


class SqliteModels:
    """Implements `recommender.ports.ModelsRepository`."""

    def add(self, tx: sqlite3.Connection, record: ModelRecord) -> None:
        _insert(tx, "models", record)

    def get(self, tx: sqlite3.Connection, version: str) -> ModelRecord | None:
        found = _models(tx, "WHERE version = ?", version)
        return found[0] if found else None

    def all(self, tx: sqlite3.Connection) -> list[ModelRecord]:
        return _models(tx, "ORDER BY created_at DESC, version DESC")

    def champion(self, tx: sqlite3.Connection) -> ModelRecord | None:
        found = _models(tx, "WHERE status = 'champion'")
        return found[0] if found else None

    def save(self, tx: sqlite3.Connection, record: ModelRecord) -> None:
        tx.execute(
            "UPDATE models SET status = ?, created_at = ?, promoted_at = ?, manifest = ?"
            " WHERE version = ?",
            (
                record.status,
                record.created_at,
                record.promoted_at,
                _json(record.manifest),
                record.version,
            ),
        )

    def remove(self, tx: sqlite3.Connection, version: str) -> None:
        tx.execute("DELETE FROM models WHERE version = ?", (version,))


class SqliteTaste:
    """Implements `recommender.ports.TasteRepository`.

    What a film was marked as, or shown, goes with the film: where one of somebody's own is joined
    to the catalogue's, they say it again of that one.
    """

    def evidence(self, tx: sqlite3.Connection, user_id: str) -> list[Evidence]:
        rows = tx.execute(
            "SELECT film_id, rating, liked, watch_count > 0, rated_at, watchlist FROM movies"
            " WHERE user_id = ? ORDER BY film_id",
            (user_id,),
        )
        return [
            Evidence(row[0], row[1], row[2] == 1, row[3] == 1, row[4], row[5] == 1) for row in rows
        ]

    def people(self, tx: sqlite3.Connection, after: str, limit: int) -> list[str]:
        rows = tx.execute(
            f"{_EVERYBODY} WHERE user_id > ? ORDER BY user_id LIMIT ?", (after, limit)
        )
        return [row[0] for row in rows]

    def ratings(self, tx: sqlite3.Connection, user_ids: Sequence[str]) -> list[Rating]:
        rows = tx.execute(
            "SELECT user_id, film_id, rating, coalesce(rated_at, added_at), liked FROM movies"
            f" WHERE user_id IN ({_marks(user_ids)}) AND watch_count > 0"
            f" AND film_id NOT IN ({_OWN_FILMS}) ORDER BY user_id, film_id",
            tuple(user_ids),
        )
        return _ratings(rows)

    def came_since(self, tx: sqlite3.Connection, since: str, most: int) -> list[Rating]:
        rows = tx.execute(
            "SELECT user_id, film_id, rating, coalesce(rated_at, added_at), liked FROM movies"
            f" WHERE updated_at > ? AND watch_count > 0 AND film_id NOT IN ({_OWN_FILMS})"
            " ORDER BY updated_at DESC, user_id, film_id LIMIT ?",
            (since, most),
        )
        return _ratings(rows)

    def marks(self, tx: sqlite3.Connection, user_id: str) -> list[Mark]:
        rows = tx.execute(
            "SELECT film_id, kind, at FROM taste_marks WHERE user_id = ?"
            " ORDER BY at DESC, film_id, kind",
            (user_id,),
        )
        return [Mark(*row) for row in rows]

    def save_mark(self, tx: sqlite3.Connection, user_id: str, mark: Mark) -> None:
        tx.execute(
            "INSERT OR REPLACE INTO taste_marks (user_id, film_id, kind, at) VALUES (?, ?, ?, ?)",
            (user_id, mark.film_id, mark.kind, mark.at),
        )

    def remove_mark(
        self, tx: sqlite3.Connection, user_id: str, film_id: str, kind: MarkKind
    ) -> bool:
        removed = tx.execute(
            "DELETE FROM taste_marks WHERE user_id = ? AND film_id = ? AND kind = ?",
            (user_id, film_id, kind),
        )
        return removed.rowcount == 1

    def preferences(self, tx: sqlite3.Connection, user_id: str) -> Preferences | None:
        row = tx.execute(
            "SELECT preferences FROM taste_preferences WHERE user_id = ?", (user_id,)
        ).fetchone()
        return _decode(row[0], type=Preferences) if row else None

    def save_preferences(
        self, tx: sqlite3.Connection, user_id: str, preferences: Preferences
    ) -> None:
        tx.execute(
            "INSERT OR REPLACE INTO taste_preferences (user_id, preferences) VALUES (?, ?)",
            (user_id, _json(preferences)),
        )

    def shown(self, tx: sqlite3.Connection, user_id: str) -> dict[str, Shown]:
        rows = tx.execute(
            f"SELECT {', '.join(Shown.__struct_fields__)} FROM suggestions_shown"
            " WHERE user_id = ? ORDER BY film_id",
            (user_id,),
        )
        return {row[0]: Shown(*row) for row in rows}

    def save_shown(self, tx: sqlite3.Connection, user_id: str, shown: Sequence[Shown]) -> None:
        if not tx.execute("SELECT 1 FROM users WHERE user_id = ?", (user_id,)).fetchone():
            raise NotFound("The account does not exist any more.")
        names = Shown.__struct_fields__
        tx.executemany(
            f"INSERT OR REPLACE INTO suggestions_shown (user_id, {', '.join(names)})"
            f" SELECT ?, {_marks(names)} WHERE EXISTS"
            " (SELECT 1 FROM movies_catalog WHERE film_id = ?)",
            [(user_id, *_values(one), one.film_id) for one in shown],
        )

    def prune_shown(self, tx: sqlite3.Connection, before: str) -> int:
        return tx.execute(
            "DELETE FROM suggestions_shown AS s WHERE at < ? AND NOT EXISTS (SELECT 1 FROM movies m"
            " WHERE m.user_id = s.user_id AND m.film_id = s.film_id AND m.rating IS NOT NULL)",
            (before,),
        ).rowcount

    def companions(self, tx: sqlite3.Connection) -> list[tuple[str, str]]:
        rows = tx.execute(
            "SELECT u.user_id, u.username FROM taste_preferences p JOIN users u USING (user_id)"
            " WHERE json_extract(p.preferences, '$.together') AND NOT u.disabled"
            " ORDER BY u.username_key, u.user_id"
        )
        return [(row[0], row[1]) for row in rows]

    def peers(
        self, tx: sqlite3.Connection, age_band: str | None, country: str | None
    ) -> dict[str, int]:
        told = {"age_band": age_band, "country": country}
        asked = {name: value for name, value in told.items() if value is not None}
        values = tuple(asked.values())
        same = " AND ".join(f"json_extract(preferences, '$.{name}') = ?" for name in asked)
        who = f"SELECT user_id FROM taste_preferences WHERE {same}" if asked else _EVERYBODY
        count = tx.execute(f"SELECT count(*) FROM ({who})", values).fetchone()[0]
        if count < FEWEST_PEERS:
            return {}
        rows = tx.execute(
            f"SELECT film_id, count(*) FROM movies WHERE user_id IN ({who}) AND watch_count > 0"
            f" AND film_id NOT IN ({_OWN_FILMS}) GROUP BY film_id"
            if asked
            else f"SELECT film_id, watched FROM film_stats WHERE film_id NOT IN ({_OWN_FILMS})"
            " AND watched > 0",
            values,
        )
        return {row[0]: row[1] for row in rows}

    def film_counts(self, tx: sqlite3.Connection) -> dict[str, FilmCounts]:
        rows = tx.execute(
            "SELECT film_id, watched, rated, sum_half_stars FROM film_stats WHERE watched > 0"
        )
        return {row[0]: FilmCounts(row[1], row[2], row[3]) for row in rows}

    def viewings(self, tx: sqlite3.Connection, first: str, last: str) -> dict[str, int]:
        rows = tx.execute(
            "SELECT key, sum(value) AS viewings FROM trend_days WHERE day BETWEEN ? AND ?"
            " AND kind = 'film' GROUP BY key HAVING viewings > 0",
            (first, last),
        )
        return {row[0]: row[1] for row in rows}

    def catalogue_stamp(self, tx: sqlite3.Connection) -> str:
        row = tx.execute(
            "SELECT count(*), coalesce(sum(version), 0), coalesce(max(updated_at), '')"
            " FROM movies_catalog WHERE owner_user_id IS NULL"
        ).fetchone()
        return "/".join(map(str, row))


def _ratings(rows: Iterable[tuple[str, str, int | None, str, int]]) -> list[Rating]:
    return [
        Rating(
            user_id,
            film_id,
            None if rating is None else rating * STEP,
            int(from_iso(at).timestamp()),
            liked == 1,
        )
        for user_id, film_id, rating, at, liked in rows
    ]


def _jobs(tx: sqlite3.Connection, rest: str, *values: object) -> list[Job]:
    names = ", ".join(Job.__struct_fields__)
    found = []
    for row in tx.execute(f"SELECT {names} FROM recommender_jobs {rest}", values):
        fields = dict(row) | {"options": _decode(row["options"]), "cancel": row["cancel"] == 1}
        fields["result"] = None if row["result"] is None else _decode(row["result"])
        found.append(Job(**fields))
    return found


def _models(tx: sqlite3.Connection, rest: str, *values: object) -> list[ModelRecord]:
    names = ", ".join(ModelRecord.__struct_fields__)
    rows = tx.execute(f"SELECT {names} FROM models {rest}", values)
    return [ModelRecord(**{**dict(row), "manifest": _decode(row["manifest"])}) for row in rows]


def _insert(tx: sqlite3.Connection, table: str, record: msgspec.Struct) -> None:
    names = record.__struct_fields__
    tx.execute(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({_marks(names)})", _values(record)
    )


def _values(record: msgspec.Struct) -> tuple[Any, ...]:
    """Return a record's fields as a row: what is no plain value as JSON."""
    return tuple(
        _json(value) if isinstance(value, dict) else value
        for value in msgspec.structs.astuple(record)
    )


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _json(value: Any) -> str:
    return _encode(value).decode()
