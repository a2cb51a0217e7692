"""What jobs say has words on the page, in both of its languages."""

import re
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from cinematch.kit.errors import CineMatchError, Conflict, Invalid, StoreBusy, StoreFull
from cinematch.recommender.core.records import FailureKind
from cinematch.recommender.service.executing import _BANDS_OF, _refused
from cinematch.recommender.service.segments import segments

ROOM = Path(__file__).parents[2] / "cinematch" / "recommender"
LOCALES = Path(__file__).parents[2] / "web" / "src" / "features" / "ml" / "locales"
LANGUAGES = ("en", "it")


def words(language: str) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.json.decode((LOCALES / f"{language}.json").read_bytes())
    return told


def given(pattern: str) -> set[str]:
    """Return what the room's source gives for something, as strings."""
    return {found for path in ROOM.rglob("*.py") for found in re.findall(pattern, path.read_text())}


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_jobs_say_has_words(language: str) -> None:
    told = words(language)
    assert set(told["failure"]) == set(get_args(FailureKind))
    phases = {phase for bands in _BANDS_OF.values() for phase in bands}
    assert {re.sub(r"[\s-]", "_", phase) for phase in phases} <= set(told["phase"])
    assert set(told["log"]["said"]) == given(r'self\._status\(\s*"(\w+)"')
    assert set(told["segment"]) == {name for name, _ in segments()}


def test_every_reason_that_is_given_is_a_kind_of_failure() -> None:
    reasons = given(r'reason="(\w+)"')
    assert len(reasons) > 5
    assert reasons <= set(get_args(FailureKind))


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (
            Conflict("3 films.", reason="too_few_films", films=3),
            {"kind": "too_few_films", "values": {"films": 3}},
        ),
        (StoreFull("No room."), {"kind": "store_full", "values": {}}),
        (StoreBusy("Busy."), {"kind": "store_away", "values": {}}),
        (Invalid.field("seed", "is none", "leave it out"), {"kind": "refused", "values": {}}),
        (Conflict("So.", reason="unheard of"), {"kind": "refused", "values": {}}),
    ],
)
def test_a_refusal_is_told_by_its_reason_or_its_code(
    refusal: CineMatchError, told: dict[str, Any]
) -> None:
    failure = _refused(refusal)
    assert failure.told() == told
    assert failure.detail == refusal.detail
