"""The cost of an event as the state grows, and the memory of a long run.

Measured is stream 1's use case (`ApplyService`), which is the same whether Spark or anybody else
hands it the messages; so no Spark runs here, and the memory of its JVM is not told. One batch of
changes and its undoing are applied again and again to databases that differ in one thing only.

A cost is processor time, of this process and the database server: other work on the machine, which
would drown a fifth more or less, is left out of it, and so is waiting for the disk.

The people of the batch's films are known to every user measured, however few films that user has:
else the smallest state would insert where the others add, which is another work.

- users: 10³, 10⁴ and, in the full form, 10⁵ in the database, over MongoDB's wire protocol; in the
  full form over SQLite as well, up to 10⁶, which the test server would take an hour to hold.
- films: 10 to 10³ (`--quick`) or 10⁴ of each user in the batch; without the cards that an open
  page is shown, and with them (which are made for few users at once only).
- memory: the resident memory of this process while events go through the use case into nothing.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import islice
from pathlib import Path
from time import process_time
from typing import Any

from msgspec.structs import replace

from benchmarks.harness import Figure, against, in_turns, options, report
from benchmarks.stream import Nowhere
from benchmarks.workload import images_of, make_films, write_users
from cinematch.events.core import Event, Image, encode
from cinematch.events.mongo import COLLECTIONS as OUTBOX
from cinematch.events.mongo import MongoOutbox
from cinematch.events.sqlite import SqliteOutbox
from cinematch.infra.mongo import Collection, MongoStore, open_mongo, prepare
from cinematch.infra.ports import Store, Tx
from cinematch.infra.signals import Signals
from cinematch.infra.sqlite import open_database
from cinematch.kit.clock import system_clock
from cinematch.stats.core.delta import sum_of
from cinematch.stats.mongo import COLLECTIONS as STATS
from cinematch.stats.mongo import MongoStats
from cinematch.stats.mongo.affinities import affinity_rows
from cinematch.stats.mongo.user_document import fresh_document
from cinematch.stats.ports import StatsRepository, UserDelta
from cinematch.stats.service.applying import ApplyOptions, ApplyService, Arrival
from cinematch.stats.sqlite import SqliteStats
from tests.support.mongo import MongoServer

_COLLECTIONS = (Collection("users"), *OUTBOX, *STATS)
_AT = "2026-11-21T10:00:00.000000Z"
_HELD = 10  # films of each user, where nothing else is said; also the most of a batch
_AFFINITIES = 1  # of such a user's, in MongoDB: filling it is most of the time that this takes
_LAST = 1_000_000_000  # a user's last event by the outbox, far beyond those that are sent here
_FILMS = make_films(12_000)
_KNOWN, _NEW = _FILMS[:10_000], _FILMS[10_000:]
"""Films that users have, and others."""


class Rung:
    """A database of one size with the service over it."""

    def __init__(
        self,
        store: Store,
        users: Sequence[str],
        held: int = _HELD,
        *,
        cards: bool = False,
        server: int | None = None,
    ) -> None:
        self._service = service_of(store, cards=cards)
        self._server = server
        self._users, self._seq = users, held
        hold(store, users, [*twins(batch_of(_HELD)), *images_of(_KNOWN, held - _HELD)])

    def run(self, images: Sequence[Image]) -> float:
        """Add these films for each user and take them away again; return µs per event."""
        taken = 0.0
        for undo in (False, True):
            batch = list(changes(self._users, images, self._seq, undo=undo))
            began = self._spent()
            applied = self._service.apply(batch)
            taken += self._spent() - began
            self._seq += len(images)
            assert applied.changed == dict.fromkeys(self._users, self._seq), applied
        return taken / (2 * len(images) * len(self._users)) * 1_000_000

    def _spent(self) -> float:
        """Return seconds of processor time, of the server included."""
        return process_time() + (of_process(self._server) if self._server else 0.0)


def of_process(pid: int) -> float:
    """Return a process's processor time in seconds, of the threads that it has."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text("ascii").split()[0]) for task in tasks) / 1e9


def batch_of(count: int) -> list[Image]:
    """Return the films that a batch adds."""
    return list(images_of(_NEW, count))


