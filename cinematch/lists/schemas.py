"""Lists as the API shows and takes them."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from cinematch.api.types import Body, Id, Name, Text
from cinematch.films.schemas import FilmOut, film_out
from cinematch.lists.core import LONGEST_DESCRIPTION, LONGEST_NOTE, MOST_ITEMS, FilmList
from cinematch.lists.service import Contents, Summary

Description = Annotated[Text, Field(max_length=LONGEST_DESCRIPTION)]
Note = Annotated[Text, Field(max_length=LONGEST_NOTE)]


class ListBase(BaseModel):
    """What a list says of itself."""

    list_id: str
    name: str = Field(examples=["Rainy Sundays"])
    description: str
    count: int
    version: int
    created_at: str
    updated_at: str = Field(examples=["2026-03-01T20:15:00.000000Z"])


class ListSummary(ListBase):
    """A list with its first five films."""

    preview: list[FilmOut]


class ListsOut(BaseModel):
    items: list[ListSummary]


class ListItemOut(BaseModel):
    """A film on a list."""

    position: int = Field(description="From 1.")
    note: str
    film: FilmOut


class ListOut(ListBase):
    """A list with everything on it."""

    items: list[ListItemOut]


class ListIn(Body):
    """A list to make."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Rainy Sundays"}]})

    name: Name
    description: Description = ""


class ListChange(Body):
    """What to change; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Rainy Saturdays"}]})

    name: Name | None = None
    description: Description | None = None


class OrderIn(Body):
    """All films of the list, in order."""

    film_ids: Annotated[list[Id], Field(max_length=MOST_ITEMS)]


class ItemIn(Body):
    """A film to put at the end."""

    film_id: Id
    note: Note = ""


def list_out(contents: Contents) -> ListOut:
    """Show a list with everything on it."""
    return ListOut.model_construct(
        **_base(contents.film_list),
        items=[
            ListItemOut.model_construct(position=n, note=item.note, film=film_out(card))
            for n, (item, card) in enumerate(contents.items, start=1)
        ],
    )


def lists_out(summaries: list[Summary]) -> ListsOut:
    """Show somebody's lists."""
    return ListsOut.model_construct(
        items=[
            ListSummary.model_construct(
                **_base(one.film_list), preview=[film_out(card) for card in one.preview]
            )
            for one in summaries
        ]
    )


def _base(film_list: FilmList) -> dict[str, Any]:
    return {
        "list_id": film_list.list_id,
        "name": film_list.name,
        "description": film_list.description,
        "count": film_list.count,
        "version": film_list.version,
        "created_at": film_list.created_at,
        "updated_at": film_list.updated_at,
    }
