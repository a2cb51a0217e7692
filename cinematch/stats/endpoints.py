"""Statistics over HTTP: figures, ranges, years, trends, and the live stream of changes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, BackgroundTasks, Depends, Path, Query, Response
from fastapi.concurrency import run_in_threadpool
from sse_starlette import EventSourceResponse, ServerSentEvent

from cinematch.api.deps import CurrentUser, services
from cinematch.api.problems import problems
from cinematch.api.sse import Feed, event_stream, last_event_id
from cinematch.api.types import Cursor, Limit, Search
from cinematch.kit.errors import Conflict
from cinematch.stats.ports import AffinityQuery
from cinematch.stats.schemas import (
    AffinityPageOut,
    AffinitySort,
    AffinityType,
    CheckOut,
    DaysOut,
    HighlightsOut,
    RangeStatsOut,
    RecalculationOut,
    TrendsOut,
    UserStatsOut,
    Window,
    YearInReviewOut,
)
from cinematch.stats.service import StatsService

_LONGEST_WAIT = 5.0
_LOOK_AGAIN = 0.5  # another process may have moved the figures on


class NeedsStats(Protocol):
    """What these endpoints use of the house."""

    stats: StatsService


_News = int | tuple[str, bytes]
"""The `seq` that the figures hold now, or another event's name and JSON."""

House = Annotated[NeedsStats, Depends(services)]
Year = Annotated[int, Query(ge=1888, le=9999, examples=[2024])]

router = APIRouter(tags=["statistics"], responses=problems(401, 422))
described = APIRouter(tags=["statistics"])


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json")


def _answers(model: Any, *refusals: int) -> dict[int | str, dict[str, Any]]:
    return {200: {"model": model}, **problems(401, 422, *refusals)}


@described.get(
    "/user-stats",
    summary="One's figures",
    response_class=Response,
    responses=_answers(UserStatsOut),
)
async def read_user_stats(
    user: CurrentUser,
    house: House,
    min_seq: Annotated[
        int | None,
        Query(ge=0, le=2**63 - 1, description="Wait up to 5 s until this event is in."),
    ] = None,
) -> Response:
    """Everything that is counted, in one consistent snapshot; `seq` and `as_of` say how fresh."""
    if min_seq is not None:
        await _wait_for(house.stats, user.user_id, min_seq)
    return _json(await run_in_threadpool(house.stats.user_stats, user.user_id))


@router.get(
    "/user-stats/highlights",
    summary="Extremes, streaks, milestones, you against everybody",
    response_class=Response,
    responses=_answers(HighlightsOut),
)
def read_highlights(user: CurrentUser, house: House) -> Response:
    """What has no inverse, and is therefore read from the diary; kept until the next change."""
    return _json(house.stats.highlights(user.user_id))


@router.get(
    "/user-stats/range",
    summary="Figures of a range of days",
    response_class=Response,
    responses=_answers(RangeStatsOut),
)
def read_range(
    user: CurrentUser,
    house: House,
    first: Annotated[date, Query(alias="from", examples=["2024-01-01"])],
    last: Annotated[date, Query(alias="to", examples=["2024-12-31"])],
) -> Response:
    """A viewing of partial date counts when the whole of its month or year is in the range."""
    return _json(house.stats.range(user.user_id, first, last))


@router.get(
    "/user-stats/days",
    summary="Viewings by day of a year",
    response_class=Response,
    responses=_answers(DaysOut),
)
def read_days(user: CurrentUser, house: House, year: Year) -> Response:
    """For a calendar of the year."""
    return _json(house.stats.days(user.user_id, year))


