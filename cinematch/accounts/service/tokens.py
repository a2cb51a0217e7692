"""Tokens: short-lived signed ones that name a session, and random ones that are kept as hashes."""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime

import jwt

from cinematch.accounts.core import ACCESS_LIFETIME
from cinematch.kit.errors import Unauthenticated

_ALGORITHM = "HS256"
_CLAIMS = ["sub", "sid", "exp", "iss"]
_ISSUER = "cinematch"


class AccessTokens:
    """Signs and reads access tokens (JWT, HS256) with the installation's secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def issue(self, user_id: str, session_id: str, now: datetime) -> str:
        """Return a token that is good for 15 minutes, as long as its session is."""
        expires = int((now + ACCESS_LIFETIME).timestamp())
        claims = {"iss": _ISSUER, "sub": user_id, "sid": session_id, "exp": expires}
        return jwt.encode(claims, self._secret, _ALGORITHM)

    def session_of(self, token: str, now: datetime) -> str:
        """Return the session that a token names.

        Raises:
            Unauthenticated: it is not one of ours, or has expired.
        """
        try:
            claims = jwt.decode(
                token,
                self._secret,
                [_ALGORITHM],
                issuer=_ISSUER,
                # The clock of the house decides, not the library's.
                options={"require": _CLAIMS, "verify_exp": False},
            )
            expires = datetime.fromtimestamp(claims["exp"], UTC)
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, OSError) as error:
            raise Unauthenticated("This token is not valid. Sign in again.") from error
        if expires <= now:
            raise Unauthenticated("This token has expired. Sign in again, or refresh the session.")
        return str(claims["sid"])

    def named_by(self, token: str, now: datetime) -> str | None:
        """Return the session that a token names, None when the token is not good."""
        try:
            return self.session_of(token, now)
        except Unauthenticated:
            return None

    def csrf(self, session_id: str) -> str:
        """Return the token that a session's page must send with every change."""
        return hmac.new(self._secret, b"csrf:" + session_id.encode(), hashlib.sha256).hexdigest()


def random_token(prefix: str = "") -> str:
    """Return `prefix` and 256 random bits, safe in a header and an address."""
    return prefix + secrets.token_urlsafe(32)


def fingerprint(token: str) -> str:
    """Return the SHA-256 by which a random token is kept: 256 bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
