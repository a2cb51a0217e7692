"""Identifiers: short, safe in an address, the same on both stores."""

import hashlib
import secrets

_BYTES = 8
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]


def _text(raw: bytes) -> str:
    # 64 bits and one more: a letter of five bits and six pairs. An import makes three ids a film,
    # and the standard library's base32 takes five times as long.
    n, pairs = int.from_bytes(raw, "big") << 1, _PAIRS
    return (
        f"{_LETTERS[n >> 60]}{pairs[n >> 50 & 1023]}{pairs[n >> 40 & 1023]}"
        f"{pairs[n >> 30 & 1023]}{pairs[n >> 20 & 1023]}{pairs[n >> 10 & 1023]}{pairs[n & 1023]}"
    )


def new_id() -> str:
    """Return 13 random characters (64 bits) of lower-case base32."""
    return _text(secrets.token_bytes(_BYTES))


def stable_id(name: str) -> str:
    """Return the 13 characters that always stand for `name`, such as `imdb:tt0050083`.

    A film known by an outside id has the same `film_id` in every installation, so that loaders
    may run twice and a poster drawn from the id looks the same everywhere.
    """
    return _text(hashlib.blake2b(name.encode(), digest_size=_BYTES).digest())
