"""Keyset paging: a cursor is the sort key of the last row given, opaque to the caller."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from cinematch.kit.errors import Invalid

T = TypeVar("T")
MAX_LIMIT = 200


@dataclass(frozen=True)
class Page(Generic[T]):
    """Up to `limit` items of `total`; `next` is the cursor of the page after, or None."""

    items: Sequence[T]
    total: int
    next: str | None


def encode_cursor(key: Sequence[Any]) -> str:
    """Make a cursor from the JSON-able sort key of the last row of a page."""
    return base64.urlsafe_b64encode(msgspec.json.encode(list(key))).decode("ascii").rstrip("=")


def decode_cursor(cursor: str | None, length: int) -> list[Any] | None:
    """Read a cursor back to a key of `length` parts.

    Raises:
        Invalid: the text is not a cursor that this listing gave.
    """
    if not cursor:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key = msgspec.json.decode(raw, type=list[str | int | float | None])
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise Invalid.field(
            "cursor", "is not a cursor of this listing", "start again without it"
        ) from error
    # A store holds integers of 64 bits.
    if len(key) != length or any(isinstance(k, int) and abs(k) >= 2**63 for k in key):
        raise Invalid.field("cursor", "belongs to another listing", "start again without it")
    return key
