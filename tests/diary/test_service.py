"""The outbox law: the change and its event are one transaction, sequence numbers have no gap."""

import itertools
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cinematch.diary.core import Edit, Entry
from cinematch.diary.service import DiaryService
from cinematch.diary.sqlite import SqliteEntries
from cinematch.events.core import FilmFacts, Watch
from cinematch.events.service import EventLog
from cinematch.events.sqlite import SqliteOutbox
from cinematch.infra.ports import Tx
from cinematch.infra.signals import Signals
from cinematch.infra.sqlite import Database, open_database
from cinematch.kit.errors import NotFound, VersionMismatch

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


class House:
    """A diary over a real file, for one user and three films."""

    def __init__(self, folder: Path) -> None:
        self.database: Database = open_database(folder)
        self.entries, self.outbox = SqliteEntries(), SqliteOutbox()
        self.database.transact(self._fill)
        self.facts = {
            key: FilmFacts(key, key.title(), 1960) for key in ("avventura", "dolce", "rocco")
        }
        self.diary = DiaryService(
            self.database,
            self.entries,
            EventLog(self.outbox, lambda: NOW),
            self._facts_of,
            Signals(),
            lambda: NOW,
        )

    def events(self) -> list[tuple[int, str]]:
        return self.database.snapshot(
            lambda tx: [(e.seq, e.event_type) for e in self.outbox.of_user(tx, "u")]
        )

    def _facts_of(self, tx: Tx, user_id: str, film_id: str) -> FilmFacts:
        if film_id not in self.facts:
            raise NotFound("No such film.")
        return self.facts[film_id]

    def _fill(self, tx: Tx) -> None:
        tx.execute(
            "INSERT INTO users (user_id, username, username_key, password_hash, role, created_at)"
            " VALUES ('u', 'u', 'u', '', 'user', '')"
        )
        for key in ("avventura", "dolce", "rocco"):
            tx.execute(
                "INSERT INTO movies_catalog (film_id, title, updated_at) VALUES (?, ?, '')",
                (key, key.title()),
            )


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = House(tmp_path)
    yield built
    built.database.close()


def test_add_rerate_and_remove_are_told_as_such(house: House) -> None:
    house.diary.watch("u", "rocco", Watch("", "2024-05-17"), Edit(rating=8))
    house.diary.edit("u", "rocco", Edit(rating=9))
    house.diary.edit("u", "rocco", Edit(liked=True))
    house.diary.remove("u", "rocco")
    assert house.events() == [(1, "ADD"), (2, "UPDATE_RATING"), (3, "UPDATE"), (4, "DELETE")]


def test_an_edit_that_changes_nothing_writes_nothing(house: House) -> None:
    first = house.diary.edit("u", "rocco", Edit(rating=8))
    again = house.diary.edit("u", "rocco", Edit(rating=8))
    assert house.events() == [(1, "ADD")]
    assert (again.seq, again.after) == (first.seq, first.after)


def test_an_entry_with_nothing_left_is_removed(house: House) -> None:
    house.diary.edit("u", "rocco", Edit(watchlist=True))
    change = house.diary.edit("u", "rocco", Edit(watchlist=False))
    assert change.after is None
    assert house.events()[-1] == (2, "DELETE")


def test_a_stale_version_is_refused_and_nothing_written(house: House) -> None:
    house.diary.edit("u", "rocco", Edit(rating=8))
    house.diary.edit("u", "rocco", Edit(rating=9), expected_version=1)
    with pytest.raises(VersionMismatch):
        house.diary.edit("u", "rocco", Edit(rating=2), expected_version=1)
    assert len(house.events()) == 2


def test_undoing_a_removal_brings_all_of_it_back(house: House) -> None:
    house.diary.watch("u", "rocco", Watch("", "2024", context="cinema"), Edit(rating=8))
    kept = house.diary.edit("u", "rocco", Edit(tags=["Visconti"], review="Alain.")).after
    assert kept is not None
    house.diary.remove("u", "rocco")
    restored = house.diary.restore(kept).after
    assert restored is not None
    assert restored.image == kept.image
    assert restored.review == "Alain."


def test_a_corrected_fact_flows_into_the_entry_as_an_event(house: House) -> None:
    house.diary.edit("u", "rocco", Edit(rating=8))
    house.facts["rocco"] = FilmFacts("rocco", "Rocco e i suoi fratelli", 1960, runtime=177)
    assert house.diary.refresh_facts("rocco", cause="correction:1") == 1
    assert house.diary.refresh_facts("rocco", cause="correction:1") == 0
    last = house.database.snapshot(lambda tx: list(house.outbox.of_user(tx, "u"))[-1])
    assert last.before is not None
    assert last.after is not None
    assert (last.before.film.runtime, last.after.film.runtime) == (None, 177)


def test_a_failure_after_the_event_leaves_neither_event_nor_change(house: House) -> None:
    def work(tx: Tx) -> None:
        rated = Entry(user_id="u", film_id="rocco", facts=house.facts["rocco"], liked=True)
        assert house.diary.put(tx, "u", "rocco", rated).seq == 1
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        house.database.transact(work)
    assert house.events() == []
    assert house.database.snapshot(lambda tx: house.outbox.last_seq(tx, "u")) == 0


def test_concurrent_changes_lose_and_reorder_no_sequence_number(house: House) -> None:
    def rate(film_id: str) -> None:
        for rating in range(1, 11):
            house.diary.edit("u", film_id, Edit(rating=rating))

    threads = [
        threading.Thread(target=rate, args=(film,)) for film in house.facts for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = house.database.snapshot(lambda tx: list(house.outbox.of_user(tx, "u")))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    for film_id in house.facts:
        images = [(e.before, e.after) for e in events if e.film_id == film_id]
        for (_, after), (before, _) in itertools.pairwise(images):
            assert before == after