def twins(images: Iterable[Image]) -> Iterator[Image]:
    """Yield films with the same people, countries and so on, under other ids."""
    for image in images:
        film = replace(image.film, film_id=f"twin-{image.film.film_id}")
        yield replace(image, film=film)


def changes(
    users: Sequence[str], images: Iterable[Image], seq: int, *, undo: bool = False
) -> Iterator[Arrival]:
    """Yield the events after `seq` of each user, the users taking turns."""
    for number, image in enumerate(images, start=seq + 1):
        for user_id in users:
            event = Event(
                event_id=f"{user_id}-{number}",
                user_id=user_id,
                seq=number,
                event_type="DELETE" if undo else "ADD",
                occurred_at=_AT,
                before=image if undo else None,
                after=None if undo else image,
            )
            yield Arrival(0, number, user_id.encode(), encode(event))


def service_of(store: Store, *, cards: bool) -> ApplyService:
    """Return the use case as a cluster has it: the community's figures are another stream's."""
    figures: Any = SqliteStats()
    outbox: Any = SqliteOutbox()
    if isinstance(store, MongoStore):
        figures, outbox = MongoStats(community=False), MongoOutbox()
    chosen = ApplyOptions(community=False, card_users=20 if cards else 0)
    return ApplyService(store, outbox, figures, Signals(), system_clock, options=chosen)


def hold(store: Store, users: Sequence[str], images: Sequence[Image]) -> None:
    """Give these users the figures of these films, in the place of what they had."""
    figures: StatsRepository = MongoStats() if isinstance(store, MongoStore) else SqliteStats()

    def work(tx: Tx, user_id: str) -> None:
        figures.replace(tx, UserDelta(user_id, sum_of(images), len(images), _AT))

    for user_id in users:
        store.transact(partial(work, user_id=user_id))


def names(count: int) -> list[str]:
    """Return user ids, of one length however many there are."""
    return [f"user{number:07}" for number in range(count)]


