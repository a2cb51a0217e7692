"""Lists over HTTP."""

from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Response

from cinematch.api.deps import Caller, CurrentUser, ExpectedVersion, services, set_etag
from cinematch.api.idempotency import Once, OnceOnly
from cinematch.api.problems import problems
from cinematch.api.types import PathId
from cinematch.lists.core import Item
from cinematch.lists.schemas import (
    ItemIn,
    ListChange,
    ListIn,
    ListOut,
    ListsOut,
    OrderIn,
    list_out,
    lists_out,
)
from cinematch.lists.service import ListsService


class NeedsLists(Protocol):
    """What this room uses of the services."""

    lists: ListsService


House = Annotated[NeedsLists, Depends(services)]


@dataclass(frozen=True)
class Call:
    """A change that somebody asks for: who, of which version, and done once."""

    user: Caller
    house: NeedsLists
    once: OnceOnly
    expected_version: int | None


async def _asked(
    user: CurrentUser, house: House, once: Once, expected_version: ExpectedVersion
) -> Call:
    return Call(user, house, once, expected_version)


Asked = Annotated[Call, Depends(_asked)]

router = APIRouter(tags=["lists"])

_CHANGES = problems(401, 404, 409, 412, 422)


@router.get("/lists", summary="My lists", responses=problems(401))
def read_lists(user: CurrentUser, house: House) -> ListsOut:
    """The latest changed first, each with its first five films."""
    return lists_out(house.lists.all(user.user_id))


@router.post(
    "/lists",
    status_code=201,
    summary="Make a list",
    response_model=ListOut,
    responses=problems(401, 409, 422),
)
def create_list(body: ListIn, user: CurrentUser, house: House, once: Once) -> Response:
    """Without films yet."""
    return once(
        lambda: list_out(house.lists.create(user.user_id, body.name, body.description)), status=201
    )


@router.get("/lists/{list_id}", summary="One list", responses=problems(401, 404))
def read_list(list_id: PathId, user: CurrentUser, house: House, response: Response) -> ListOut:
    """With its films in order."""
    contents = house.lists.contents(user.user_id, list_id)
    set_etag(response, contents.film_list.version)
    return list_out(contents)


@router.patch(
    "/lists/{list_id}", summary="Rename a list", response_model=ListOut, responses=_CHANGES
)
def change_list(list_id: PathId, body: ListChange, asked: Asked) -> Response:
    """Its name or description."""
    return asked.once(
        lambda: list_out(
            asked.house.lists.change(
                asked.user.user_id,
                list_id,
                name=body.name,
                description=body.description,
                expected_version=asked.expected_version,
            )
        )
    )


@router.delete("/lists/{list_id}", status_code=204, summary="Remove a list", responses=_CHANGES)
def remove_list(
    list_id: PathId, user: CurrentUser, house: House, expected_version: ExpectedVersion
) -> None:
    """The films on it stay where else they are."""
    house.lists.remove(user.user_id, list_id, expected_version=expected_version)


@router.put(
    "/lists/{list_id}/items", summary="Order a list", response_model=ListOut, responses=_CHANGES
)
def arrange_list(list_id: PathId, body: OrderIn, asked: Asked) -> Response:
    """Exactly these films, in this order; notes stay with their films."""
    return asked.once(
        lambda: list_out(
            asked.house.lists.arrange(
                asked.user.user_id,
                list_id,
                body.film_ids,
                expected_version=asked.expected_version,
            )
        )
    )


@router.post(
    "/lists/{list_id}/items",
    status_code=201,
    summary="Put a film on a list",
    response_model=ListOut,
    responses=_CHANGES,
)
def add_list_item(list_id: PathId, body: ItemIn, asked: Asked) -> Response:
    """At the end; one already there gets the new note."""
    item = Item(body.film_id, body.note)
    return asked.once(
        lambda: list_out(
            asked.house.lists.add(
                asked.user.user_id, list_id, item, expected_version=asked.expected_version
            )
        ),
        status=201,
    )


@router.delete(
    "/lists/{list_id}/items/{film_id}",
    summary="Take a film off a list",
    response_model=ListOut,
    responses=_CHANGES,
)
def remove_list_item(list_id: PathId, film_id: PathId, asked: Asked) -> Response:
    """The others move up."""
    return asked.once(
        lambda: list_out(
            asked.house.lists.take(
                asked.user.user_id, list_id, film_id, expected_version=asked.expected_version
            )
        )
    )
