"""What accounts need of a store, and of whoever writes down what is done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cinematch.accounts.core import Account, ApiToken, Session
from cinematch.infra.ports import Tx

EraseHook = Callable[[Tx, str], None]
"""`(tx, user_id)`: take out what a room keeps of the user, before the account itself goes."""


@dataclass(frozen=True)
class Erasing:
    """What else is done when an account is erased."""

    hooks: Sequence[EraseHook]
    """Called in this order, inside the transaction."""

    afterwards: Callable[[str], None]
    """Called with the `user_id` when the transaction is kept, for what no transaction holds."""


class Recorder(Protocol):
    """Writes down who did what: the audit log, which stands above the accounts."""

    def record(
        self,
        tx: Tx,
        actor: str | None,
        action: str,
        *,
        user_id: str | None = None,
        subject: str | None = None,
        details: dict[str, object] | None = None,
    ) -> None:
        """Record something in the transaction in which it is done.

        Args:
            tx: the transaction of the change itself.
            actor: the account that did it; None for the installation, or for nobody known.
            action: a word of two parts, such as `account.password_changed`.
            user_id: the account that it is about; the actor's own when not given.
            subject: what it is about, such as a token's id.
            details: plain JSON, without secrets.
        """
        ...


class AccountsRepository(Protocol):
    """Accounts with their sessions and tokens."""

    def add(self, tx: Tx, account: Account, key: str) -> bool:
        """Insert an account under its unique name key; False when the key is taken."""
        ...

    def get(self, tx: Tx, user_id: str) -> Account | None:
        """Return an account by its id, or None."""
        ...

    def by_key(self, tx: Tx, key: str) -> Account | None:
        """Return an account by its name key, or None."""
        ...

    def save(self, tx: Tx, account: Account) -> None:
        """Save password, role, settings and whether it is disabled."""
        ...

    def delete(self, tx: Tx, user_id: str) -> None:
        """Delete the account and all that hangs on it."""
        ...

    def counts(self, tx: Tx) -> tuple[int, int]:
        """Return how many accounts there are, and how many administrators not disabled."""
        ...

    def ids(self, tx: Tx) -> list[str]:
        """Return the ids of all accounts, oldest first."""
        ...

    def page(self, tx: Tx, limit: int, after: tuple[str, str] | None) -> list[Account]:
        """Return up to `limit` accounts past (created_at, user_id), oldest first."""
        ...

    def add_session(self, tx: Tx, session: Session) -> None:
        """Insert a session; sessions of the same account that have expired by then go."""
        ...

    def session(self, tx: Tx, session_id: str) -> tuple[Session, Account] | None:
        """Return a session with its account, or None."""
        ...

    def save_session(self, tx: Tx, session: Session) -> None:
        """Save hashes and instants of a session."""
        ...

    def delete_session(self, tx: Tx, session_id: str) -> None:
        """End a session."""
        ...

    def delete_sessions(self, tx: Tx, user_id: str, *, keep: str | None = None) -> None:
        """End all sessions of an account but `keep`."""
        ...

    def add_token(self, tx: Tx, token: ApiToken) -> None:
        """Insert an API token."""
        ...

    def token(self, tx: Tx, token_hash: str) -> tuple[ApiToken, Account] | None:
        """Return an API token with its account, or None."""
        ...

    def tokens(self, tx: Tx, user_id: str) -> list[ApiToken]:
        """Return an account's API tokens, newest first."""
        ...

    def touch_token(self, tx: Tx, token_id: str, used_at: str) -> None:
        """Note when a token was last used."""
        ...

    def delete_token(self, tx: Tx, user_id: str, token_id: str) -> bool:
        """Revoke one of an account's tokens; False when it has none of that id."""
        ...