def chosen_of(users: Sequence[str], count: int) -> list[str]:
    """Return `count` of the users, evenly from the first to the last."""
    return [users[number * len(users) // count] for number in range(count)]


def fill_mongo(store: MongoStore, users: Sequence[str]) -> None:
    """Give every user an account, a document of figures and an affinity."""
    prepare(store, _COLLECTIONS)
    held, rest = sum_of(images_of(_KNOWN, _HELD)), iter(users)
    while some := list(islice(rest, 5_000)):
        made = [UserDelta(user_id, held, _HELD, _AT) for user_id in some]
        store.db.users.insert_many(
            [{"_id": user_id, "user_id": user_id, "seq": _LAST} for user_id in some]
        )
        store.db.user_stats.insert_many([fresh_document(one, 0) for one in made])
        store.db.user_affinities.insert_many(
            [
                {"_id": row.id, **row.identity, **row.shown}
                | dict(zip(("count", "rated", "sum_half_stars"), row.amounts, strict=True))
                for one in made
                for row in islice(affinity_rows([one]), _AFFINITIES)
            ]
        )


def fill_sqlite(store: Store, users: Sequence[str]) -> None:
    """Give every user an account, and every hundredth the figures of a few films."""
    held, rest = sum_of(images_of(_KNOWN, _HELD)), iter(users)

    def work(tx: Tx, some: Sequence[str]) -> None:
        write_users(tx, some)
        tx.execute("UPDATE users SET seq = ? WHERE seq = 0", (_LAST,))
        SqliteStats().apply(tx, [UserDelta(one, held, _HELD, _AT) for one in some[::100]])

    while some := list(islice(rest, 20_000)):
        store.transact(partial(work, some=some))


def climb(rungs: dict[int, Rung], batch: Sequence[Image], what: str, note: str) -> list[Figure]:
    """Let the rungs take turns; return each one's µs per event beside the smallest's."""
    for rung in rungs.values():
        rung.run(batch)  # what is done once only is done before anybody looks
    measured = in_turns({size: partial(rung.run, batch) for size, rung in rungs.items()})
    return [
        against(
            f"an event, {size:,} {what}",
            measured[size],
            measured[min(rungs)],
            unit="µs",
            n=len(measured[size]),
            note=note if size > min(rungs) else "",
        )
        for size in rungs
    ]


def pid_of(server: MongoServer) -> int:
    """Return the server's process id."""
    if server.process is None:
        raise RuntimeError("The server does not run.")
    return server.process.pid


def users_in_mongo(server: MongoServer, sizes: Iterable[int]) -> list[Figure]:
    """Measure with more and more users in MongoDB."""
    rungs: dict[int, Rung] = {}
    with ExitStack() as stack:
        for size in sizes:
            store = open_mongo(server.url(f"users_{size}"))
            stack.callback(store.close)
            fill_mongo(store, names(size))
            rungs[size] = Rung(store, chosen_of(names(size), 10), server=pid_of(server))
        return climb(rungs, batch_of(_HELD)[:3], "users in MongoDB", "aim: ratio within 0.8 to 1.2")


def users_in_sqlite(folder: Path, sizes: Iterable[int]) -> list[Figure]:
    """Measure with more and more users in SQLite."""
    rungs: dict[int, Rung] = {}
    with ExitStack() as stack:
        for size in sizes:
            store = open_database(folder / f"users_{size}")
            stack.callback(store.close)
            fill_sqlite(store, names(size))
            rungs[size] = Rung(store, chosen_of(names(size), 20))
        return climb(rungs, batch_of(_HELD), "users in SQLite", "aim: ratio within 0.8 to 1.2")


def films_in_mongo(server: MongoServer, sizes: Iterable[int]) -> list[Figure]:
    """Measure with more and more films of each user in the batch, without cards and with them."""
    plain: dict[int, Rung] = {}
    carded: dict[int, Rung] = {}
    with ExitStack() as stack:
        for size in sizes:
            store = open_mongo(server.url(f"films_{size}"))
            stack.callback(store.close)
            fill_mongo(store, names(4))
            pid = pid_of(server)
            plain[size] = Rung(store, names(4)[:2], size, server=pid)
            carded[size] = Rung(store, names(4)[2:], size, cards=True, server=pid)
        batch = batch_of(_HELD)[:5]
        return [
            *climb(plain, batch, "films per user", "aim: ratio within 0.8 to 1.2"),
            *climb(carded, batch, "films per user, with cards", "two cards for five events each"),
        ]


def memory(count: int) -> Figure:
    """Send events through the use case into nothing; compare late with early."""
    users = min(10_000, count // 20)
    people = names(users)
    nothing: Any = Nowhere(people)
    service = ApplyService(
        nothing, nothing, nothing, Signals(), system_clock, options=ApplyOptions(community=False)
    )
    images, sizes, done = batch_of(200), [resident()], 0
    shares = [people[: users // 2], people[users // 2 :]]
    while done < count:
        seq = done // users
        for share in shares:
            service.apply(list(changes(share, [images[seq % len(images)]], seq)))
            done += len(share)
        sizes.append(resident())
    early, late = sizes[len(sizes) // 5 : len(sizes) // 2], sizes[len(sizes) // 2 :]
    grown = f"{sizes[0]:.0f} MB before, {max(sizes):.0f} at most"
    return against(
        "resident memory, second half of the run against the first",
        late,
        early,
        unit="MB",
        n=done,
        note=f"aim: flat; {grown}",
    )


def resident() -> float:
    """Return this process's resident memory in MB (10⁶ bytes)."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1_000_000
    raise RuntimeError("This system does not tell a process's memory.")


def measure(server: MongoServer, folder: Path, *, quick: bool) -> list[Figure]:
    """Do all of it, the memory first: nothing else has grown by then."""
    figures = [memory(100_000 if quick else 1_000_000)]
    figures += users_in_mongo(server, (1_000, 10_000) if quick else (1_000, 10_000, 100_000))
    if not quick:
        figures += users_in_sqlite(folder, (1_000, 10_000, 100_000, 1_000_000))
    films = (10, 1_000) if quick else (10, 100, 1_000, 10_000)
    return figures + films_in_mongo(server, films)


def main() -> None:
    """Start a database server, measure and print."""
    chosen = options(__doc__ or "")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        server = MongoServer(Path(folder, "mongo"))
        stack.callback(server.stop)
        server.start()
        figures = measure(server, Path(folder), quick=chosen.quick)
    report(figures, as_json=chosen.json)


if __name__ == "__main__":
    main()
