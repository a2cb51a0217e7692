"""What jobs say, as server-sent events. Reading starts nothing; only a first look at the described
streams may ask for a search."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from sse_starlette import ServerSentEvent

from cinematch.api.sse import event_stream
from cinematch.kit.clock import from_iso
from cinematch.kit.errors import Forbidden, NotFound
from cinematch.recommender.core.records import OPEN, Job, Message
from cinematch.recommender.service.jobs import JobsService

_LOOK_SECONDS = 0.25
_AT_ONCE = 200
_NUMBERS = 10**6
"""More messages than a search can say: an event id of the described streams is the second in which
the job was asked for, times this, plus the number of the message."""

Shown = Callable[[Message], Iterable[dict[str, Any]]]
"""What a reader gets for a message."""


def not_from_elsewhere(request: Request) -> None:
    """Refuse a GET that begins work and that a link or a page of another site has led to.

    Raises:
        Forbidden: the browser says so.
    """
    led = request.headers.get("Sec-Fetch-Mode") == "navigate"
    if led or request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden("Work is not begun by a link; use the page, or POST.")


async def job_stream(jobs: JobsService, job_id: str, after: int) -> Response:
    """Tell what a job says from message `after` on, until it has ended.

    Raises:
        NotFound: there is no such job.
    """
    job = await run_in_threadpool(jobs.get, job_id)
    if after and await _is_told(jobs, job, after):
        return _no_more()
    return _streamed(jobs, job, after, _as_it_is, str)


async def described_stream(
    jobs: JobsService, last: int | None, begin: Callable[[], Job]
) -> Response:
    """Tell the search that runs, or begin one; who comes again only reads on (W45).

    Args:
        jobs: where to look.
        last: the last event that the reader has seen.
        begin: asks for a search.

    Raises:
        Conflict: another kind of job waits or runs.
    """
    return await _search_stream(jobs, last, begin, _without_end)


async def older_stream(jobs: JobsService, last: int | None, begin: Callable[[], Job]) -> Response:
    """Tell the same in the older messages (R98 to R100); raises as `described_stream`."""
    return await _search_stream(jobs, last, begin, Older())


async def _search_stream(
    jobs: JobsService, last: int | None, begin: Callable[[], Job], shown: Shown
) -> Response:
    if last is None:
        job = await run_in_threadpool(_joined_or_begun, jobs, begin)
        after = 0
    else:
        found = await run_in_threadpool(_search_of, jobs, last // _NUMBERS)
        after = last % _NUMBERS
        if found is None or await _is_told(jobs, found, after):
            return _no_more()
        job = found
        for message in await run_in_threadpool(jobs.messages, job.job_id, 0, after):
            shown(message)  # so that it knows what this reader knows
    stamp = _stamp(job) * _NUMBERS
    return _streamed(jobs, job, after, shown, lambda number: str(stamp + number))


def _joined_or_begun(jobs: JobsService, begin: Callable[[], Job]) -> Job:
    job = jobs.open()
    return job if job is not None and job.kind == "optimise-k" else begin()


def _search_of(jobs: JobsService, stamp: int) -> Job | None:
    return next((job for job in jobs.latest("optimise-k", 20) if _stamp(job) == stamp), None)


def _stamp(job: Job) -> int:
    return int(from_iso(job.asked_at).timestamp())


async def _is_told(jobs: JobsService, job: Job, after: int) -> bool:
    """Return whether a job has ended and its reader has seen it all."""
    if job.status in OPEN:
        return False
    return not await run_in_threadpool(jobs.messages, job.job_id, after, 1)


def _no_more() -> Response:
    """Answer so that an `EventSource` does not connect again."""
    return Response(status_code=204)


def _streamed(
    jobs: JobsService, job: Job, after: int, shown: Shown, name: Callable[[int], str]
) -> Response:
    async def events() -> AsyncIterator[ServerSentEvent]:
        async for message in _said(jobs, job.job_id, after):
            for data in shown(message):
                text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
                # Without a name, so that `EventSource.onmessage` hears it.
                yield ServerSentEvent(text, id=name(message.number))

    return event_stream(events(), on_close=lambda: None)


async def _said(jobs: JobsService, job_id: str, after: int) -> AsyncIterator[Message]:
    """Yield what a job says, until it has ended and all is told."""
    while True:
        try:
            job = await run_in_threadpool(jobs.get, job_id)
        except NotFound:
            return  # it was pruned meanwhile
        messages = await run_in_threadpool(jobs.messages, job_id, after, _AT_ONCE)
        for message in messages:
            yield message
            after = message.number
        if messages:
            continue
        if job.status not in OPEN:
            return
        await asyncio.sleep(_LOOK_SECONDS)


def _as_it_is(message: Message) -> Iterable[dict[str, Any]]:
    return [message.data]


def _without_end(message: Message) -> Iterable[dict[str, Any]]:
    """The described stream ends with `completed` or `error`; being called off is an error there."""
    if message.data["type"] != "ended":
        return [message.data]
    if message.data["status"] == "cancelled":
        return [{"type": "error", "message": "The search was cancelled."}]
    return []


class Older:
    """Turns the messages of one search into the older ones (R98 to R100)."""

    def __init__(self) -> None:
        self._count = 0
        self._tried = 0
        self._results: dict[int, dict[str, Any]] = {}

    def __call__(self, message: Message) -> Iterable[dict[str, Any]]:
        """Return what takes the place of a message."""
        data = message.data
        if data["type"] == "phase" and data["phase"] == "k_svd":
            self._count = len(data["candidates"])
            return [{"status": "starting", "progress": 0}]
        if data["type"] == "k_svd_result":
            return [self._result(data)]
        if data["type"] == "k_svd_optimal":
            return [
                {
                    "status": "completed",
                    "optimal_k": data["optimal_k"],
                    "final_metrics": self._results.get(data["optimal_k"], {}),
                }
            ]
        if data["type"] == "ended" and data["status"] != "done":
            return [{"status": "error", "message": data.get("error", "It was cancelled.")}]
        return []

    def _result(self, data: dict[str, Any]) -> dict[str, Any]:
        self._tried += 1
        told = {
            "k": data["k"],
            "rmse": data["held_out_rmse"],
            "variance": data["explained_variance"],
            "efficiency": data["efficiency"],
            "overfitting_risk": data["overfitting_risk"],
            "progress": 100 * self._tried // max(self._count, 1),
            "timestamp": data["at"],
        }
        self._results[data["k"]] = told
        return told
