"""What every endpoint may ask for. A guide for whoever writes `ROOM/endpoints.py`:

    from cinematch.api.deps import CurrentUser, ExpectedVersion, services
    from cinematch.api.problems import problems
    from cinematch.api.types import Body, Cursor, Limit, PageOf, PathId

    class NeedsLists(Protocol):              # what this room uses of bootstrap.Services
        lists: ListsService

    Services = Annotated[NeedsLists, Depends(services)]
    router = APIRouter(tags=["lists"])       # mounted under /api
    described = APIRouter(tags=["lists"])    # optional: mounted under /api and bare

    @router.get("/lists/{list_id}", summary="One list", responses=problems(401, 404))
    def read_list(list_id: PathId, user: CurrentUser, house: Services) -> ListOut: ...

- Endpoints are `def`; only streams are `async def`. The function's name is the operation id, so it
  is unique in the whole API. Give `summary`, `responses=problems(…)` and examples in the schemas.
- `CurrentUser` (401 otherwise) is a `Caller`: `user_id`, `username`, `role`. `OptionalUser` may be
  None. `Administrator` answers 403 to everybody else. Cookie, CSRF header and bearer are checked.
- `ExpectedVersion` is the number in `If-Match`, or None; pass it to the service as
  `expected_version`. `set_etag(response, version)` writes the header.
- Text and numbers from outside have a type of `api.types`, so that the store can hold them.
- `Once` (in `api.idempotency`) answers a repeated `Idempotency-Key` with the first answer:
  `return once(lambda: shape(house.diary.edit(…)))` — the change, its event and the kept answer are
  one transaction.
- Raise what `kit.errors` has; never HTTPException. Live streams: `api.sse`.
"""

import re
from typing import Annotated, Any, Protocol, cast

from fastapi import Depends, Header, Request, Response, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from cinematch.kit.errors import Forbidden, Invalid, Unauthenticated

ACCESS_COOKIE, REFRESH_COOKIE, CSRF_COOKIE = "cm_access", "cm_refresh", "cm_csrf"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Caller(Protocol):
    """Who calls: an account, and how it showed who it is."""

    @property
    def user_id(self) -> str:
        """The account."""
        ...

    @property
    def username(self) -> str:
        """Its name, as shown."""
        ...

    @property
    def role(self) -> str:
        """`user` or `administrator`."""
        ...

    @property
    def session_id(self) -> str | None:
        """The session, None for an API token."""
        ...


class Gate(Protocol):
    """What the dependencies need of the sessions."""

    def authenticate(self, token: str) -> Caller:
        """Return whose access or API token this is; Unauthenticated when nobody's."""
        ...

    def check_csrf(self, caller: Caller, token: str | None) -> None:
        """Refuse a cookie's call that does not carry the session's CSRF token; Forbidden."""
        ...


# What only hands something on is `async`: a plain function would go through a thread of the pool,
# which costs more than most calls themselves.
async def services(request: Request) -> Any:
    """Return `bootstrap.Services`; each room says in a protocol which of them it uses."""
    return request.app.state.services


ServicesDep = Annotated[Any, Depends(services)]


def address_of(request: Request) -> str:
    """Return the address that calls (of the client, when a trusted proxy says so)."""
    return request.client.host if request.client else "unknown"


bearer_scheme = HTTPBearer(
    scheme_name="bearer",
    description="An access token of `/api/auth/login`, or an API token (`cmt_…`).",
    auto_error=False,
)
_cookie = APIKeyCookie(
    name=ACCESS_COOKIE,
    scheme_name="cookie",
    description=f"The page's session; changes also need the header `{CSRF_HEADER}`.",
    auto_error=False,
)


def optional_user(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(bearer_scheme)],
    cookie: Annotated[str | None, Security(_cookie)],
) -> Caller | None:
    """Return who calls, None when the call carries no token at all.

    Raises:
        Unauthenticated: a token is there, but it is nobody's, or no longer.
        Forbidden: a cookie's change without the session's CSRF token.
    """
    gate = cast(Gate, request.app.state.services.sessions)
    if bearer is not None:
        return gate.authenticate(bearer.credentials)
    if not cookie:
        return None
    caller = gate.authenticate(cookie)
    if request.method not in SAFE_METHODS:
        gate.check_csrf(caller, request.headers.get(CSRF_HEADER))
    return caller


OptionalUser = Annotated[Caller | None, Depends(optional_user)]


async def current_user(caller: OptionalUser) -> Caller:
    """Return who calls.

    Raises:
        Unauthenticated: nobody is signed in.
    """
    if caller is None:
        raise Unauthenticated("Sign in, or send a bearer token.")
    return caller


CurrentUser = Annotated[Caller, Depends(current_user)]


async def administrator(caller: CurrentUser) -> Caller:
    """Return who calls, if it is an administrator.

    Raises:
        Forbidden: it is somebody else.
    """
    if caller.role != "administrator":
        raise Forbidden("Only an administrator can do this.")
    return caller


Administrator = Annotated[Caller, Depends(administrator)]

_ETAG = re.compile(r'(?:W/)?"?(\d{1,18})"?', re.ASCII)


async def if_match(
    value: Annotated[
        str | None,
        Header(
            alias="If-Match",
            description="The version that the change is meant for; 412 when there is a newer one.",
            examples=['"3"'],
        ),
    ] = None,
) -> int | None:
    """Return the version in `If-Match`; None when absent or `*`.

    Raises:
        Invalid: the header holds no version.
    """
    if value is None or value.strip() == "*":
        return None
    found = _ETAG.fullmatch(value.strip())
    if not found:
        raise Invalid.field("If-Match", "is not a version", 'send the ETag as you got it, as "3"')
    return int(found[1])


ExpectedVersion = Annotated[int | None, Depends(if_match)]


def etag(version: int) -> str:
    """Write a version as an entity tag.

    >>> etag(3)
    '"3"'
    """
    return f'"{version}"'


def set_etag(response: Response, version: int) -> None:
    """Put the version of what is answered in the `ETag` header."""
    response.headers["ETag"] = etag(version)
