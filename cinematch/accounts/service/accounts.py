"""Making, changing and erasing accounts and their API tokens."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cinematch.accounts.core import (
    API_TOKEN_PREFIX,
    MAX_TOKENS,
    Account,
    ApiToken,
    Role,
    check_password,
    check_still_administered,
    clean_username,
    username_key,
)
from cinematch.accounts.ports import Erasing
from cinematch.accounts.service.parts import Parts
from cinematch.accounts.service.tokens import fingerprint, random_token
from cinematch.infra.ports import Tx
from cinematch.kit.clock import to_iso
from cinematch.kit.errors import Conflict, Forbidden, NotFound
from cinematch.kit.ids import new_id
from cinematch.kit.paging import Page, decode_cursor, encode_cursor


class AccountsService:
    """Use cases of accounts."""

    def __init__(
        self,
        parts: Parts,
        registration_open: Callable[[], bool],
        erasing: Erasing,
    ) -> None:
        self._store = parts.store
        self._accounts = parts.accounts
        self._passwords = parts.passwords
        self._recorder = parts.recorder
        self._clock = parts.clock
        self._registration_open = registration_open
        self._erasing = erasing

    def register(self, username: str, password: str) -> Account:
        """Make an account as its owner does; the first of all becomes the administrator.

        Raises:
            Invalid: name or password cannot be.
            Forbidden: registration is closed.
            Conflict: the name is taken.
        """
        return self._add(username, password, invited=False)

    def add(self, username: str, password: str, *, role: Role | None = None) -> Account:
        """Make an account as an operator does, also while registration is closed.

        Raises:
            Invalid, Conflict: as for `register`.
        """
        return self._add(username, password, invited=True, role=role)

    def _add(
        self, username: str, password: str, *, invited: bool, role: Role | None = None
    ) -> Account:
        shown = clean_username(username)
        check_password(password)
        self._check_open(invited=invited)
        new = Account(
            user_id=new_id(),
            username=shown,
            password_hash=self._passwords.hash(password),
            role="user",
            created_at=to_iso(self._clock()),
        )

        def work(tx: Tx) -> Account:
            first = self._accounts.counts(tx)[0] == 0
            if not (first or invited or self._registration_open()):
                raise _closed()
            account = replace(new, role="administrator" if first else role or "user")
            if not self._accounts.add(tx, account, username_key(shown)):
                raise Conflict("This name is taken. Choose another.")
            self._recorder.record(
                tx,
                None if invited else account.user_id,
                "account.made",
                user_id=account.user_id,
                details={"role": account.role},
            )
            return account

        return self._store.transact(work)

    def _check_open(self, *, invited: bool) -> None:
        """Refuse before the slow hash is made; the transaction looks again."""
        needs_setup, is_open = self.setup()
        if not (needs_setup or invited or is_open):
            raise _closed()

    def setup(self) -> tuple[bool, bool]:
        """Return whether there is no account yet, and whether anybody may make one."""

        def read(tx: Tx) -> tuple[bool, bool]:
            return self._accounts.counts(tx)[0] == 0, self._registration_open()

        return self._store.snapshot(read)

    def get(self, user_id: str) -> Account:
        """Return an account.

        Raises:
            NotFound: there is none of that id.
        """
        return self._store.snapshot(lambda tx: self._existing(tx, user_id))

    def user_id_of(self, username: str) -> str:
        """Return the id of the account of this name.

        Raises:
            NotFound: there is none.
        """
        account = self._store.snapshot(lambda tx: self._accounts.by_key(tx, username_key(username)))
        if account is None:
            raise NotFound(f"There is no account called {username}.")
        return account.user_id

    def user_ids(self) -> list[str]:
        """Return the ids of all accounts, oldest first."""
        return self._store.snapshot(self._accounts.ids)

    def page(self, limit: int, cursor: str | None) -> Page[Account]:
        """Return a page of accounts, oldest first.

        Raises:
            Invalid: the cursor is not one of this listing.
        """
        after = decode_cursor(cursor, 2)

        def read(tx: Tx) -> Page[Account]:
            key = (str(after[0]), str(after[1])) if after else None
            found = self._accounts.page(tx, limit + 1, key)
            items = found[:limit]
            more = len(found) > limit
            following = encode_cursor((items[-1].created_at, items[-1].user_id)) if more else None
            return Page(items, self._accounts.counts(tx)[0], following)

        return self._store.snapshot(read)

    def change_settings(self, user_id: str, changes: dict[str, Any]) -> Account:
        """Save those settings that are given; the others stay.

        Raises:
            NotFound: the account is gone.
        """

        def work(tx: Tx) -> Account:
            account = self._existing(tx, user_id)
            changed = replace(account, settings={**account.settings, **changes})
            self._accounts.save(tx, changed)
            return changed

        return self._store.transact(work)

    def set_own_password(self, user_id: str, new: str, *, session_id: str | None) -> None:
        """Set one's new password; every session of the account but `session_id` ends.

        Whoever calls has checked the current password: `SessionsService.check_password`.

        Raises:
            Invalid: the new password cannot be.
        """
        check_password(new, "new_password")
        self._set_password(user_id, new, by=user_id, keep=session_id)

    def set_password(self, user_id: str, new: str) -> None:
        """Set a password as an operator does; every session of the account ends.

        Raises:
            Invalid: the password cannot be.
            NotFound: there is no such account.
        """
        check_password(new)
        self._set_password(user_id, new, by=None, keep=None)

    def _set_password(self, user_id: str, new: str, *, by: str | None, keep: str | None) -> None:
        password_hash = self._passwords.hash(new)

        def work(tx: Tx) -> None:
            account = self._existing(tx, user_id)
            self._accounts.save(tx, replace(account, password_hash=password_hash))
            self._accounts.delete_sessions(tx, user_id, keep=keep)
            self._recorder.record(tx, by, "account.password_changed", user_id=user_id)

        self._store.transact(work)

    def administer(
        self,
        user_id: str,
        *,
        role: Role | None = None,
        disabled: bool | None = None,
        by: str | None = None,
    ) -> Account:
        """Change role or access of an account; a disabled one is signed out at once.

        Args:
            user_id: whose account.
            role: the new role; None leaves it.
            disabled: whether it is shut out; None leaves it as it is.
            by: the administrator who does it; None for an operator at the command line.

        Raises:
            NotFound: there is no such account.
            Conflict: the last administrator would be lost.
        """

        def work(tx: Tx) -> Account:
            account = self._existing(tx, user_id)
            changed = replace(
                account,
                role=role or account.role,
                disabled=account.disabled if disabled is None else disabled,
            )
            if changed.disabled or not changed.is_administrator:
                self._check_last(tx, account, alone_is_fine=False)
            self._accounts.save(tx, changed)
            if changed.disabled:
                self._accounts.delete_sessions(tx, user_id)
            self._record_changes(tx, by, account, changed)
            return changed

        return self._store.transact(work)

    def erase(self, user_id: str) -> None:
        """Erase an account and everything of its own, in one transaction, then its files.

        Raises:
            NotFound: there is no such account.
            Conflict: the last administrator would be lost while others are left.
        """

        def work(tx: Tx) -> None:
            account = self._existing(tx, user_id)
            self._check_last(tx, account, alone_is_fine=True)
            for erase in self._erasing.hooks:
                erase(tx, user_id)
            self._accounts.delete(tx, user_id)

        self._store.transact(work)
        self._erasing.afterwards(user_id)

    def tokens(self, user_id: str) -> list[ApiToken]:
        """Return an account's API tokens, newest first."""
        return self._store.snapshot(lambda tx: self._accounts.tokens(tx, user_id))

    def add_token(self, user_id: str, name: str) -> tuple[ApiToken, str]:
        """Make an API token; the token itself is returned here and never again.

        Raises:
            Conflict: the account has too many.
        """
        secret = random_token(API_TOKEN_PREFIX)
        token = ApiToken(new_id(), user_id, name, fingerprint(secret), to_iso(self._clock()))

        def work(tx: Tx) -> None:
            self._existing(tx, user_id)
            if len(self._accounts.tokens(tx, user_id)) >= MAX_TOKENS:
                raise Conflict(f"There are {MAX_TOKENS} API tokens already. Revoke one first.")
            self._accounts.add_token(tx, token)
            self._recorder.record(
                tx, user_id, "token.made", subject=token.token_id, details={"name": name}
            )

        self._store.transact(work)
        return token, secret

    def revoke_token(self, user_id: str, token_id: str) -> None:
        """Revoke an API token.

        Raises:
            NotFound: the account has none of that id.
        """

        def work(tx: Tx) -> None:
            if not self._accounts.delete_token(tx, user_id, token_id):
                raise NotFound("There is no such API token.")
            self._recorder.record(tx, user_id, "token.revoked", subject=token_id)

        self._store.transact(work)

    def _record_changes(self, tx: Tx, by: str | None, before: Account, after: Account) -> None:
        if after.role != before.role:
            details: dict[str, object] = {"role": after.role, "before": before.role}
            self._recorder.record(
                tx, by, "account.role_changed", user_id=after.user_id, details=details
            )
        if after.disabled != before.disabled:
            action = "account.disabled" if after.disabled else "account.enabled"
            self._recorder.record(tx, by, action, user_id=after.user_id)

    def _check_last(self, tx: Tx, account: Account, *, alone_is_fine: bool) -> None:
        users, administrators = self._accounts.counts(tx)
        check_still_administered(account, administrators, users if alone_is_fine else users + 1)

    def _existing(self, tx: Tx, user_id: str) -> Account:
        account = self._accounts.get(tx, user_id)
        if account is None:
            raise NotFound("There is no such account.")
        return account


def _closed() -> Forbidden:
    return Forbidden("Registration is closed. Ask an administrator for an account.")
