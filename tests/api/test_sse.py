"""Live streams: items from any thread in order, the newest kept, listeners let go at the end."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
from sse_starlette import ServerSentEvent
from starlette.types import Message

from cinematch.api.sse import Feed, event, event_stream, last_event_id
from cinematch.kit.errors import Invalid


def test_what_other_threads_put_arrives_in_order() -> None:
    async def work() -> list[int | None]:
        feed: Feed[int] = Feed()

        def put() -> None:
            for number in range(50):
                feed.put(number)

        thread = threading.Thread(target=put)
        thread.start()
        found = [await feed.next(5) for _ in range(50)]
        thread.join()
        return found

    assert asyncio.run(work()) == list(range(50))


def test_while_the_reader_is_away_the_newest_stay() -> None:
    async def work() -> list[int | None]:
        feed: Feed[int] = Feed(size=3)
        for number in range(10):
            feed.put(number)
        await asyncio.sleep(0)
        return [await feed.next(0.01) for _ in range(4)]

    assert asyncio.run(work()) == [7, 8, 9, None]


def test_putting_into_a_feed_whose_reader_is_gone_does_no_harm() -> None:
    async def work() -> Feed[int]:
        return Feed()

    feed = asyncio.run(work())
    feed.put(1)
    assert feed._queue.empty()


def test_an_event_is_written_as_the_standard_says() -> None:
    written = event("stats", {"words": "“Sì”\nnext"}, event_id=7).encode().decode()
    assert written.splitlines() == ["id: 7", "event: stats", r'data: {"words":"“Sì”\nnext"}', ""]
    assert b"id:" not in event("ping", {}).encode()


@pytest.mark.parametrize(("given", "expected"), [(None, None), ("", None), ("0", 0), ("848", 848)])
def test_the_last_event_id_is_read(given: str | None, expected: int | None) -> None:
    assert asyncio.run(last_event_id(given)) == expected


@pytest.mark.parametrize("given", ["-1", "1.5", "abc", "²", "9" * 19, "1 OR 1"])
def test_a_last_event_id_that_no_stream_gave_is_refused(given: str) -> None:
    with pytest.raises(Invalid, match="Last-Event-ID"):
        asyncio.run(last_event_id(given))


async def endless() -> AsyncIterator[ServerSentEvent]:
    number = 0
    while True:
        number += 1
        yield event("stats", number, event_id=number)
        await asyncio.sleep(0.01)


async def read(
    events: AsyncIterator[ServerSentEvent], closed: list[str], leave_after: int
) -> list[Message]:
    """Answer a request with the stream; the reader leaves after some messages."""
    sent: list[Message] = []
    left = asyncio.Event()
    answer = event_stream(events, on_close=lambda: closed.append("closed"))

    async def receive() -> Message:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)
        if len(sent) >= leave_after:
            left.set()

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    async with asyncio.timeout(10):
        await answer(scope, receive, send)
    return sent


@pytest.mark.parametrize("leave_after", [1, 4])
def test_when_the_reader_leaves_listeners_are_let_go(leave_after: int) -> None:
    closed: list[str] = []
    sent = asyncio.run(read(endless(), closed, leave_after))
    assert closed == ["closed"]
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    assert headers["content-type"].startswith("text/event-stream")
    assert headers["cache-control"] == "no-store"
    assert headers["x-accel-buffering"] == "no"


def test_when_the_stream_breaks_listeners_are_let_go() -> None:
    async def broken() -> AsyncIterator[ServerSentEvent]:
        yield event("stats", 1)
        raise ValueError("of ours")

    closed: list[str] = []
    with pytest.raises((ValueError, ExceptionGroup)):
        asyncio.run(read(broken(), closed, 99))
    assert closed == ["closed"]
