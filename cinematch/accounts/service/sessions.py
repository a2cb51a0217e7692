"""Signing in, renewing, signing out, and knowing who calls."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from cinematch.accounts.core import (
    ACCESS_LIFETIME,
    API_TOKEN_PREFIX,
    REFRESH_LIFETIME,
    ROTATION_GRACE,
    TOKEN_USE_PRECISION,
    Account,
    Caller,
    Session,
    username_key,
)
from cinematch.accounts.service.parts import Parts
from cinematch.accounts.service.tokens import AccessTokens, fingerprint, random_token, same
from cinematch.infra.limits import Rate, RateLimiter
from cinematch.infra.ports import Tx
from cinematch.kit.clock import from_iso, to_iso
from cinematch.kit.errors import Forbidden, StoreFull, TooManyRequests, Unauthenticated, Unavailable
from cinematch.kit.ids import new_id

log = logging.getLogger(__name__)

# Wrong passwords: for one name from one address, from one address, for one name from anywhere.
_BY_BOTH, _BY_ADDRESS, _BY_NAME = Rate(10, 15), Rate(50, 5), Rate(100, 10)
_WRONG = "User name or password is wrong."
_UNKNOWN = {"reason": "unknown_name"}


@dataclass(frozen=True)
class SignedIn:
    """What signing in or renewing gives. `refresh` is None when it is not renewed."""

    account: Account
    access: str
    csrf: str
    refresh: str | None


class SessionsService:
    """Use cases of sessions. Tokens are checked against the store: one that is ended, is."""

    def __init__(self, parts: Parts, tokens: AccessTokens, limiter: RateLimiter) -> None:
        self._store = parts.store
        self._accounts = parts.accounts
        self._passwords = parts.passwords
        self._recorder = parts.recorder
        self._clock = parts.clock
        self._tokens = tokens
        self._limiter = limiter

    def sign_in(self, username: str, password: str, address: str, *, renewable: bool) -> SignedIn:
        """Check name and password, and begin a session; both ways it is recorded.

        Args:
            username: as typed; case and width do not matter.
            password: as typed.
            address: who calls, for the limits.
            renewable: whether the session can be renewed (the page), or ends with its token.

        Raises:
            Unauthenticated: name or password is wrong; it does not say which.
            Forbidden: the account is disabled.
            TooManyRequests: too many wrong tries; `retry_after` says how long to wait.
        """
        try:
            account = self.check_password(username, password, address)
            return self._begin(account, password, address, renewable=renewable)
        except (Unauthenticated, Forbidden) as error:
            disabled = isinstance(error, Forbidden)
            self._record_refusal(username, address, "disabled" if disabled else "wrong_password")
            raise

    def _begin(self, account: Account, password: str, address: str, *, renewable: bool) -> SignedIn:
        now = self._clock()
        refresh = random_token() if renewable else None
        session = Session(
            session_id=new_id() + new_id(),
            user_id=account.user_id,
            refresh_hash=fingerprint(refresh) if refresh else "",
            created_at=to_iso(now),
            used_at=to_iso(now),
            expires_at=to_iso(now + (REFRESH_LIFETIME if renewable else ACCESS_LIFETIME)),
        )
        better = self._better_hash(account, password)

        def work(tx: Tx) -> Account:
            current = self._accounts.get(tx, account.user_id)
            if current is None or current.password_hash != account.password_hash:
                raise Unauthenticated(_WRONG)
            if current.disabled:
                raise Forbidden("This account is disabled. Ask an administrator.")
            if better:
                self._accounts.save(tx, replace(current, password_hash=better))
            self._accounts.add_session(tx, session)
            details: dict[str, object] = {"address": address, "for": _purpose(renewable=renewable)}
            self._recorder.record(tx, account.user_id, "account.signed_in", details=details)
            return current

        return self._signed_in(self._store.transact(work), session, refresh, now)

    def _record_refusal(self, username: str, address: str, reason: str) -> None:
        """Record a refused sign-in; what cannot be written down is refused all the same.

        One under a name that nobody has is recorded about nobody, and without what was typed,
        which may be a password: so the answer takes as long, and does not tell who is here.
        """

        def work(tx: Tx) -> None:
            account = self._accounts.by_key(tx, username_key(username))
            details = {"address": address, "reason": reason} if account else _UNKNOWN
            user_id = account.user_id if account else None
            self._recorder.record(
                tx, None, "account.sign_in_refused", user_id=user_id, details=dict(details)
            )

        try:
            self._store.transact(work)
        except (Unavailable, StoreFull) as error:
            log.warning("a refused sign-in was not recorded: %s", error)

    def check_password(self, username: str, password: str, address: str) -> Account:
        """Return the account of this name if the password is its own.

        Raises:
            Unauthenticated, TooManyRequests: as for `sign_in`.
        """
        key = username_key(username)
        tries = {
            f"password:{key}:{address}": _BY_BOTH,
            f"password-address:{address}": _BY_ADDRESS,
            f"password-name:{key}": _BY_NAME,
        }
        for name, rate in tries.items():
            self._allow(name, rate)
        account = self._store.snapshot(lambda tx: self._accounts.by_key(tx, key))
        if not self._passwords.matches(password, account.password_hash if account else None):
            account = None
        if account is None:
            raise Unauthenticated(_WRONG)
        for name, rate in tries.items():
            self._limiter.give_back(name, rate)
        return account

    def refresh(self, token: str) -> SignedIn:
        """Renew a session: a new access token and a new refresh token; the old one is spent.

        A token that was spent more than a moment ago was copied: the session ends.

        Raises:
            Unauthenticated: the session is not, or no longer, good.
        """
        now = self._clock()
        session_id, _, secret = token.partition(".")
        given, fresh = fingerprint(secret), random_token()

        def work(tx: Tx) -> tuple[Account, Session, str | None] | None:
            found = self._accounts.session(tx, session_id)
            if found is None or not found[0].refresh_hash:
                return None
            session, account = found
            if session.expires_at <= to_iso(now) or account.disabled:
                return None
            if same(given, session.refresh_hash):
                renewed = replace(
                    session,
                    refresh_hash=fingerprint(fresh),
                    previous_hash=session.refresh_hash,
                    used_at=to_iso(now),
                    expires_at=to_iso(now + REFRESH_LIFETIME),
                )
                self._accounts.save_session(tx, renewed)
                return account, renewed, fresh
            if _just_spent(session, given, now):
                return account, session, None
            log.warning("a spent refresh token of %s came back: session ended", account.user_id)
            self._accounts.delete_session(tx, session_id)
            return None

        renewed = self._store.transact(work)
        if renewed is None:
            raise Unauthenticated("The session has ended. Sign in again.")
        return self._signed_in(*renewed, now)

    def sign_out(self, *, access: str | None = None, refresh: str | None = None) -> None:
        """End the sessions that these tokens are of; tokens that are no longer good do no harm."""
        now = self._clock()
        ended = self._tokens.named_by(access, now) if access else None
        session_id, _, secret = (refresh or "").partition(".")
        given = fingerprint(secret)

        def work(tx: Tx) -> None:
            if ended:
                self._accounts.delete_session(tx, ended)
            found = self._accounts.session(tx, session_id)
            if found and same(given, found[0].refresh_hash):
                self._accounts.delete_session(tx, session_id)

        self._store.transact(work)

    def authenticate(self, token: str) -> Caller:
        """Return whose access token or API token this is.

        Raises:
            Unauthenticated: nobody's, or no longer.
        """
        if token.startswith(API_TOKEN_PREFIX):
            return self._by_api_token(token)
        now = self._clock()
        session_id = self._tokens.session_of(token, now)
        found = self._store.snapshot(lambda tx: self._accounts.session(tx, session_id))
        if found is None or found[0].expires_at <= to_iso(now) or found[1].disabled:
            raise Unauthenticated("The session has ended. Sign in again.")
        return _caller(found[1], session_id)

    def check_csrf(self, caller: Caller, token: str | None) -> None:
        """Refuse a change that came with a cookie alone.

        Raises:
            Forbidden: the session's CSRF token is not with it.
        """
        expected = self._tokens.csrf(caller.session_id or "")
        if token is None or not same(token, expected):
            raise Forbidden(
                "The header X-CSRF-Token is missing or wrong: send the value of the cookie cm_csrf."
            )

    def _by_api_token(self, token: str) -> Caller:
        now, kept = self._clock(), fingerprint(token)
        found = self._store.snapshot(lambda tx: self._accounts.token(tx, kept))
        if found is None or found[1].disabled:
            raise Unauthenticated("This API token is not valid, or no longer.")
        api_token, account = found
        last = api_token.last_used_at
        if last is None or now - from_iso(last) >= TOKEN_USE_PRECISION:
            self._note_use(api_token.token_id, to_iso(now))
        return _caller(account, None)

    def _note_use(self, token_id: str, at: str) -> None:
        try:
            self._store.transact(lambda tx: self._accounts.touch_token(tx, token_id, at))
        except (Unavailable, StoreFull) as error:
            # Reading must go on while nothing can be written.
            log.warning("the use of an API token was not noted: %s", error)

    def _allow(self, key: str, rate: Rate) -> None:
        wait = self._limiter.take(key, rate)
        if wait:
            raise TooManyRequests(
                f"Too many wrong tries. Wait {int(wait) + 1} seconds.", retry_after=wait
            )

    def _better_hash(self, account: Account, password: str) -> str | None:
        if self._passwords.outdated(account.password_hash):
            return self._passwords.hash(password)
        return None

    def _signed_in(
        self, account: Account, session: Session, refresh: str | None, now: datetime
    ) -> SignedIn:
        return SignedIn(
            account=account,
            access=self._tokens.issue(account.user_id, session.session_id, now),
            csrf=self._tokens.csrf(session.session_id),
            refresh=f"{session.session_id}.{refresh}" if refresh else None,
        )


def _just_spent(session: Session, given: str, now: datetime) -> bool:
    recent = now - from_iso(session.used_at) <= ROTATION_GRACE
    return recent and session.previous_hash is not None and same(given, session.previous_hash)


def _purpose(*, renewable: bool) -> str:
    return "page" if renewable else "program"


def _caller(account: Account, session_id: str | None) -> Caller:
    return Caller(account.user_id, account.username, account.role, session_id)
