"""From one store into another, and a comparison of the two, record by record."""

from collections.abc import Callable
from dataclasses import dataclass

from cinematch.kit.errors import Conflict
from cinematch.ops.core.shelves import SHELVES, Shelf, Tally
from cinematch.ops.ports import Shelves

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Compared:
    """One shelf in both stores: how many records, and their digests."""

    table: str
    source_rows: int
    target_rows: int
    source_digest: str
    target_digest: str

    @property
    def same(self) -> bool:
        """Whether both hold the same records."""
        return (self.source_rows, self.source_digest) == (self.target_rows, self.target_digest)


class MovingService:
    """Fills an empty store with all that another holds, which stays as it is.

    Only some records are held at a time. The target bears a mark until it was found to be equal;
    one that a kill or a difference left behind with its mark is emptied and filled anew.
    """

    def __init__(self, source: Shelves, target: Shelves) -> None:
        self._source = source
        self._target = target

    def move(self, report: Report) -> list[Compared]:
        """Carry everything over and compare; whoever raises from `report` leaves off.

        Raises:
            Conflict: the source is not whole, the target holds something, or it does not take a
                record.
        """
        self._check_source()
        self._make_room()
        total = sum(self._source.counts().values())
        done = 0
        for shelf in SHELVES:
            for records in self._source.records(shelf):
                self._target.write(shelf, records)
                done += len(records)
                report(f"writing {shelf.table}", done, total)
        return self._verdict(report, total)

    def _check_source(self) -> None:
        if self._source.marked():
            raise Conflict(
                f"{self._source.title} is itself the unfinished target of a move. "
                "Repeat that move first."
            )
        self._source.settle()

    def _make_room(self) -> None:
        if self._target.marked():
            self._target.clear()
            return
        filled = [table for table, count in self._target.counts().items() if count]
        if filled:
            raise Conflict(
                f"{self._target.title} is not empty: there is something in {', '.join(filled)}. "
                "Name an empty database or folder."
            )
        self._target.mark(being_filled=True)

    def _verdict(self, report: Report, total: int) -> list[Compared]:
        done = 0
        compared: list[Compared] = []
        for shelf in SHELVES:
            here, there = _tally(self._source, shelf), _tally(self._target, shelf)
            compared.append(
                Compared(shelf.table, here.count, there.count, here.digest, there.digest)
            )
            done += here.count
            report(f"comparing {shelf.table}", done, total)
        if all(one.same for one in compared):
            self._target.mark(being_filled=False)
        return compared


def _tally(shelves: Shelves, shelf: Shelf) -> Tally:
    tally = Tally()
    for records in shelves.records(shelf):
        tally.add(records)
    return tally
