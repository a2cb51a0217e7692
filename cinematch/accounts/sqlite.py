"""Accounts in SQLite."""

import json
import sqlite3

from cinematch.accounts.core import Account, ApiToken, Session

_ACCOUNT = "user_id, username, password_hash, role, created_at, disabled, settings, seq"
_SESSION = "session_id, user_id, refresh_hash, created_at, used_at, expires_at, previous_hash"
_TOKEN = "token_id, user_id, name, token_hash, created_at, last_used_at"  # noqa: S105


class SqliteAccounts:
    """Implements `accounts.ports.AccountsRepository`."""

    def add(self, tx: sqlite3.Connection, account: Account, key: str) -> bool:
        added = tx.execute(
            f"INSERT INTO users (username_key, {_ACCOUNT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (username_key) DO NOTHING",
            (
                key,
                account.user_id,
                account.username,
                account.password_hash,
                account.role,
                account.created_at,
                account.disabled,
                _json(account),
                account.seq,
            ),
        )
        return added.rowcount == 1

    def get(self, tx: sqlite3.Connection, user_id: str) -> Account | None:
        row = tx.execute(f"SELECT {_ACCOUNT} FROM users WHERE user_id = ?", (user_id,)).fetchone()
        return _account(row) if row else None

    def by_key(self, tx: sqlite3.Connection, key: str) -> Account | None:
        row = tx.execute(f"SELECT {_ACCOUNT} FROM users WHERE username_key = ?", (key,)).fetchone()
        return _account(row) if row else None

    def save(self, tx: sqlite3.Connection, account: Account) -> None:
        tx.execute(
            "UPDATE users SET password_hash = ?, role = ?, disabled = ?, settings = ?"
            " WHERE user_id = ?",
            (
                account.password_hash,
                account.role,
                account.disabled,
                _json(account),
                account.user_id,
            ),
        )

    def delete(self, tx: sqlite3.Connection, user_id: str) -> None:
        tx.execute("DELETE FROM users WHERE user_id = ?", (user_id,))

    def counts(self, tx: sqlite3.Connection) -> tuple[int, int]:
        row = tx.execute(
            "SELECT count(*), coalesce(sum(role = 'administrator' AND NOT disabled), 0) FROM users"
        ).fetchone()
        return int(row[0]), int(row[1])

    def ids(self, tx: sqlite3.Connection) -> list[str]:
        return [
            row[0] for row in tx.execute("SELECT user_id FROM users ORDER BY created_at, user_id")
        ]

    def page(
        self, tx: sqlite3.Connection, limit: int, after: tuple[str, str] | None
    ) -> list[Account]:
        rows = tx.execute(
            f"SELECT {_ACCOUNT} FROM users WHERE (created_at, user_id) > (?, ?)"
            " ORDER BY created_at, user_id LIMIT ?",
            (*(after or ("", "")), limit),
        )
        return [_account(row) for row in rows]

    def add_session(self, tx: sqlite3.Connection, session: Session) -> None:
        tx.execute(
            "DELETE FROM sessions WHERE user_id = ? AND expires_at <= ?",
            (session.user_id, session.created_at),
        )
        tx.execute(
            f"INSERT INTO sessions ({_SESSION}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                session.session_id,
                session.user_id,
                session.refresh_hash,
                session.created_at,
                session.used_at,
                session.expires_at,
                session.previous_hash,
            ),
        )

    def session(self, tx: sqlite3.Connection, session_id: str) -> tuple[Session, Account] | None:
        row = tx.execute(
            f"SELECT {_SESSION} FROM sessions WHERE session_id = ?", (session_id,)
        ).fetchone()
        account = self.get(tx, row["user_id"]) if row else None
        return (Session(**row), account) if account else None

    def save_session(self, tx: sqlite3.Connection, session: Session) -> None:
        tx.execute(
            "UPDATE sessions SET refresh_hash = ?, previous_hash = ?, used_at = ?, expires_at = ?"
            " WHERE session_id = ?",
            (
                session.refresh_hash,
                session.previous_hash,
                session.used_at,
                session.expires_at,
                session.session_id,
            ),
        )

    def delete_session(self, tx: sqlite3.Connection, session_id: str) -> None:
        tx.execute("DELETE FROM sessions WHERE session_id = ?", (session_id,))

    def delete_sessions(
        self, tx: sqlite3.Connection, user_id: str, *, keep: str | None = None
    ) -> None:
        tx.execute(
            "DELETE FROM sessions WHERE user_id = ? AND session_id IS NOT ?", (user_id, keep)
        )

    def add_token(self, tx: sqlite3.Connection, token: ApiToken) -> None:
        tx.execute(
            f"INSERT INTO api_tokens ({_TOKEN}) VALUES (?, ?, ?, ?, ?, ?)",
            (
                token.token_id,
                token.user_id,
                token.name,
                token.token_hash,
                token.created_at,
                token.last_used_at,
            ),
        )

    def token(self, tx: sqlite3.Connection, token_hash: str) -> tuple[ApiToken, Account] | None:
        row = tx.execute(
            f"SELECT {_TOKEN} FROM api_tokens WHERE token_hash = ?", (token_hash,)
        ).fetchone()
        account = self.get(tx, row["user_id"]) if row else None
        return (ApiToken(**row), account) if account else None

    def tokens(self, tx: sqlite3.Connection, user_id: str) -> list[ApiToken]:
        rows = tx.execute(
            f"SELECT {_TOKEN} FROM api_tokens WHERE user_id = ? ORDER BY created_at DESC, token_id",
            (user_id,),
        )
        return [ApiToken(**row) for row in rows]

    def touch_token(self, tx: sqlite3.Connection, token_id: str, used_at: str) -> None:
        tx.execute("UPDATE api_tokens SET last_used_at = ? WHERE token_id = ?", (used_at, token_id))

    def delete_token(self, tx: sqlite3.Connection, user_id: str, token_id: str) -> bool:
        deleted = tx.execute(
            "DELETE FROM api_tokens WHERE user_id = ? AND token_id = ?", (user_id, token_id)
        )
        return deleted.rowcount == 1


def _account(row: sqlite3.Row) -> Account:
    fields = dict(row)
    fields["disabled"] = bool(fields["disabled"])
    fields["settings"] = json.loads(fields["settings"])
    return Account(**fields)


def _json(account: Account) -> str:
    return json.dumps(account.settings, ensure_ascii=False)
