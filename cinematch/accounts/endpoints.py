"""Accounts over HTTP: set-up, sessions for the page, tokens for programs, administration."""

from typing import Annotated, Protocol

from fastapi import APIRouter, Cookie, Depends, Request, Response, Security
from fastapi.security import HTTPAuthorizationCredentials

from cinematch import __version__
from cinematch.accounts.core import ACCESS_LIFETIME, REFRESH_LIFETIME
from cinematch.accounts.schemas import (
    AccessToken,
    Credentials,
    Farewell,
    MadeToken,
    NewToken,
    PasswordChange,
    Setup,
    Token,
    User,
    UserAdministration,
    UserChange,
)
from cinematch.accounts.service.accounts import AccountsService
from cinematch.accounts.service.sessions import SessionsService, SignedIn
from cinematch.api.deps import (
    ACCESS_COOKIE,
    CSRF_COOKIE,
    REFRESH_COOKIE,
    Administrator,
    CurrentUser,
    address_of,
    bearer_scheme,
    services,
)
from cinematch.api.problems import problems
from cinematch.api.types import Cursor, Items, Limit, PageOf, PathId
from cinematch.infra.limits import Rate, RateLimiter
from cinematch.kit.errors import Forbidden, Invalid, TooManyRequests, Unauthenticated

_REGISTRATIONS = Rate(60, 1)
_AUTH_PATH = "/api/auth"


class NeedsAccounts(Protocol):
    """What these endpoints use of the house."""

    accounts: AccountsService
    sessions: SessionsService
    limiter: RateLimiter


House = Annotated[NeedsAccounts, Depends(services)]

router = APIRouter(tags=["accounts"])
described = APIRouter(tags=["accounts"])


@router.get("/setup", summary="What the page needs to know before anybody signs in")
def read_setup(request: Request, house: House) -> Setup:
    """Say whether the first account must be made, and whether anybody may register."""
    needs_setup, is_open = house.accounts.setup()
    wanted = request.headers.get("accept-language", "").strip().lower()
    return Setup(
        needs_setup=needs_setup,
        registration_open=is_open or needs_setup,
        version=__version__,
        default_language="it" if wanted.startswith("it") else "en",
    )


@router.post(
    "/auth/register",
    status_code=201,
    summary="Make an account; the first becomes the administrator",
    responses=problems(403, 409, 422, 429),
)
def register(body: Credentials, request: Request, house: House) -> User:
    """Make an account. It does not sign in: `POST /api/auth/session` or `/login` does."""
    wait = house.limiter.take(f"register:{address_of(request)}", _REGISTRATIONS)
    if wait:
        raise TooManyRequests("Too many registrations from here.", retry_after=wait)
    return User.of(house.accounts.register(body.username, body.password))


@router.post(
    "/auth/login",
    summary="Get an access token for a program",
    responses=problems(401, 403, 422, 429),
)
def login(body: Credentials, request: Request, house: House) -> AccessToken:
    """Get a bearer token for 15 minutes. For longer, make an API token: `POST /api/me/tokens`."""
    signed = house.sessions.sign_in(
        body.username, body.password, address_of(request), renewable=False
    )
    return AccessToken(access_token=signed.access, expires_in=int(ACCESS_LIFETIME.total_seconds()))


described.add_api_route(
    "/login",
    login,
    methods=["POST"],
    name="described_login",
    summary="Get an access token, at the described address",
    responses=problems(401, 403, 422, 429),
)


@router.post(
    "/auth/session",
    summary="Sign in, with cookies for the page",
    responses=problems(401, 403, 422, 429),
)
def open_session(body: Credentials, request: Request, response: Response, house: House) -> User:
    """Sign in: `cm_access` and `cm_refresh` (out of scripts' reach) and `cm_csrf` are set."""
    signed = house.sessions.sign_in(
        body.username, body.password, address_of(request), renewable=True
    )
    _set_cookies(request, response, signed)
    return User.of(signed.account)


@router.post("/auth/refresh", summary="Renew the page's session", responses=problems(401))
def refresh_session(
    request: Request,
    response: Response,
    house: House,
    cm_refresh: Annotated[
        str | None, Cookie(description="Set by `POST /api/auth/session`.")
    ] = None,
) -> User:
    """Get new cookies for the refresh token; each is good once."""
    if not cm_refresh:
        raise Unauthenticated("There is no session to renew. Sign in.")
    signed = house.sessions.refresh(cm_refresh)
    _set_cookies(request, response, signed)
    return User.of(signed.account)


@router.post("/auth/logout", status_code=204, summary="Sign out", responses=problems(403))
def logout(
    response: Response,
    house: House,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(bearer_scheme)],
    cm_access: Annotated[str | None, Cookie()] = None,
    cm_refresh: Annotated[str | None, Cookie()] = None,
) -> None:
    """End the session and take its cookies away; fine when it has ended already."""
    access = bearer.credentials if bearer else cm_access
    house.sessions.sign_out(access=access, refresh=cm_refresh)
    _clear_cookies(response)


@router.get("/me", summary="My account", responses=problems(401))
def read_me(user: CurrentUser, house: House) -> User:
    """Return the account that calls."""
    return User.of(house.accounts.get(user.user_id))


