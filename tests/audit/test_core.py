"""The chain: what is linked verifies, and no change of any link does."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from cinematch.audit.core import (
    ERASED,
    Entry,
    Fault,
    Head,
    Record,
    Verifier,
    canonical,
    evidence_of,
    link,
    mark,
    part_name,
)

words = st.text(min_size=1, max_size=8)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def chains(draw: st.DrawFn) -> list[Entry]:
    """Draw a lane of entries."""
    head, chain = Head(), []
    for number in range(draw(st.integers(1, 6))):
        record = Record(
            entry_id=f"e{number}",
            at="2026-03-01T20:15:00.000000Z",
            action="account.signed_in",
            actor=draw(st.none() | st.sampled_from(["ada", "bob"])),
            user_id=draw(st.none() | st.sampled_from(["ada", "bob"])),
            subject=draw(st.none() | words),
            details=draw(st.dictionaries(words, plain, max_size=2)),
        )
        chain.append(link(head, 3, record, (f"a{number}", f"b{number}")))
        head = Head(chain[-1].number, chain[-1].hash)
    return chain


def faults(chain: Sequence[Entry], head: Head | None = None) -> list[Fault]:
    verifier = Verifier()
    for entry in chain:
        verifier.take(entry)
    verifier.end(3, head or Head(chain[-1].number, chain[-1].hash))
    return verifier.finish()


@given(chains())
def test_what_was_linked_verifies(chain: list[Entry]) -> None:
    assert faults(chain) == []


@given(chains(), st.data())
def test_any_change_of_any_field_is_found(chain: list[Entry], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(chain) - 1))
    entry = chain[place]
    name = data.draw(st.sampled_from(sorted(set(asdict(entry)) - {"lane"})))
    value = getattr(entry, name)
    changed = value + 1 if isinstance(value, int) else f"{value or ''}x"
    tampered = [*chain[:place], replace(entry, **{name: changed}), *chain[place + 1 :]]
    assert faults(tampered, Head(chain[-1].number, chain[-1].hash)) != []


@given(chains(), st.data())
def test_taking_one_out_or_moving_it_is_found(chain: list[Entry], data: st.DataObject) -> None:
    head = Head(chain[-1].number, chain[-1].hash)
    place = data.draw(st.integers(0, len(chain) - 1))
    without = [*chain[:place], *chain[place + 1 :]]
    moved = [*without, chain[place]]
    verifier = Verifier()
    for entry in without:
        verifier.take(entry)
    verifier.end(3, head)
    assert verifier.finish() != []
    assert moved == chain or faults(moved, head) != []


@given(chains())
def test_a_chain_that_is_made_anew_from_the_middle_no_longer_ends_as_it_did(
    chain: list[Entry],
) -> None:
    head = Head(chain[-1].number, chain[-1].hash)
    record = Record(entry_id="forged", at="", action="account.signed_in")
    forged = link(Head(chain[-1].number - 1, chain[-1].previous), 3, record, ("a", "b"))
    assert faults([*chain[:-1], forged], head) != []


def redacted(entry: Entry, by: str) -> Entry:
    return replace(
        entry,
        actor=None, actor_salt=None, actor_erased_by=by,
        user_id=None, about=None, about_salt=None, about_erased_by=by,
    )  # fmt: skip


def erasure(chain: Sequence[Entry], erased: Sequence[Entry]) -> Entry:
    parts = [part_name(one, part) for one in erased for part in ("actor", "about")]
    record = Record(entry_id="gone", at="", action=ERASED)
    return link(Head(chain[-1].number, chain[-1].hash), 3, record, ("a", "b"), evidence_of(parts))


@given(chains())
def test_redacted_parts_leave_the_chain_whole_and_nothing_of_the_person(
    chain: list[Entry],
) -> None:
    first, last = chain[0], erasure(chain, chain[:1])
    assert faults([redacted(first, "gone"), *chain[1:], last]) == []
    assert faults([redacted(first, "other"), *chain[1:], last]) != []
    assert faults([first, *chain[1:], last]) != [], "said to be erased, and is not"


def test_a_mark_does_not_tell_what_it_stands_for() -> None:
    assert mark("salt", "ada") != mark("pepper", "ada") != mark("pepper", None)
    with pytest.raises(ValueError, match="Out of range float"):
        canonical({"a": float("nan")})
