"""Structs as native documents, and as JSON text where a person's file holds what BSON cannot.

An own export carries settings and facts of any shape: numbers of any length, names with a zero
byte, lists within lists within lists.
"""

from typing import Any

import msgspec

_DEEPEST = 40  # of MongoDB's hundred
_LARGEST = 2**31
_TEXT = "json"
_encode = msgspec.json.Encoder().encode


def pack(value: msgspec.Struct | dict[str, Any]) -> dict[str, Any]:
    """Return the document to keep a struct, or what JSON made of one, as."""
    plain: dict[str, Any] = msgspec.to_builtins(value)
    return plain if _fits(plain, 0) else {_TEXT: _encode(value).decode()}


def unpack(document: dict[str, Any], kind: Any = Any) -> Any:
    """Return the struct of this type (or union) that was packed."""
    if _TEXT in document:
        return msgspec.json.decode(document[_TEXT], type=kind)
    return msgspec.convert(document, kind)


def _fits(value: Any, depth: int) -> bool:
    if isinstance(value, dict):
        return depth < _DEEPEST and all(
            isinstance(name, str) and "\0" not in name and _fits(part, depth + 1)
            for name, part in value.items()
        )
    if isinstance(value, list | tuple):
        return depth < _DEEPEST and all(_fits(part, depth + 1) for part in value)
    return not isinstance(value, int) or -_LARGEST <= value < _LARGEST
