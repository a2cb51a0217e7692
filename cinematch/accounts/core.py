"""The rules of accounts. Pure: what a name and a password must be, who may do what to whom."""

import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from cinematch.kit.errors import Conflict, Invalid

Role = Literal["user", "administrator"]

ACCESS_LIFETIME = timedelta(minutes=15)
REFRESH_LIFETIME = timedelta(days=30)
# Two tabs may renew at once: for so long the token before the last one is not a stolen one.
ROTATION_GRACE = timedelta(seconds=30)
# Keeps the note of a token's last use from becoming a write at every request.
TOKEN_USE_PRECISION = timedelta(minutes=1)

API_TOKEN_PREFIX = "cmt_"  # noqa: S105 - how one is told from an access token
MAX_USERNAME, MIN_PASSWORD, MAX_PASSWORD_BYTES, MAX_TOKENS = 64, 8, 1024, 100

DEFAULT_SETTINGS: dict[str, Any] = {
    "language": None,
    "theme": "system",
    "title_language": "interface",
    "week_start": 1,
}


@dataclass(frozen=True)
class Account:
    """Somebody. `seq` is that of their last event; `password_hash` never leaves the server."""

    user_id: str
    username: str
    password_hash: str = field(repr=False)
    role: Role
    created_at: str
    disabled: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    seq: int = 0

    @property
    def is_administrator(self) -> bool:
        """Whether the account may administer the installation."""
        return self.role == "administrator"


@dataclass(frozen=True)
class Session:
    """One signed-in browser or program. Without a refresh hash it cannot be renewed."""

    session_id: str
    user_id: str
    refresh_hash: str = field(repr=False)
    created_at: str
    used_at: str
    expires_at: str
    previous_hash: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ApiToken:
    """A token for programs; the token itself is shown once and kept as a hash."""

    token_id: str
    user_id: str
    name: str
    token_hash: str = field(repr=False)
    created_at: str
    last_used_at: str | None = None


@dataclass(frozen=True)
class Caller:
    """Who calls: an account, and the session by which it is known (None: an API token)."""

    user_id: str
    username: str
    role: Role
    session_id: str | None


def username_key(username: str) -> str:
    """Return what makes a name unique: folded, so that look-alikes in case or width are one.

    >>> username_key("Ａgnès") == username_key("AGNÈS")
    True
    """
    folded = unicodedata.normalize("NFKC", username).casefold()
    return unicodedata.normalize("NFKC", folded).strip()


def clean_username(username: str) -> str:
    """Return a new name as it will be shown: trimmed, composed.

    Raises:
        Invalid: it is empty, too long, or holds what cannot be seen.

    >>> clean_username("  agnès ")
    'agnès'
    """
    mend = f"choose 1 to {MAX_USERNAME} visible characters"
    shown = unicodedata.normalize("NFC", username).strip()
    if not shown or not username_key(shown):
        raise Invalid.field("username", "is empty", mend)
    if len(shown) > MAX_USERNAME:
        raise Invalid.field("username", f"has {len(shown)} characters", mend)
    if not shown.isprintable():
        raise Invalid.field("username", "holds characters that cannot be seen", mend)
    return shown


def check_password(password: str, name: str = "password") -> None:
    """Refuse a new password that is too short, too long, or cannot be written as UTF-8.

    Raises:
        Invalid: `name` (the field) says which.
    """
    try:
        size = len(password.encode())
    except UnicodeEncodeError as error:
        raise Invalid.field(name, "holds broken characters", "type it again") from error
    if len(password) < MIN_PASSWORD:
        raise Invalid.field(
            name, "is too short", f"choose {MIN_PASSWORD} characters or more; a phrase is best"
        )
    if size > MAX_PASSWORD_BYTES:
        raise Invalid.field(name, "is too long", f"choose at most {MAX_PASSWORD_BYTES} bytes")


def check_still_administered(account: Account, administrators: int, users: int) -> None:
    """Refuse to lose the last administrator who can sign in, while somebody else is left.

    Args:
        account: who is to be erased, disabled or made a mere user.
        administrators: how many administrators there are who are not disabled.
        users: how many accounts there are.

    Raises:
        Conflict: nobody would be left to administer.
    """
    last = account.is_administrator and not account.disabled and administrators == 1
    if last and users > 1:
        raise Conflict(
            "This is the last administrator. Make somebody else administrator first.",
        )
