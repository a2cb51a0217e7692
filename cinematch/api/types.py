"""Types of values that come from outside: what they let through, the store can hold.

SQLite takes integers of 64 bits and text without lone surrogates; a NUL ends a text for half of
all tools. A schema or a parameter made of these types can therefore never fail in the store.
"""

from collections.abc import Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from cinematch.kit.paging import MAX_LIMIT

T = TypeVar("T")

REF = "#/components/schemas/{model}"
"""Where the OpenAPI document has its schemas."""


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a NUL character")
    text.encode("utf-8")  # a UnicodeEncodeError is a ValueError, and so a refusal
    return text


Text = Annotated[str, StringConstraints(max_length=100_000), AfterValidator(_storable)]
"""Any text up to 100,000 characters, such as a review."""

Line = Annotated[
    str, StringConstraints(max_length=500, strip_whitespace=True), AfterValidator(_storable)
]
"""A text of up to 500 characters, trimmed; may be empty."""

Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    AfterValidator(_storable),
]
"""A name or title: 1 to 200 characters, trimmed."""

Id = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_storable)]
"""An identifier in a body."""

Int64 = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
"""An integer that the store can hold."""

Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
"""A number of things, or of minutes."""

PathId = Annotated[str, Path(min_length=1, max_length=200), AfterValidator(_storable)]
"""An identifier in a path."""

Search = Annotated[str | None, Query(max_length=500), AfterValidator(lambda t: t and _storable(t))]
"""A text to look for, in a query."""

Cursor = Annotated[
    str | None,
    Query(max_length=2000, description="`next` of the page before; nothing for the first page."),
    AfterValidator(lambda t: t and _storable(t)),
]
"""Where a page begins."""

CursorField = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_storable)]
"""Where a page begins, as a field of a model of query parameters."""

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="How many items at most.")]
"""How long a page is; give it the default 50."""


class Body(BaseModel):
    """A body from outside: unknown fields are refused, so that a misspelt one is not lost."""

    model_config = ConfigDict(extra="forbid")


class PageOf(BaseModel, Generic[T]):
    """One page of a listing; `next` is the cursor of the page after, null at the end."""

    model_config = ConfigDict(from_attributes=True)

    items: Sequence[T]
    total: int
    next: str | None


class Items(BaseModel, Generic[T]):
    """A whole listing."""

    items: Sequence[T]