@router.get(
    "/user-stats/affinities",
    summary="All directors, actors, genres, countries, languages or decades",
    response_class=Response,
    responses=_answers(AffinityPageOut),
)
def read_affinities(  # noqa: PLR0913, PLR0917 - one parameter for each part of the query
    user: CurrentUser,
    house: House,
    type: Annotated[AffinityType, Query()],  # noqa: A002 - the parameter's name on the wire
    sort: Annotated[AffinitySort, Query()] = "count",
    min_rated: Annotated[int, Query(ge=0, le=2**31)] = 0,
    q: Search = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """By films seen, by mean, by the mean drawn towards one's own, or by name."""
    query = AffinityQuery(type, sort, min_rated=min_rated, text=q or "", limit=limit)
    return _json(house.stats.affinities(user.user_id, query, cursor))


@router.get(
    "/user-stats/year/{year}",
    summary="A year in review",
    response_class=Response,
    responses=_answers(YearInReviewOut),
)
def read_year(
    user: CurrentUser, house: House, year: Annotated[int, Path(ge=1888, le=9999)]
) -> Response:
    """One year's viewings, with the year before to compare."""
    return _json(house.stats.year(user.user_id, year))


@described.post(
    "/recalculate-stats",
    summary="Compute one's figures anew",
    status_code=202,
    responses=problems(401, 403, 409),
)
def recalculate_stats(
    user: CurrentUser, house: House, background: BackgroundTasks
) -> RecalculationOut:
    """The figures of now are served until the new ones are complete; `recomputing` says so."""
    seq = house.stats.seq(user.user_id)
    if not house.stats.begin_recalculation(user.user_id):
        raise Conflict("Your figures are being recalculated already; wait a moment.")
    background.add_task(house.stats.recalculate, user.user_id)
    return RecalculationOut(seq=seq)


@router.get("/user-stats/check", summary="When the figures were last found right")
def read_check(user: CurrentUser, house: House) -> CheckOut:
    """The nightly comparison of streamed with recomputed figures, or the last one asked for."""
    return CheckOut.model_validate(house.stats.last_check(user.user_id))


@router.post(
    "/user-stats/check",
    summary="Compare the figures with a recount now",
    responses=problems(403),
)
def check_stats(user: CurrentUser, house: House) -> CheckOut:
    """Recompute everything from one's films and say what differs."""
    return CheckOut.model_validate(house.stats.verify(user.user_id))


@described.get(
    "/trends/global",
    summary="What everybody watches",
    response_class=Response,
    responses={200: {"model": TrendsOut}, **problems(422)},
)
def read_trends(house: House, window: Annotated[Window, Query()] = "30d") -> Response:
    """Top films and genres of a window of days; open without signing in."""
    return _json(house.stats.trends(window))


@router.get(
    "/stream",
    summary="Changes as they happen",
    response_class=EventSourceResponse,
    responses={
        200: {
            "content": {
                "text/event-stream": {
                    "example": 'id: 848\nevent: stats\ndata: {"seq":848,"moves":'
                    '[{"kind":"time","minutes":139}]}\n\n'
                }
            },
            "description": "`stats` with what moved, `import` with progress, `ping` every 15 s.",
        }
    },
)
async def stream(
    user: CurrentUser, house: House, last: Annotated[int | None, Depends(last_event_id)]
) -> EventSourceResponse:
    """Server-sent events. With `Last-Event-ID` it goes on after that change, as far as kept."""
    feed: Feed[_News] = Feed()
    stops = (
        house.stats.listen(user.user_id, feed.put),
        house.stats.hear(user.user_id, lambda name, payload: feed.put((name, payload))),
    )
    events = _events(house.stats, user.user_id, feed, last)
    return event_stream(events, on_close=lambda: _call(stops))


async def _events(
    stats: StatsService, user_id: str, feed: Feed[_News], last: int | None
) -> AsyncIterator[ServerSentEvent]:
    """Yield the state (or the cards missed since `last`), then what comes."""
    seen = await run_in_threadpool(stats.seq, user_id) if last is None else last
    for seq, card in await run_in_threadpool(stats.cards_after, user_id, seen):
        seen = max(seen, seq)
        yield ServerSentEvent(card.decode(), event="stats", id=str(seq))
    while True:
        news = await feed.next()
        if isinstance(news, tuple):
            yield ServerSentEvent(news[1].decode(), event=news[0])
        elif news is not None and news > seen:
            for seq, card in await run_in_threadpool(stats.cards_after, user_id, seen):
                seen = max(seen, seq)
                yield ServerSentEvent(card.decode(), event="stats", id=str(seq))


async def _wait_for(stats: StatsService, user_id: str, min_seq: int) -> None:
    """Wait until the user's figures hold event `min_seq`, at most `_LONGEST_WAIT` seconds."""
    feed: Feed[int] = Feed()
    stop = stats.listen(user_id, feed.put)
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _LONGEST_WAIT
    try:
        while await run_in_threadpool(stats.seq, user_id) < min_seq:
            left = deadline - loop.time()
            if left <= 0:
                return
            told = await feed.next(min(left, _LOOK_AGAIN))
            if told is not None and told >= min_seq:
                return
    finally:
        stop()


def _call(stops: tuple[Callable[[], None], ...]) -> None:
    for stop in stops:
        stop()
