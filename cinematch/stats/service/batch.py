"""The nightly batch: everybody's figures counted anew, beside those that the stream keeps.

One walk over all users by id: a user's figures come from the history in the lake, or from the
user's films where that history is not whole; they are compared with the stream's, written to a
new version of the batch, and their ratings to the training data. Readers see the last version
until the new one is whole.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any, Protocol

import msgspec

from cinematch.diary.ports import EntriesRepository
from cinematch.events.ports import Outbox
from cinematch.films.core.film import Film
from cinematch.infra.ports import Store, Tx
from cinematch.kit.clock import Clock, to_iso
from cinematch.kit.errors import CineMatchError, Conflict
from cinematch.kit.ids import new_id
from cinematch.stats.core.compare import differences
from cinematch.stats.core.delta import Delta, fold
from cinematch.stats.core.recount import (
    Rating,
    Recounted,
    own,
    recounted,
    rows_in,
    to_plain,
)
from cinematch.stats.ports import BatchFigures, BatchRecords, StatsRepository

Report = Callable[[str, int, int], None]
"""`(what, done, of how many)`; 0 of 0 where nobody knows. It raises when the batch is to stop."""

_PAGE = 500
_SWEPT = 2_000
_USERS, _ROWS = 200, 100_000
"""What is read and written in one transaction, whichever is reached first."""
LARGEST = 60_000
"""Counters and affinities of a user up to which the batch view holds them: one document's worth."""
_TOLD = 100
_LINES = 20
"""Users and lines of each that a report tells; all of them are counted, and logged."""
_log = logging.getLogger(__name__)


class Histories(Protocol):
    """The lake, counted anew."""

    def recounted(self, report: Report) -> AbstractContextManager[Iterator[Recounted]]:
        """Count all histories; yield them by user id (as text of UTF-8 is ordered)."""
        ...


class TrainingData(Protocol):
    """A set of ratings with their films, made aside and then put in the place of the last."""

    def begin(self, version: str) -> None:
        """Begin a set; whatever an earlier run left unfinished is removed."""
        ...

    def add(self, number: int, ratings: Sequence[Rating]) -> None:
        """Add a user's ratings; users come by number."""
        ...

    def film_ids(self) -> list[str]:
        """Return the films that were added, by id."""
        ...

    def finish(
        self, gone: Collection[int], films: Iterable[Film], created_at: str
    ) -> dict[str, Any]:
        """Take out users, add the films, and return what the set holds."""
        ...

    def publish(self) -> None:
        """Put the set in the place of the last one."""
        ...

    def discard(self) -> None:
        """Remove what is unfinished; twice is harmless."""
        ...


@dataclass(frozen=True)
class BatchParts:
    """What the batch is made of.

    Attributes:
        films: returns those of some films that exist.
        rebuild: computes a user's figures from their films and switches the stream's to them.
        flush: brings to the store what a speed layer still holds.
    """

    store: Store
    records: BatchRecords
    figures: StatsRepository
    entries: EntriesRepository
    outbox: Outbox
    clock: Clock
    histories: Histories
    training: TrainingData
    films: Callable[[Tx, Collection[str]], Mapping[str, Film]]
    rebuild: Callable[[str], object]
    flush: Callable[[], object] | None = None


@dataclass
class BatchReport:
    """What a batch did.

    Attributes:
        users: users of the new version.
        from_films: users whose history in the lake was not whole, or was none.
        behind: users of whom the lake did not have the latest events yet.
        differing: users whose figures or history differ from their films.
        repaired: users whose stream's figures were rebuilt.
        unrepaired: users whose stream's figures are wrong and stay so.
        too_large: users whose figures are too large for the batch view.
        leftovers: figures of earlier runs that were removed before.
        differences: `user_id`, `stream` and `lake` in words, `repaired`; the first 100 users.
        training: what the training data holds.
    """

    version: str
    users: int = 0
    from_lake: int = 0
    from_films: int = 0
    behind: int = 0
    differing: int = 0
    repaired: int = 0
    unrepaired: int = 0
    too_large: int = 0
    leftovers: int = 0
    differences: list[dict[str, Any]] = field(default_factory=list)
    training: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as what JSON can hold."""
        return asdict(self)


@dataclass(frozen=True)
class _Wanted:
    """A user of the walk: their last event's number, and their history if there is one."""

    user_id: str
    last: int
    history: Recounted | None


@dataclass(frozen=True)
class _Checked:
    """A user's right figures, and what was wrong with the stream's and with the lake's."""

    figures: Recounted
    from_lake: bool
    behind: bool
    stream: Sequence[str] = ()
    lake: Sequence[str] = ()


