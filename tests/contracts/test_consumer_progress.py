"""What every store must do for consumers: progress with its effect, letters until settled."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from cinematch.events.core import decode
from cinematch.events.ports import Letter, Standing
from cinematch.infra.ports import Tx
from tests.support.outbox import NOW, USERS, Ledger, ledger_on

ADA, BOB = USERS[:2]


@pytest.fixture(params=["sqlite", "mongo"])
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    with ledger_on(request.param, request) as made:
        yield made


def letter(consumer: str = "audit", letter_id: str = f"{ADA}/1", **known: object) -> Letter:
    usual = Letter(consumer, letter_id, ADA, 1, "why", b"{}", "topic", 2, 17, NOW)
    return replace(usual, **known)  # type: ignore[arg-type]


def set_aside(ledger: Ledger, *letters: Letter) -> None:
    ledger.store.transact(lambda tx: ledger.progress.set_aside(tx, letters))


def letters(ledger: Ledger, consumer: str | None = None, *, wanted: bool = False) -> list[Letter]:
    return ledger.store.snapshot(lambda tx: ledger.progress.letters(tx, consumer, wanted=wanted))


def standings(ledger: Ledger, consumer: str, *users: str) -> dict[str, Standing]:
    return dict(ledger.store.snapshot(lambda tx: ledger.progress.standings(tx, consumer, users)))


def test_progress_is_of_one_consumer_and_user_and_nobody_has_none(ledger: Ledger) -> None:
    ledger.write(ADA, 3)
    ledger.store.transact(lambda tx: ledger.progress.save(tx, "audit", {ADA: 2}))
    assert standings(ledger, "audit", ADA, BOB, "nobody") == {
        ADA: Standing(2, 3),
        BOB: Standing(0, 0),
    }
    assert standings(ledger, "other", ADA) == {ADA: Standing(0, 3)}
    ledger.store.transact(lambda tx: ledger.progress.save(tx, "audit", {ADA: 3, BOB: 1}))
    assert standings(ledger, "audit", ADA)[ADA].handled == 3
    ledger.store.transact(lambda tx: ledger.progress.save(tx, "audit", {}))


def test_progress_of_somebody_who_is_just_leaving_is_not_left_behind(ledger: Ledger) -> None:
    """The transaction that erases and the one that saves meet, also when nothing was there."""
    erased, go_on = threading.Event(), threading.Event()

    def leave(tx: Tx) -> None:
        _erase(tx, ADA)
        erased.set()
        go_on.wait(10)

    def arrive(tx: Tx) -> None:
        here = ledger.progress.standings(tx, "audit", [ADA])
        ledger.progress.save(tx, "audit", dict.fromkeys(here, 1))

    leaving = threading.Thread(target=ledger.store.transact, args=(leave,))
    arriving = threading.Thread(target=ledger.store.transact, args=(arrive,))
    leaving.start()
    assert erased.wait(10)
    arriving.start()
    arriving.join(0.5)
    go_on.set()
    leaving.join(20)
    arriving.join(20)
    assert not leaving.is_alive()
    assert not arriving.is_alive()
    assert ledger.store.snapshot(_kept) == 0


def _erase(tx: Tx, user_id: str) -> None:
    if hasattr(tx, "db"):
        tx.db["users"].delete_one({"_id": user_id}, session=tx.session)
        tx.db["consumer_seqs"].delete_many({"user_id": user_id}, session=tx.session)
    else:
        tx.execute("DELETE FROM users WHERE user_id = ?", (user_id,))


def _kept(tx: Tx) -> int:
    if hasattr(tx, "db"):
        return int(tx.db["consumer_seqs"].count_documents({}, session=tx.session))
    return int(tx.execute("SELECT count(*) FROM consumer_seqs").fetchone()[0])


def test_progress_goes_with_the_transaction(ledger: Ledger) -> None:
    def work(tx: Tx) -> None:
        ledger.progress.save(tx, "audit", {ADA: 2})
        ledger.progress.save_offsets(tx, "audit", "t", {0: 5})
        ledger.progress.set_aside(tx, [letter()])
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        ledger.store.transact(work)
    assert standings(ledger, "audit", ADA)[ADA].handled == 0
    assert ledger.store.snapshot(lambda tx: ledger.progress.offsets(tx, "audit", "t")) == {}
    assert letters(ledger) == []


def test_users_with_events_unseen_are_found_page_by_page(ledger: Ledger) -> None:
    for number, user_id in enumerate(USERS):
        if number % 2:
            ledger.write(user_id, 2)
    ledger.store.transact(lambda tx: ledger.progress.save(tx, "audit", {USERS[1]: 2, USERS[3]: 1}))
    found: dict[str, int] = {}
    after: str | None = ""
    pages = 0
    while after is not None:
        behind, after = ledger.store.snapshot(
            lambda tx, a=after: ledger.progress.behind(tx, "audit", a, 7)  # type: ignore[misc]
        )
        found |= behind
        pages += 1
    assert found == {
        user_id: 2 for number, user_id in enumerate(USERS) if number % 2 and number > 1
    }
    assert pages == 3


def test_the_outbox_is_read_by_user_as_it_was_written(ledger: Ledger) -> None:
    ledger.write(ADA, 5)
    ledger.write(BOB)
    found = ledger.store.snapshot(lambda tx: ledger.progress.stored(tx, ADA, 2, 2))
    assert [(one.user_id, one.seq) for one in found] == [(ADA, 3), (ADA, 4)]
    assert [decode(one.payload or b"").seq for one in found] == [3, 4]


def test_offsets_are_of_one_making_of_a_topic_and_never_go_back(ledger: Ledger) -> None:
    def save(topic_id: str, offsets: dict[int, int]) -> None:
        ledger.store.transact(
            lambda tx: ledger.progress.save_offsets(tx, "audit", topic_id, offsets)
        )

    save("first", {0: 5, 1: 7})
    save("first", {0: 3, 1: 9})
    save("second", {0: 1})
    save("second", {})
    found = [
        ledger.store.snapshot(lambda tx, t=topic_id: ledger.progress.offsets(tx, "audit", t))  # type: ignore[misc]
        for topic_id in ("first", "second", "third")
    ]
    assert found == [{0: 5, 1: 9}, {0: 1}, {}]
    assert ledger.store.snapshot(lambda tx: ledger.progress.offsets(tx, "other", "first")) == {}


def test_a_letter_is_kept_whole_until_it_is_settled(ledger: Ledger) -> None:
    nobodys = letter(letter_id="t/0/3", user_id=None, seq=0, payload=b"\xff\x00")
    set_aside(ledger, letter(), nobodys, letter("stats"))
    assert sorted(letters(ledger, "audit"), key=lambda one: one.letter_id) == [nobodys, letter()]
    assert len(letters(ledger)) == 3
    ledger.store.transact(lambda tx: ledger.progress.settle(tx, letter()))
    assert letters(ledger, "audit") == [nobodys]
    assert letters(ledger, "stats") == [letter("stats")]


def test_letters_are_wanted_again_by_consumer_or_all_together(ledger: Ledger) -> None:
    set_aside(ledger, letter(), letter(letter_id=f"{ADA}/2", seq=2), letter("stats"))
    assert letters(ledger, wanted=True) == []
    assert ledger.store.transact(lambda tx: ledger.progress.want(tx, "stats")) == 1
    assert letters(ledger, wanted=True) == [letter("stats", wanted=True)]
    assert letters(ledger, "audit", wanted=True) == []
    assert ledger.store.transact(ledger.progress.want) == 3
    assert len(letters(ledger, wanted=True)) == 3


def test_a_letter_set_aside_again_is_one_letter_with_the_new_reason(ledger: Ledger) -> None:
    set_aside(ledger, letter())
    ledger.store.transact(lambda tx: ledger.progress.told(tx, [letter()]))
    assert ledger.store.snapshot(lambda tx: ledger.progress.untold(tx, "audit", 10)) == []
    again = letter(reason="another", set_aside_at="2026-03-02T10:00:00.000000Z")
    set_aside(ledger, again)
    assert letters(ledger) == [again]
    assert ledger.store.snapshot(lambda tx: ledger.progress.untold(tx, "audit", 10)) == [again]
    ledger.store.transact(lambda tx: ledger.progress.told(tx, [letter()]))
    assert ledger.store.snapshot(lambda tx: ledger.progress.untold(tx, "audit", 10)) == [again]
