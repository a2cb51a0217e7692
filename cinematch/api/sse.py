"""Live streams: server-sent events, from the threads that know to the pages that wait.

@router.get("/stream", response_class=EventSourceResponse)
async def stream(request: Request, user: CurrentUser, last: LastEventId) -> Response:
    feed = Feed()
    stop = signals.listen(lambda who, seq: who == user.user_id and feed.put(seq))
    return event_stream(events(feed), on_close=stop)
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Header
from sse_starlette import EventSourceResponse, ServerSentEvent

from cinematch.kit.errors import Invalid

PING_SECONDS = 15
T = TypeVar("T")


class Feed(Generic[T]):
    """Carries items from any thread into one stream; while the reader is away only the newest stay.

    Make it inside the endpoint, in the event loop that will read it.
    """

    def __init__(self, size: int = 256) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[T] = asyncio.Queue(size)

    def put(self, item: T) -> None:
        """Add an item; the oldest one goes when the feed is full. Callable from any thread."""
        with suppress(RuntimeError):  # the loop, and with it the reader, is gone
            self._loop.call_soon_threadsafe(self._put, item)

    def _put(self, item: T) -> None:
        if self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(item)

    async def next(self, within: float | None = None) -> T | None:
        """Return the next item, None when none came `within` so many seconds."""
        try:
            async with asyncio.timeout(within):
                return await self._queue.get()
        except TimeoutError:
            return None


def event(name: str, data: Any, *, event_id: int | str | None = None) -> ServerSentEvent:
    """Make one event; `data` is written as JSON."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return ServerSentEvent(text, event=name, id=None if event_id is None else str(event_id))


def event_stream(
    events: AsyncIterator[ServerSentEvent], *, on_close: Callable[[], None]
) -> EventSourceResponse:
    """Answer with a stream that pings every 15 s; `on_close` is called when it ends, however."""

    async def guarded() -> AsyncIterator[ServerSentEvent]:
        try:
            async for item in events:
                yield item
        finally:
            on_close()

    return EventSourceResponse(
        guarded(),
        ping=PING_SECONDS,
        ping_message_factory=lambda: ServerSentEvent("{}", event="ping"),
        headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"},
    )


async def last_event_id(
    value: Annotated[
        str | None,
        Header(alias="Last-Event-ID", description="The last event seen, to go on after it."),
    ] = None,
) -> int | None:
    """Return the number in `Last-Event-ID`, None when absent.

    Raises:
        Invalid: it is not a number that this stream gave.
    """
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise Invalid.field("Last-Event-ID", "is not an id of this stream", "leave it out")
    return int(value)
