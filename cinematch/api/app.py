"""The application put together: rooms' routers, guards, problem details, the page, the lifespan."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from cinematch import __version__
from cinematch.accounts import endpoints as accounts
from cinematch.api import document, health, problems
from cinematch.api.deps import CSRF_HEADER
from cinematch.api.middleware import BodyLimit, HostCheck, OriginCheck, RequestContext
from cinematch.api.pages import Pages, page_folder
from cinematch.audit import endpoints as audit
from cinematch.bootstrap import Services, build
from cinematch.diary import endpoints as diary
from cinematch.films import endpoints as films
from cinematch.lists import endpoints as lists
from cinematch.notifications import endpoints as notifications
from cinematch.ops import endpoints as ops
from cinematch.recommender import endpoints as recommender
from cinematch.settings import Settings, read_settings
from cinematch.stats import endpoints as stats
from cinematch.transfer import endpoints as transfer

_DESCRIPTION = """Your films, your figures.

**Who calls**: the page has cookies (`POST /api/auth/session`); its changes carry `X-CSRF-Token`.
Programs send `Authorization: Bearer …`, an access token of `POST /api/auth/login` (15 minutes) or
an API token of `POST /api/me/tokens`.

**Refusals** are problem details (RFC 9457): `code` is for programs, `detail` for people, `errors`
name field and mend. **Concurrent edits**: send the `ETag` back as `If-Match`. **Retries**: send an
`Idempotency-Key`; the same key gives the first answer again. **Pages**: `?limit=&cursor=`, `next`.
Ratings are stars, 0.5 to 5.
"""
_TAGS = [
    {"name": "accounts", "description": "Signing in, tokens, settings, leaving."},
    {"name": "films", "description": "The catalogue and its people."},
    {"name": "library", "description": "One's films: ratings, viewings, tags, reviews."},
    {"name": "lists", "description": "Lists of films in one's own order."},
    {"name": "statistics", "description": "Figures, and the live stream of them."},
    {"name": "transfer", "description": "Imports with preview and undo; exports."},
    {"name": "recommendations", "description": "Films for me and for us, and why; one's taste."},
    {
        "name": "recommender",
        "description": "Models: training, the search for K, how good they are.",
    },
    {"name": "notifications", "description": "The inbox; targets and webhooks of one's own."},
    {"name": "audit", "description": "Who did what, in a log that shows when it was altered."},
    {"name": "administration", "description": "For administrators."},
    {"name": "health", "description": "Is it alive, is it ready."},
]
_ROUTERS = (
    accounts, films, diary, lists, stats, recommender, transfer, notifications, audit, ops,
)  # fmt: skip


def create_app(services: Services, settings: Settings, *, page: Path | None = None) -> FastAPI:
    """Put the application together.

    Args:
        services: what `bootstrap` built; started and stopped with the application.
        settings: which hosts and origins are good.
        page: the folder of the built page; found by itself when not given.
    """
    app = FastAPI(
        title="CineMatch API",
        version=__version__,
        description=_DESCRIPTION,
        openapi_tags=_TAGS,
        openapi_url="/api/openapi.json",
        docs_url=None,  # they load scripts from another site
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_named(""),
        lifespan=_lifespan,
        middleware=_middleware(settings, page or page_folder()),
    )
    app.state.services = services
    app.state.settings = settings
    problems.install(app)
    document.install(app)
    app.include_router(health.router)
    for room in _ROUTERS:
        _include(app, room.router, getattr(room, "described", None))
    return app


def served() -> FastAPI:
    """Build everything from the environment: `uvicorn --factory cinematch.api.app:served`."""
    settings = read_settings()
    return create_app(build(settings), settings)


def _include(app: FastAPI, router: APIRouter, described: APIRouter | None) -> None:
    """Mount a room's `router` under /api, and its `described` both under /api and bare."""
    app.include_router(router, prefix="/api")
    if described is not None:
        app.include_router(described, prefix="/api")
        app.include_router(described, generate_unique_id_function=_named("bare_"))


def _named(prefix: str) -> Callable[[APIRoute], str]:
    return lambda route: prefix + route.name


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    await run_in_threadpool(services.start)
    # What was built to stay is not looked through again: a full collection would halt every call.
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        await run_in_threadpool(services.stop)


def _middleware(settings: Settings, page: Path) -> list[Middleware]:
    """Outermost first."""
    chain = [Middleware(RequestContext), Middleware(HostCheck, hosts=settings.hosts)]
    if settings.cors_origins:
        chain.append(
            Middleware(
                CORSMiddleware,
                allow_origins=list(settings.cors_origins),
                allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
                allow_headers=["Authorization", CSRF_HEADER, "If-Match", "Idempotency-Key"],
                expose_headers=["ETag", "X-Request-ID", "Retry-After", "Location"],
                allow_credentials=True,
                max_age=600,
            )
        )
    return [
        *chain,
        Middleware(OriginCheck, origins=frozenset(settings.cors_origins)),
        Middleware(BodyLimit),
        Middleware(GZipMiddleware, minimum_size=1024, compresslevel=5),
        Middleware(Pages, folder=page),
    ]
