"""Read and applied in one go: stopped in between, gone on with, too large for memory."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cinematch.infra.signals import Signals
from cinematch.transfer.core.rows import Import
from cinematch.transfer.service import ImportWorker, reading
from tests.support.transfer import Desk, film, zipped

TITLES = [(f"Reel {number}", 1950 + number) for number in range(8)]
KNOWN = [film(title, year) for title, year in TITLES[:6]]
FILE = "Date,Name,Year,Letterboxd URI,Rating,Watched Date\n" + "".join(
    f"2024-01-0{place},{title},{year},https://boxd.it/{place},4,2024-01-0{place}\n"
    for place, (title, year) in enumerate(TITLES, 1)
)
LIST = (
    "Letterboxd list export v7\nDate,Name,Tags,URL,Description\n2024-01-01,Best,,,\n\n"
    "Position,Name,Year,URL,Description\n1,Reel 6,1956,,\n2,Reel 1,1951,,first\n"
)


class Cut(BaseException):
    """The power goes."""


class CutAfter(Signals):
    """The power goes once so many transactions with events are committed."""

    def __init__(self, commits: int) -> None:
        super().__init__()
        self._left = commits

    def written(self) -> None:
        self._left -= 1
        if not self._left:
            raise Cut


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(reading, "_BATCH", 3)
    desk = Desk(tmp_path / "one", KNOWN)
    yield desk
    desk.close()


def upload() -> bytes:
    return zipped({"diary.csv": FILE, "lists/best.csv": LIST})


def cut_short(desk: Desk, commits: int) -> Import:
    """Begin to bring the file in, and stop after so many commits."""
    item = desk.imports.create("u", "l.zip", io.BytesIO(upload()), at_once=True)
    with pytest.raises(Cut):
        ImportWorker(replace(desk.parts, signals=CutAfter(commits))).run_pending()
    return desk.imports.get("u", item.import_id)


@pytest.mark.parametrize("commits", [1, 2, 3])
def test_what_was_cut_short_ends_as_if_it_had_not_been(
    desk: Desk, tmp_path: Path, commits: int
) -> None:
    whole = Desk(tmp_path / "two", KNOWN)
    whole.bring(upload(), "l.zip")
    item = cut_short(desk, commits)
    assert item.status == "reading"
    assert 0 < desk.events() <= len(TITLES)
    desk.add([film(title, year) for title, year in TITLES[6:]])  # the catalogue grows meanwhile
    desk.worker.run_pending()
    item = desk.imports.get("u", item.import_id)
    assert item.status == "applied"
    assert sum(item.state.counts.values()) == desk.events() == len(TITLES)
    assert sorted(e.facts.title for e in desk.all_entries()) == [title for title, _ in TITLES]
    if commits < 3:  # nothing was a film of one's own yet
        assert item.state.counts == {"added": len(TITLES)}
    else:
        assert desk.state() == whole.state()
    whole.close()


def test_a_list_holds_films_brought_in_before_the_cut(desk: Desk) -> None:
    item = cut_short(desk, 2)
    desk.worker.run_pending()
    (kept,) = desk.store.snapshot(lambda tx: desk.lists.of_user(tx, "u"))
    places = desk.store.snapshot(lambda tx: desk.lists.items(tx, kept.list_id))
    assert [place.note for place in places] == ["", "first"]
    assert places[1].film_id == KNOWN[1].film_id
    assert desk.imports.get("u", item.import_id).status == "applied"


def test_what_is_half_in_can_be_stopped_and_is_taken_back(desk: Desk) -> None:
    blank = desk.state()
    item = cut_short(desk, 2)
    assert desk.all_entries()
    stopped = desk.imports.discard("u", item.import_id)
    assert stopped.status == "undoing"
    desk.worker.run_pending()
    assert desk.imports.get("u", item.import_id).status == "undone"
    assert desk.state() == blank


def test_taken_back_whole_after_a_cut(desk: Desk) -> None:
    blank = desk.state()
    item = cut_short(desk, 2)
    desk.worker.run_pending()
    desk.undo(desk.imports.get("u", item.import_id))
    assert desk.state() == blank
    assert desk.events() == 2 * len(TITLES)


def test_a_large_file_is_sorted_on_the_disk_alike(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_memory = desk.bring(upload(), "l.zip")
    monkeypatch.setattr(reading, "MOST_HELD", 5)
    monkeypatch.setattr(reading, "_LINES", 2)
    other = Desk(tmp_path / "two", KNOWN)
    on_disk = other.bring(upload(), "l.zip")
    assert on_disk.state.counts == in_memory.state.counts
    assert other.state() == desk.state()
    assert list((tmp_path / "two" / "uploads").iterdir()) == []
    other.close()
