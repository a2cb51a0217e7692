"""Passwords: kept as argon2id hashes, in the parameters of RFC 9106 for little memory."""

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

_AT_ONCE = 4  # each hash takes 64 MiB for a moment


class Passwords:
    """Hashes and compares; takes as long for an unknown name as for a known one."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._nobodys = self.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        """Return a hash to keep."""
        with self._turns:
            return self._hasher.hash(password)

    def matches(self, password: str, kept: str | None) -> bool:
        """Say whether the password is the one of the kept hash; None takes as long, and is not."""
        try:
            with self._turns:
                self._hasher.verify(kept or self._nobodys, password)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
        return kept is not None

    def outdated(self, kept: str) -> bool:
        """Say whether a hash was made with other parameters than those of today."""
        return self._hasher.check_needs_rehash(kept)