@router.patch("/me", summary="Change my settings", responses=problems(401, 403, 422))
def change_me(body: UserChange, user: CurrentUser, house: House) -> User:
    """Change those settings that are sent."""
    return User.of(house.accounts.change_settings(user.user_id, body.given()))


@router.post(
    "/me/password",
    status_code=204,
    summary="Change my password",
    responses=problems(401, 403, 422, 429),
)
def change_password(
    body: PasswordChange, request: Request, user: CurrentUser, house: House
) -> None:
    """Change the password; every other session ends. API tokens stay: revoke them by themselves."""
    _check_own_password(house, user.username, body.current_password, request, "current_password")
    house.accounts.set_own_password(user.user_id, body.new_password, session_id=user.session_id)


@router.delete(
    "/me",
    status_code=204,
    summary="Erase my account and everything of mine",
    responses=problems(401, 403, 409, 422, 429),
)
def erase_me(
    body: Farewell, request: Request, response: Response, user: CurrentUser, house: House
) -> None:
    """Erase the account with films, figures, events, lists and imports. There is no way back."""
    _check_own_password(house, user.username, body.password, request, "password")
    house.accounts.erase(user.user_id)
    _clear_cookies(response)


@router.get("/me/tokens", summary="My API tokens", responses=problems(401))
def list_tokens(user: CurrentUser, house: House) -> Items[Token]:
    """List the tokens, newest first; the secrets are not kept."""
    found = house.accounts.tokens(user.user_id)
    return Items(items=[Token.model_validate(token) for token in found])


@router.post(
    "/me/tokens",
    status_code=201,
    summary="Make an API token",
    responses=problems(401, 403, 409, 422),
)
def make_token(body: NewToken, user: CurrentUser, house: House) -> MadeToken:
    """Make a token for a program. It is shown this once, and is good until revoked."""
    if user.session_id is None:
        raise Forbidden("An API token cannot make another: sign in for that.")
    token, secret = house.accounts.add_token(user.user_id, body.name)
    return MadeToken(**Token.model_validate(token).model_dump(), token=secret)


@router.delete(
    "/me/tokens/{token_id}",
    status_code=204,
    summary="Revoke an API token",
    responses=problems(401, 403, 404),
)
def revoke_token(token_id: PathId, user: CurrentUser, house: House) -> None:
    """Revoke a token; it is refused from now on."""
    house.accounts.revoke_token(user.user_id, token_id)


@router.get(
    "/admin/users", tags=["administration"], summary="All accounts", responses=problems(401, 403)
)
def list_users(
    _: Administrator, house: House, limit: Limit = 50, cursor: Cursor = None
) -> PageOf[User]:
    """List the accounts, oldest first."""
    page = house.accounts.page(limit, cursor)
    return PageOf(
        items=[User.of(account) for account in page.items], total=page.total, next=page.next
    )


@router.patch(
    "/admin/users/{user_id}",
    tags=["administration"],
    summary="Change an account's role or access",
    responses=problems(401, 403, 404, 409, 422),
)
def administer_user(
    user_id: PathId, body: UserAdministration, administrator: Administrator, house: House
) -> User:
    """Make somebody administrator or user, disable or enable; a disabled one is out at once."""
    changed = house.accounts.administer(
        user_id, role=body.role, disabled=body.disabled, by=administrator.user_id
    )
    return User.of(changed)


@router.delete(
    "/admin/users/{user_id}",
    status_code=204,
    tags=["administration"],
    summary="Erase an account and everything of its own",
    responses=problems(401, 403, 404, 409),
)
def erase_user(user_id: PathId, _: Administrator, house: House) -> None:
    """Erase somebody's account. There is no way back."""
    house.accounts.erase(user_id)


def _check_own_password(
    house: NeedsAccounts, username: str, password: str, request: Request, field: str
) -> None:
    """A wrong password of one who is signed in is a wrong value, not a lost session."""
    try:
        house.sessions.check_password(username, password, address_of(request))
    except Unauthenticated as error:
        raise Invalid.field(field, "is not your password", "type it again") from error


def _set_cookies(request: Request, response: Response, signed: SignedIn) -> None:
    secure = request.url.scheme == "https"
    renewal = int(REFRESH_LIFETIME.total_seconds())
    response.set_cookie(
        ACCESS_COOKIE,
        signed.access,
        max_age=int(ACCESS_LIFETIME.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=secure,
    )
    response.set_cookie(CSRF_COOKIE, signed.csrf, max_age=renewal, samesite="strict", secure=secure)
    if signed.refresh:
        response.set_cookie(
            REFRESH_COOKIE,
            signed.refresh,
            max_age=renewal,
            path=_AUTH_PATH,
            httponly=True,
            samesite="strict",
            secure=secure,
        )


def _clear_cookies(response: Response) -> None:
    response.delete_cookie(ACCESS_COOKIE, httponly=True)
    response.delete_cookie(CSRF_COOKIE)
    response.delete_cookie(REFRESH_COOKIE, path=_AUTH_PATH, httponly=True)
