"""Segments in Redis: each is the true sum of some of a user's events, and says of which."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import redis

from cinematch.kit.errors import StoreBusy
from cinematch.stats.core.delta import Delta
from cinematch.stats.ports import UserDelta
from cinematch.stats.redis import scripts
from cinematch.stats.redis.fields import amounts_of, names_of, read_fields

MOVES_KEPT = 50


class Base(NamedTuple):
    """What a user's figures in the base hold: their epoch, and the number of the last event."""

    epoch: int
    seq: int


class Head(NamedTuple):
    """Where a user's chain ends. `read_at` is Redis's own time in µs, 0 when it did not answer."""

    base: Base
    seq: int
    read_at: int


class Chain(NamedTuple):
    """The segments from a base on, summed. `as_of` is None when there are none."""

    head: Head
    as_of: str | None
    delta: Delta


class Segments:
    """The commands on one Redis. Each raises StoreBusy when it does not answer."""

    def __init__(self, client: "redis.Redis", prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self._waiting = f"{prefix}-waiting"
        self._swept = f"{prefix}-swept"
        self._end = client.register_script(scripts.END)
        self._chain = client.register_script(scripts.CHAIN)
        self._push = client.register_script(scripts.PUSH)
        self._seal = client.register_script(scripts.SEAL)
        self._retire = client.register_script(scripts.RETIRE)
        self._drop = client.register_script(scripts.DROP)
        self._card = client.register_script(scripts.CARD)

    def heads(self, bases: Mapping[str, Base]) -> dict[str, Head]:
        """Return where everybody's chain ends."""

        def ask(to: Any) -> None:
            for user_id, base in bases.items():
                self._end(keys=[self._key(user_id)], args=list(base), client=to)

        told = self._together(ask)
        return {
            user_id: Head(base, int(end), int(now))
            for (user_id, base), (end, now) in zip(bases.items(), told, strict=True)
        }

    def chains(self, bases: Mapping[str, Base], *, sealed_only: bool = False) -> dict[str, Chain]:
        """Return everybody's chain."""

        def ask(to: Any) -> None:
            for user_id, base in bases.items():
                args = [*base, 0 if sealed_only else 1]
                self._chain(keys=[self._key(user_id)], args=args, client=to)

        told = self._together(ask)
        return {
            user_id: _summed(base, *found)
            for (user_id, base), found in zip(bases.items(), told, strict=True)
        }

    def push(self, changes: Sequence[tuple[Head, UserDelta]]) -> list[int]:
        """Add deltas, each from where its head ends; return up to where each user is held now."""

        def ask(to: Any) -> None:
            for (base, start, read_at), change in changes:
                amounts, names = amounts_of(change.delta), names_of(change.delta)
                self._push(
                    keys=[self._key(change.user_id), self._waiting],
                    args=[
                        change.user_id, *base, start, change.seq, change.as_of, read_at,
                        len(amounts) // 2, *amounts, *names,
                    ],
                    client=to,
                )  # fmt: skip

        return [int(end) for end in self._together(ask)]

    def waiting(self) -> list[str]:
        """Return the users who have something to flush, longest waiting first."""
        with answering():
            found: Any = self._client.zrange(self._waiting, 0, -1)
        return [user_id.decode() for user_id in found]

    def seal(self, user_ids: Sequence[str]) -> None:
        """End the segments that grow: what comes now begins another."""
        self._for_each(user_ids, lambda user_id, to: self._seal([self._key(user_id)], client=to))

    def retire(self, bases: Mapping[str, Base]) -> list[str]:
        """Let go of what the base has; return users of whom it lacks events held in no chain."""

        def ask(user_id: str, to: Any) -> None:
            keys = [self._key(user_id), self._waiting]
            self._retire(keys=keys, args=[user_id, *bases[user_id]], client=to)

        astray = self._for_each(list(bases), ask)
        return [user_id for user_id, one in zip(bases, astray, strict=True) if one]

    def drop(self, user_ids: Sequence[str]) -> None:
        """Remove everything of these users."""

        def ask(user_id: str, to: Any) -> None:
            self._drop(keys=[self._key(user_id), self._waiting], args=[user_id], client=to)

        self._for_each(user_ids, ask)

    def save_cards(self, cards: Sequence[tuple[str, int, bytes]]) -> None:
        """Keep delta cards of users: (user, seq, card)."""

        def ask(to: Any) -> None:
            for user_id, seq, card in cards:
                self._card(keys=[self._key(user_id)], args=[seq, card, MOVES_KEPT], client=to)

        self._together(ask)

    def cards_after(self, user_id: str, seq: int) -> dict[int, bytes]:
        """Return the delta cards past `seq`."""
        with answering():
            found: Any = self._client.zrangebyscore(
                f"{self._key(user_id)}:moves", f"({seq}", "+inf"
            )
        told = (one.partition(b" ") for one in found)
        return {int(number): card for number, _, card in told}

    def emptied(self) -> bool:
        """Say whether this Redis is new, or has lost what it held, since `swept`."""
        with answering():
            return not self._client.exists(self._swept)

    def swept(self) -> None:
        """Note that the figures hold what the outbox has, whatever was lost here."""
        with answering():
            self._client.set(self._swept, 1)

    def _key(self, user_id: str) -> str:
        return f"{self._prefix}:{user_id}"

    def _for_each(self, user_ids: Sequence[str], ask: Callable[[str, Any], object]) -> list[Any]:
        def all_of_them(to: Any) -> None:
            for user_id in user_ids:
                ask(user_id, to)

        return self._together(all_of_them)

    def _together(self, ask: Callable[[Any], None]) -> list[Any]:
        """Send what `ask` asks in one go; each answer stands at the place of its question."""
        with answering(), self._client.pipeline(transaction=False) as pipeline:
            ask(pipeline)
            return pipeline.execute()


@contextmanager
def answering() -> Iterator[None]:
    """Turn the driver's words for "away" into the tree of errors."""
    try:
        yield
    except redis.RedisError as error:
        raise StoreBusy(
            "Redis does not answer (REDIS_URL), and holds the latest figures; try again."
        ) from error


def _summed(base: Base, now: bytes, segments: Sequence[Sequence[bytes]]) -> Chain:
    seq, as_of, total = base.seq, None, Delta()
    for flat in segments:
        fields = dict(zip(flat[::2], flat[1::2], strict=True))
        seq, as_of = int(fields[b"seq"]), fields[b"as_of"].decode()
        total.add(read_fields(fields))
    return Chain(Head(base, seq, int(now)), as_of, total)
