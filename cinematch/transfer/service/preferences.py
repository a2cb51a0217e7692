"""A user's settings, out into an export and back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cinematch.accounts.ports import AccountsRepository
from cinematch.infra.ports import Tx

_ALLOWED: dict[str, tuple[object, ...]] = {
    "language": ("it", "en", None),
    "theme": ("light", "dark", "system"),
    "title_language": ("interface", "original", "it", "en"),
    "week_start": tuple(range(8)),
}


class AccountPreferences:
    """Implements `transfer.ports.Preferences` over the accounts."""

    def __init__(self, accounts: AccountsRepository) -> None:
        self._accounts = accounts

    def settings(self, tx: Tx, user_id: str) -> dict[str, Any]:
        """Return the user's settings."""
        account = self._accounts.get(tx, user_id)
        return dict(account.settings) if account else {}

    def save_settings(self, tx: Tx, user_id: str, settings: Mapping[str, Any]) -> Sequence[str]:
        """Replace the user's settings by those of the given ones that can be, without a word."""
        account = self._accounts.get(tx, user_id)
        if account is not None:
            kept = {name: value for name, value in settings.items() if _possible(name, value)}
            self._accounts.save(tx, replace(account, settings=kept))
        return []

    def suggestions(self, tx: Tx, user_id: str) -> Sequence[Mapping[str, Any]]:  # noqa: ARG002
        """Accounts know of none."""
        return []


def _possible(name: str, value: Any) -> bool:
    return not isinstance(value, dict | list | bool) and value in _ALLOWED.get(name, ())
