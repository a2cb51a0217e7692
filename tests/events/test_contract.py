"""The contract of the topic: the file says what the code does, and old messages stay readable."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given

from cinematch.events.core import Event, decode, encode
from cinematch.events.ports import Message
from cinematch.events.schemas import DESCRIPTIONS, event_schema
from cinematch.events.service.taking import Unreadable, read_event
from scripts.event_schema import FILE, document
from tests.support.outbox import event
from tests.support.strategies import images

SAMPLES = sorted((Path(__file__).parent / "samples").glob("v1-*.json"))
ADDED = Path(__file__).parent / "samples" / "v1-add.json"
CONTRACT = jsonschema.Draft202012Validator(event_schema())


def sample(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def test_the_published_file_is_that_of_the_code() -> None:
    assert FILE.read_text(encoding="utf-8") == document(), "run python -m scripts.event_schema"


def test_every_field_is_described() -> None:
    structures = event_schema()["$defs"]
    named = {
        name: set(one["properties"]) for name, one in structures.items() if "properties" in one
    }
    assert named == {name: set(fields) for name, fields in DESCRIPTIONS.items()}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_message_of_version_1_is_still_read_and_meets_the_contract(path: Path) -> None:
    told = sample(path)
    CONTRACT.validate(told)
    read = decode(path.read_bytes())
    # What is written back has the same content; defaults are left out either way.
    assert msgspec.to_builtins(decode(encode(read))) == msgspec.to_builtins(read)
    for name in ("event_id", "user_id", "seq", "event_type", "occurred_at"):
        assert getattr(read, name) == told[name]
    for side in ("before", "after"):
        image, kept = told.get(side), getattr(read, side)
        assert (image is None) == (kept is None)
        if image is not None:
            assert kept.film.title == image["film"]["title"]
            assert kept.rating == image.get("rating")
            assert [one.watch_id for one in kept.watches] == [
                one["watch_id"] for one in image.get("watches", [])
            ]
            assert [one.name for one in kept.film.directors] == [
                name for _, name in image["film"].get("directors", [])
            ]


def test_there_are_samples_of_every_kind_that_is_written() -> None:
    assert {sample(path)["event_type"] for path in SAMPLES} == {
        "ADD", "DELETE", "UPDATE_RATING", "UPDATE", "BULK_IMPORT",
    }  # fmt: skip


@given(before=images(), after=images())
def test_whatever_is_written_meets_the_contract(before: Any, after: Any) -> None:
    one = msgspec.structs.replace(event("ada", 1), before=before, after=after)
    CONTRACT.validate(json.loads(encode(one)))


def test_a_message_with_fields_of_later_times_is_read() -> None:
    told = sample(ADDED)
    told["mood"] = {"weather": "rain"}
    told["after"]["film"]["colour"] = "black and white"
    told["after"]["watches"][0]["seat"] = "G7"
    CONTRACT.validate(told)
    assert decode(json.dumps(told).encode()) == decode(ADDED.read_bytes())


def test_a_message_of_a_later_version_is_not_taken() -> None:
    told = {**sample(ADDED), "schema_version": 2}
    message = Message(told["user_id"], told["seq"], json.dumps(told).encode())
    with pytest.raises(Unreadable, match="newer schema \\(2\\)"):
        read_event(message)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b'{"seq": "one"}',
        encode(event("bob", 1)),
        encode(event("ada", 2)),
    ],
)
def test_what_is_no_event_of_its_place_is_not_taken(payload: bytes) -> None:
    with pytest.raises(Unreadable):
        read_event(Message("ada", 1, payload))


def test_an_event_of_its_place_is_taken() -> None:
    one: Event = event("ada", 1)
    assert read_event(Message("ada", 1, encode(one))) == one
