"""Retries: a repeated `Idempotency-Key` gets the first answer, and nothing is done twice.

    @router.patch("/library/{film_id}", response_model=Entry, responses=problems(404, 409, 412))
    def edit_entry(film_id: PathId, body: EntryChange, user: CurrentUser, once: Once) -> Response:
        def work() -> Entry:
            return Entry.of(house.diary.edit(user.user_id, film_id, body.edit()))
        return once(work)                     # once(work, status=201) for what is made

`work` runs inside one transaction, which the services' own join; its effect and the answer are kept
together or not at all. It must not wait for anything, and a refusal that it raises keeps nothing.
An answer with a `version` field carries it as `ETag`.
"""

import hashlib
from collections.abc import Callable
from typing import Annotated, Protocol

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from cinematch.api.deps import CurrentUser, etag, services
from cinematch.infra.ports import Store, Tx
from cinematch.infra.replies import KEPT_FOR, Replies, Reply
from cinematch.infra.signals import Signals
from cinematch.kit.clock import Clock, to_iso
from cinematch.kit.errors import Conflict

REPLAYED_HEADER = "Idempotency-Replayed"


class KeyReused(Conflict):
    """The key was used for something else."""

    code, title = "idempotency_key_reused", "This Idempotency-Key was used for another request"


class NeedsReplies(Protocol):
    """What this uses of the house."""

    store: Store
    replies: Replies
    signals: Signals
    clock: Clock


class OnceOnly:
    """Does the work of one request, once for each key."""

    def __init__(self, house: NeedsReplies, user_id: str, key: str | None, request: str) -> None:
        self._house = house
        self._user_id = user_id
        self._key = key
        self._request = request

    def __call__(self, work: Callable[[], BaseModel], *, status: int = 200) -> Response:
        """Return the answer of `work`, or the one that was given to this key before.

        Raises:
            KeyReused: the key came with another request before.
        """
        if self._key is None:
            return _response(_reply(self._request, work(), status))
        key, now = self._key, self._house.clock()

        def done(tx: Tx) -> tuple[Reply, bool]:
            since = to_iso(now - KEPT_FOR)
            kept = self._house.replies.get(tx, self._user_id, key, since)
            if kept is not None:
                return kept, True
            reply = _reply(self._request, work(), status)
            self._house.replies.purge(tx, since)
            self._house.replies.keep(tx, self._user_id, key, reply, to_iso(now))
            return reply, False

        reply, replayed = self._house.store.transact(done)
        if replayed and reply.request != self._request:
            raise KeyReused("Use a new key for every new request; the same only to send it again.")
        # The services rang before the commit; whoever heard it then found nothing.
        self._house.signals.written()
        return _response(reply, replayed=replayed)


async def once_only(
    request: Request,
    user: CurrentUser,
    house: Annotated[NeedsReplies, Depends(services)],
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=200,
            description="Any text of your own, new for each change: a retry with the same one "
            "within 24 hours gets the first answer and changes nothing.",
        ),
    ] = None,
) -> OnceOnly:
    """Return what does the work of this request once."""
    fingerprint = await _fingerprint(request) if key else ""
    return OnceOnly(house, user.user_id, key, fingerprint)


Once = Annotated[OnceOnly, Depends(once_only)]


async def _fingerprint(request: Request) -> str:
    body = await request.body()
    parts = [request.method, request.url.path, request.url.query, hashlib.sha256(body).hexdigest()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _reply(request: str, answer: BaseModel, status: int) -> Reply:
    version = getattr(answer, "version", None)
    tag = etag(version) if isinstance(version, int) else None
    return Reply(request, status, answer.model_dump_json(by_alias=True).encode(), tag)


def _response(reply: Reply, *, replayed: bool = False) -> Response:
    headers = {REPLAYED_HEADER: "true"} if replayed else {}
    if reply.etag:
        headers["ETag"] = reply.etag
    return Response(reply.body, reply.status, headers, "application/json")