class BatchService:
    """The use case behind `cinematch batch nightly`. One process runs it at a time."""

    def __init__(self, parts: BatchParts) -> None:
        self._parts = parts

    def nightly(self, report: Report, *, repair: bool = True) -> BatchReport:
        """Make a new version of the batch view and of the training data, and switch to it.

        What `report` raises ends the batch; the last version stays, and what was begun is
        removed by the next run.

        Raises:
            Conflict: another batch has begun meanwhile.
            StoreBusy, StoreFull: the store is away; the last version stays.
        """
        parts = self._parts
        if parts.flush is not None:
            parts.flush()
        done = BatchReport(version=f"{to_iso(parts.clock())[:19].replace(':', '')}-{new_id()[:6]}")
        parts.store.transact(lambda tx: parts.records.begin(tx, done.version))
        done.leftovers = self._sweep(report)
        parts.training.begin(done.version)
        try:
            with parts.histories.recounted(report) as histories:
                numbered = self._walk(histories, done, report, repair=repair)
            self._switch(numbered, done)
        finally:
            parts.training.discard()
        self._sweep(report)
        _log.info("Batch %s: %d users, %d differing.", done.version, done.users, done.differing)
        return done

    def _walk(
        self, histories: Iterator[Recounted], done: BatchReport, report: Report, *, repair: bool
    ) -> int:
        """Write and compare everybody; return how many numbers were given."""
        numbers = count()
        total = self._parts.store.snapshot(self._parts.records.count)
        walked = 0
        for group in _groups(_joined(self._users(), histories)):
            report("counting users anew", walked, total)
            checked = self._parts.store.snapshot(lambda tx, g=group: self._check(tx, g))  # type: ignore[misc]
            self._write(checked, numbers, done)
            for one in checked:
                if one.stream or one.lake:
                    self._tell(one, done, repair=repair)
            walked += len(group)
        report("counting users anew", walked, total)
        return next(numbers)

    def _users(self) -> Iterator[tuple[str, int]]:
        """Yield all users by id, each with the number of their last event."""
        last, records = "", self._parts.records
        while page := self._parts.store.snapshot(
            lambda tx, after=last: records.users(tx, after, _PAGE)  # type: ignore[misc]
        ):
            yield from page
            last = page[-1][0]

    def _check(self, tx: Tx, group: Sequence[_Wanted]) -> list[_Checked]:
        held = self._parts.figures.progress(tx, [one.user_id for one in group])
        return [self._check_one(tx, one, held[one.user_id]) for one in group if one.user_id in held]

    def _check_one(self, tx: Tx, wanted: _Wanted, held: int) -> _Checked:
        """Return a user's figures, and compare them with the stream's at event `held`."""
        user_id, found = wanted.user_id, wanted.history
        if found is None and wanted.last == 0:
            found = Recounted(user_id, 0, whole=True, figures=Delta())
        from_lake = found is not None and found.whole and found.seq <= wanted.last
        if found is None or not from_lake:
            found = self._truth(tx, user_id)
        known = own(self._parts.figures.figures(tx, user_id))
        behind = found.seq < wanted.last
        try:
            upto = max(held, found.seq)
            streamed = self._at(tx, user_id, known, held, upto)
            if not differences(streamed, self._at(tx, user_id, found.figures, found.seq, upto)):
                return _Checked(found, from_lake, behind)
            truth = self._truth(tx, user_id)
            stream = differences(self._at(tx, user_id, known, held, truth.seq), truth.figures)
            counted = self._at(tx, user_id, found.figures, found.seq, truth.seq)
            lake = differences(counted, truth.figures)
        except (msgspec.DecodeError, ValueError):
            words = ["an event past these figures cannot be read"]
            return _Checked(found, from_lake, behind, stream=words)
        right = truth if lake else found
        return _Checked(right, from_lake and not lake, behind and not lake, stream, lake)

    def _truth(self, tx: Tx, user_id: str) -> Recounted:
        """Return what a user's films come to now."""
        entries = self._parts.entries.of_user(tx, user_id)
        images = ((entry.seq, entry.image) for entry in entries)
        return recounted(user_id, self._parts.outbox.last_seq(tx, user_id), images)

    def _at(self, tx: Tx, user_id: str, figures: Delta, seq: int, upto: int) -> Delta:
        """Return what figures at one event come to at a later one."""
        if upto <= seq:
            return figures
        later = (
            event for event in self._parts.outbox.of_user(tx, user_id, seq) if event.seq <= upto
        )
        total = Delta()
        total.add(figures)
        total.add(own(fold(later)))
        return total

    def _write(
        self, checked: Sequence[_Checked], numbers: Iterator[int], done: BatchReport
    ) -> None:
        parts = self._parts
        numbered = {one.figures.user_id: (next(numbers), one) for one in checked}
        documents = [_document(number, one.figures) for number, one in numbered.values()]
        written = parts.store.transact(lambda tx: parts.records.write(tx, done.version, documents))
        for user_id in sorted(written):
            number, one = numbered[user_id]
            parts.training.add(number, one.figures.ratings)
            done.from_lake += one.from_lake
            done.from_films += not one.from_lake
            done.behind += one.behind
            done.too_large += rows_in(one.figures.figures) > LARGEST

    def _tell(self, one: _Checked, done: BatchReport, *, repair: bool) -> None:
        """Say what differs, and repair what the stream has."""
        user_id, repaired = one.figures.user_id, False
        for line in one.stream:
            _log.warning("Batch: figures of %s: %s", user_id, line)
        for line in one.lake:
            _log.warning("Batch: history of %s in the lake: %s", user_id, line)
        said: dict[str, Any] = {
            "user_id": user_id,
            "stream": list(one.stream[:_LINES]),
            "lake": list(one.lake[:_LINES]),
        }
        if repair and one.stream:
            try:
                self._parts.rebuild(user_id)
                repaired = True
            except CineMatchError as refusal:
                _log.warning("Batch: figures of %s stay: %s", user_id, refusal.detail)
                said["refused"] = refusal.detail
        done.differing += 1
        done.repaired += repaired
        done.unrepaired += bool(one.stream) and not repaired
        if len(done.differences) < _TOLD:
            done.differences.append({**said, "repaired": repaired})

    def _switch(self, numbered: int, done: BatchReport) -> None:
        """Let the new version be seen, without the users who went meanwhile."""
        parts = self._parts
        gone = self._gone(done.version, numbered)
        done.users = numbered - len(gone)
        finished_at = to_iso(parts.clock())
        done.training = parts.training.finish(gone, self._films(), finished_at)
        if not parts.store.transact(
            lambda tx: parts.records.switch(tx, done.version, finished_at, done.users)
        ):
            raise Conflict("Another batch has begun meanwhile; this one is not used.")
        parts.training.publish()

    def _gone(self, version: str, numbered: int) -> set[int]:
        """Return the numbers of users who are not in the version (any more)."""
        gone, last = set(range(numbered)), -1
        records = self._parts.records
        while page := self._parts.store.snapshot(
            lambda tx, after=last: records.numbers(tx, version, after, _SWEPT)  # type: ignore[misc]
        ):
            gone.difference_update(page)
            last = page[-1]
        return gone

    def _films(self) -> Iterator[Film]:
        """Yield the films that were rated, by id; nobody's private ones."""
        wanted = self._parts.training.film_ids()
        for start in range(0, len(wanted), _PAGE):
            chunk = wanted[start : start + _PAGE]
            found = self._parts.store.snapshot(lambda tx, c=chunk: self._parts.films(tx, c))  # type: ignore[misc]
            for film_id in chunk:
                film = found.get(film_id)
                if film is not None and film.owner_user_id is None:
                    yield film

    def _sweep(self, report: Report) -> int:
        """Remove what is of no version that is seen or being written; return how much."""
        removed, records = 0, self._parts.records
        while some := self._parts.store.transact(lambda tx: records.sweep(tx, _SWEPT)):
            removed += some
            report("removing old figures", removed, 0)
        return removed


def _document(number: int, one: Recounted) -> BatchFigures:
    fits = rows_in(one.figures) <= LARGEST
    return BatchFigures(one.user_id, number, one.seq, to_plain(one.figures) if fits else None)


def _joined(users: Iterable[tuple[str, int]], histories: Iterator[Recounted]) -> Iterator[_Wanted]:
    """Put users and histories together, both by id; histories of who is gone are passed over."""
    ahead = next(histories, None)
    for user_id, last in users:
        while ahead is not None and ahead.user_id < user_id:
            ahead = next(histories, None)
        if ahead is not None and ahead.user_id == user_id:
            yield _Wanted(user_id, last, ahead)
            ahead = next(histories, None)
        else:
            yield _Wanted(user_id, last, None)


def _groups(users: Iterable[_Wanted]) -> Iterator[list[_Wanted]]:
    """Cut the walk into what is read and written at once."""
    group: list[_Wanted] = []
    rows = 0
    for one in users:
        group.append(one)
        rows += rows_in(one.history.figures) if one.history else 0
        if len(group) >= _USERS or rows >= _ROWS:
            yield group
            group, rows = [], 0
    if group:
        yield group
