"""JSON too long to hold: its records one by one."""

import json
from collections.abc import Iterator
from typing import Any

from cinematch.transfer.core.items import BadFile

_BLANK = " \t\r\n"
LONGEST_RECORD = 4_000_000
_decoder = json.JSONDecoder()


class _Text:
    """A window on the text that is read: `peek` the next mark, `value` the next whole value."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self._buffer = ""
        self._at = 0
        self._ended = False

    def peek(self) -> str:
        while True:
            while self._at < len(self._buffer):
                if self._buffer[self._at] not in _BLANK:
                    return self._buffer[self._at]
                self._at += 1
            if not self._more():
                return ""

    def take(self, mark: str) -> None:
        if self.peek() != mark:
            raise BadFile(
                f"The JSON is broken: “{mark}” was expected where “{self.peek()}” stands.",
                "The file may be cut off: download it again.",
            )
        self._at += 1

    def value(self) -> Any:
        self.peek()
        while True:
            try:
                value, end = _decoder.raw_decode(self._buffer, self._at)
            except (ValueError, RecursionError) as error:
                if isinstance(error, ValueError) and self._hungry() and self._more():
                    continue
                raise BadFile(
                    "The JSON is broken or cut off.", "Download the file again, whole."
                ) from error
            # A number at the very end of the window may go on in the next piece.
            if (
                end == len(self._buffer)
                and not isinstance(value, str | list | dict)
                and self._more()
            ):
                continue
            escaped = "\\u" in self._buffer[self._at : end]
            self._at = end
            return _storable(value) if escaped else value

    def _hungry(self) -> bool:
        return len(self._buffer) - self._at < LONGEST_RECORD

    def _more(self) -> bool:
        if self._ended:
            return False
        chunk = next(self._chunks, None)
        if chunk is None:
            self._ended = True
            return False
        self._buffer = self._buffer[self._at :] + chunk
        self._at = 0
        return True


def _storable(value: Any) -> Any:
    """Replace halves of surrogate pairs, which JSON can write and no store can hold."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def records(chunks: Iterator[str]) -> Iterator[tuple[str, Any]]:
    """Yield the records of a JSON document without holding it.

    For a list: `("", element)` each. For an object: `(name, element)` for each element of a value
    that is a list, `(name, value)` for any other value.

    Raises:
        BadFile: the text is not whole JSON, or one record is beyond all measure.

    >>> list(records(iter(['{"format": "x", "entr', 'ies": [{"a": 1}, {"a": 2}]}'])))
    [('format', 'x'), ('entries', {'a': 1}), ('entries', {'a': 2})]
    """
    text = _Text(chunks)
    if text.peek() == "\ufeff":
        text.take("\ufeff")
    if text.peek() == "[":
        for element in _elements(text):
            yield "", element
    elif text.peek() == "{":
        yield from _members(text)
    else:
        raise BadFile(
            "This is not a JSON file of records.", "Choose the file as it was downloaded."
        )
    if text.peek():
        raise BadFile("There is more after the end of the JSON.", "Download the file again.")


def _members(text: _Text) -> Iterator[tuple[str, Any]]:
    text.take("{")
    if text.peek() == "}":
        text.take("}")
        return
    while True:
        if text.peek() != '"':
            raise BadFile("The JSON is broken: a name is missing.", "Download the file again.")
        name = str(text.value())
        text.take(":")
        if text.peek() == "[":
            for element in _elements(text):
                yield name, element
        else:
            yield name, text.value()
        if text.peek() != ",":
            break
        text.take(",")
    text.take("}")


def _elements(text: _Text) -> Iterator[Any]:
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        yield text.value()
        if text.peek() != ",":
            break
        text.take(",")
    text.take("]")
