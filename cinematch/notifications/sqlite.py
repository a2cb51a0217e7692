"""Notifications and channels in SQLite."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec

from cinematch.notifications.core.channels import Delivery, Target, Webhook
from cinematch.notifications.core.notes import Note, Progress
from cinematch.notifications.ports import Filed

_PROGRESS = Progress.__struct_fields__
_TARGET, _WEBHOOK = Target.__struct_fields__, Webhook.__struct_fields__
_DELIVERY = Delivery.__struct_fields__
_FILED = "user_id, kind, key, at, data, read_at"
_AT_ONCE = 500  # values in one statement


class SqliteNotifications:
    """Implements `notifications.ports.NotificationsRepository`."""

    def progress(self, tx: sqlite3.Connection, user_ids: Collection[str]) -> dict[str, Progress]:
        found: dict[str, Progress] = {}
        for some in _parts(user_ids):
            rows = tx.execute(
                f"SELECT {', '.join(_PROGRESS)} FROM notification_progress"
                f" WHERE user_id IN ({_marks(some)})",
                some,
            )
            found |= {row["user_id"]: Progress(**row) for row in rows}
        return found

    def save_progress(self, tx: sqlite3.Connection, progress: Iterable[Progress]) -> None:
        tx.executemany(
            f"INSERT OR REPLACE INTO notification_progress ({', '.join(_PROGRESS)})"
            f" VALUES ({_marks(_PROGRESS)})",
            [_values(one) for one in progress],
        )

    def open_imports(self, tx: sqlite3.Connection, limit: int) -> list[tuple[str, str]]:
        rows = tx.execute(
            "SELECT import_id, user_id FROM notification_imports ORDER BY import_id LIMIT ?",
            (limit,),
        )
        return [(row[0], row[1]) for row in rows]

    def add_imports(
        self, tx: sqlite3.Connection, user_id: str, import_ids: Collection[str]
    ) -> None:
        tx.executemany(
            "INSERT INTO notification_imports (import_id, user_id) VALUES (?, ?)"
            " ON CONFLICT (import_id) DO NOTHING",
            [(import_id, user_id) for import_id in import_ids],
        )

    def close_import(self, tx: sqlite3.Connection, import_id: str) -> None:
        tx.execute("DELETE FROM notification_imports WHERE import_id = ?", (import_id,))

    def known(self, tx: sqlite3.Connection, notification_ids: Collection[str]) -> set[str]:
        return _known(tx, "notifications", "notification_id", notification_ids)

    def add(self, tx: sqlite3.Connection, notes: Sequence[Note]) -> None:
        tx.executemany(
            "INSERT INTO notifications (notification_id, user_id, kind, key, at, data)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (note.notification_id, note.user_id, note.kind, note.key, note.at, _json(note.data))
                for note in notes
            ],
        )

    def page(
        self,
        tx: sqlite3.Connection,
        user_id: str,
        limit: int,
        after: tuple[str, str] | None,
        *,
        unread: bool,
    ) -> list[Filed]:
        rows = tx.execute(
            f"SELECT {_FILED} FROM notifications WHERE user_id = ?"
            f"{' AND (at, notification_id) < (?, ?)' if after else ''}"
            f"{' AND read_at IS NULL' if unread else ''}"
            " ORDER BY at DESC, notification_id DESC LIMIT ?",
            (user_id, *(after or ()), limit),
        )
        return [_filed(row) for row in rows]

    def counts(self, tx: sqlite3.Connection, user_id: str) -> tuple[int, int]:
        row = tx.execute(
            "SELECT count(*), count(*) FILTER (WHERE read_at IS NULL) FROM notifications"
            " WHERE user_id = ?",
            (user_id,),
        ).fetchone()
        return int(row[0]), int(row[1])

    def mark_read(
        self, tx: sqlite3.Connection, user_id: str, notification_id: str | None, at: str
    ) -> int:
        return tx.execute(
            "UPDATE notifications SET read_at = ? WHERE user_id = ? AND read_at IS NULL"
            f"{'' if notification_id is None else ' AND notification_id = ?'}",
            (at, user_id, *(() if notification_id is None else (notification_id,))),
        ).rowcount

    def get(self, tx: sqlite3.Connection, user_id: str, notification_id: str) -> Filed | None:
        row = tx.execute(
            f"SELECT {_FILED} FROM notifications WHERE user_id = ? AND notification_id = ?",
            (user_id, notification_id),
        ).fetchone()
        return _filed(row) if row else None

    def muted(self, tx: sqlite3.Connection, user_ids: Collection[str]) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for some in _parts(user_ids):
            rows = tx.execute(
                "SELECT user_id, muted FROM notification_settings"
                f" WHERE user_id IN ({_marks(some)})",
                some,
            )
            found |= {row[0]: frozenset(msgspec.json.decode(row[1])) for row in rows}
        return found

    def save_muted(self, tx: sqlite3.Connection, user_id: str, kinds: Collection[str]) -> None:
        tx.execute(
            "INSERT INTO notification_settings (user_id, muted) VALUES (?, ?)"
            " ON CONFLICT (user_id) DO UPDATE SET muted = excluded.muted",
            (user_id, _json(sorted(kinds))),
        )

    def erase_user(self, tx: sqlite3.Connection, user_id: str) -> None:
        for table in (
            "notification_progress", "notification_imports", "notifications",
            "notification_settings",
        ):  # fmt: skip
            tx.execute(f"DELETE FROM {table} WHERE user_id = ?", (user_id,))


class SqliteChannels:
    """Implements `notifications.ports.ChannelsRepository`."""

    def targets(self, tx: sqlite3.Connection, user_ids: Collection[str]) -> list[Target]:
        rows = _of_users(tx, "notification_targets", _TARGET, user_ids)
        return sorted((Target(**row) for row in rows), key=lambda one: one.created_at)

    def target(self, tx: sqlite3.Connection, target_id: str) -> Target | None:
        row = _one(tx, "notification_targets", _TARGET, target_id)
        return Target(**row) if row else None

    def save_target(self, tx: sqlite3.Connection, target: Target) -> None:
        _save(tx, "notification_targets", _TARGET, _values(target))

    def webhooks(self, tx: sqlite3.Connection, user_ids: Collection[str]) -> list[Webhook]:
        rows = _of_users(tx, "webhooks", _WEBHOOK, user_ids)
        return sorted((_webhook(row) for row in rows), key=lambda one: one.created_at)

    def webhook(self, tx: sqlite3.Connection, webhook_id: str) -> Webhook | None:
        row = _one(tx, "webhooks", _WEBHOOK, webhook_id)
        return _webhook(row) if row else None

    def save_webhook(self, tx: sqlite3.Connection, webhook: Webhook) -> None:
        values = {**msgspec.structs.asdict(webhook), "kinds": _json(webhook.kinds)}
        _save(tx, "webhooks", _WEBHOOK, tuple(values.values()))

    def delete(self, tx: sqlite3.Connection, channel_id: str) -> None:
        tx.execute("DELETE FROM deliveries WHERE channel_id = ?", (channel_id,))
        tx.execute("DELETE FROM notification_targets WHERE target_id = ?", (channel_id,))
        tx.execute("DELETE FROM webhooks WHERE webhook_id = ?", (channel_id,))

    def known(self, tx: sqlite3.Connection, delivery_ids: Collection[str]) -> set[str]:
        return _known(tx, "deliveries", "delivery_id", delivery_ids)

    def add(self, tx: sqlite3.Connection, deliveries: Sequence[Delivery]) -> None:
        tx.executemany(
            f"INSERT INTO deliveries ({', '.join(_DELIVERY)}) VALUES ({_marks(_DELIVERY)})",
            [_values(one) for one in deliveries],
        )

    def delivery(self, tx: sqlite3.Connection, delivery_id: str) -> Delivery | None:
        row = _one(tx, "deliveries", _DELIVERY, delivery_id)
        return Delivery(**row) if row else None

    def save_delivery(self, tx: sqlite3.Connection, delivery: Delivery) -> None:
        tx.execute(
            "UPDATE deliveries SET next_at = ?, status = ?, attempts = ?, finished_at = ?,"
            " code = ?, error = ? WHERE delivery_id = ?",
            (
                delivery.next_at,
                delivery.status,
                delivery.attempts,
                delivery.finished_at,
                delivery.code,
                delivery.error,
                delivery.delivery_id,
            ),
        )

    def due(self, tx: sqlite3.Connection, now: str, limit: int) -> list[Delivery]:
        rows = tx.execute(
            f"SELECT {', '.join(_DELIVERY)} FROM deliveries"
            " WHERE status = 'pending' AND next_at <= ? ORDER BY next_at, delivery_id LIMIT ?",
            (now, limit),
        )
        return [Delivery(**row) for row in rows]

    def page(
        self, tx: sqlite3.Connection, channel_id: str, limit: int, after: tuple[str, str] | None
    ) -> list[Delivery]:
        rows = tx.execute(
            f"SELECT {', '.join(_DELIVERY)} FROM deliveries WHERE channel_id = ?"
            f"{' AND (created_at, delivery_id) < (?, ?)' if after else ''}"
            " ORDER BY created_at DESC, delivery_id DESC LIMIT ?",
            (channel_id, *(after or ()), limit),
        )
        return [Delivery(**row) for row in rows]

    def count(self, tx: sqlite3.Connection, channel_id: str) -> int:
        return int(
            tx.execute(
                "SELECT count(*) FROM deliveries WHERE channel_id = ?", (channel_id,)
            ).fetchone()[0]
        )

    def drop_pending(self, tx: sqlite3.Connection, channel_id: str, at: str, error: str) -> None:
        tx.execute(
            "UPDATE deliveries SET status = 'dead', finished_at = ?, error = ?"
            " WHERE channel_id = ? AND status = 'pending'",
            (at, error, channel_id),
        )

    def purge(self, tx: sqlite3.Connection, before: str) -> int:
        return tx.execute("DELETE FROM deliveries WHERE finished_at < ?", (before,)).rowcount

    def erase_user(self, tx: sqlite3.Connection, user_id: str) -> None:
        for table in ("deliveries", "notification_targets", "webhooks"):
            tx.execute(f"DELETE FROM {table} WHERE user_id = ?", (user_id,))


def _filed(row: sqlite3.Row) -> Filed:
    fields = dict(row)
    read_at = fields.pop("read_at")
    return Filed(Note(**{**fields, "data": msgspec.json.decode(fields["data"])}), read_at)


def _webhook(row: sqlite3.Row) -> Webhook:
    fields = dict(row)
    return Webhook(**{**fields, "kinds": tuple(msgspec.json.decode(fields["kinds"]))})


def _one(
    tx: sqlite3.Connection, table: str, columns: Sequence[str], key: str
) -> sqlite3.Row | None:
    row: sqlite3.Row | None = tx.execute(
        f"SELECT {', '.join(columns)} FROM {table} WHERE {columns[0]} = ?", (key,)
    ).fetchone()
    return row


def _of_users(
    tx: sqlite3.Connection, table: str, columns: Sequence[str], user_ids: Collection[str]
) -> list[sqlite3.Row]:
    found: list[sqlite3.Row] = []
    for some in _parts(user_ids):
        found += tx.execute(
            f"SELECT {', '.join(columns)} FROM {table} WHERE user_id IN ({_marks(some)})"
            f" ORDER BY created_at, {columns[0]}",
            some,
        )
    return found


def _save(
    tx: sqlite3.Connection, table: str, columns: Sequence[str], values: tuple[Any, ...]
) -> None:
    tx.execute(
        f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({_marks(columns)})", values
    )


def _known(tx: sqlite3.Connection, table: str, column: str, keys: Collection[str]) -> set[str]:
    found: set[str] = set()
    for some in _parts(keys):
        rows = tx.execute(f"SELECT {column} FROM {table} WHERE {column} IN ({_marks(some)})", some)
        found |= {row[0] for row in rows}
    return found


def _parts(keys: Collection[str]) -> list[list[str]]:
    every = list(keys)
    return [every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE)]


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _values(record: msgspec.Struct) -> tuple[Any, ...]:
    return msgspec.structs.astuple(record)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
