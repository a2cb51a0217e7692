"""Broken files of every kind are read, refused or asked about: no crash, no hang, no half write.

Seeds are fixed: a file that fails is made again by its number.
"""

import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import msgspec
import pytest

from cinematch.transfer.core.detect import READERS, detect
from cinematch.transfer.core.items import BadFile, BadValue, Mention, NeedsMapping, Reading
from cinematch.transfer.core.wish import combine
from cinematch.transfer.files import UploadFolder
from tests.support.samples import SAMPLES
from tests.support.transfer import Desk, film, zipped

EACH = 1_200  # times fourteen samples
READ_WHOLE = 20  # of each sample, through store and worker
_TOKENS = (
    b'"', b'""', b"\n", b"\r", b"\0", b",", b";", b"\t", b"{", b"}", b"[", b"]", b":", b"\\",
    b"\\u", b"\\ud800", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xf0\x9f\x8e\xac", b"0", b"-1",
    b"1e999", b"NaN", b"null", b"9" * 400, b"A" * 3000, b"2024-02-31", b"9999-12-31", b"sep=;\n",
    b"\xe2\x80\xae",
    b"PK\x03\x04", b"Letterboxd list export v7\n", b"=cmd|' /C calc'!A0", b"\x1a",
)  # fmt: skip


def mutated(sample: bytes, random: Random) -> bytes:
    """Return the sample broken in one to eight places; of a zip, mostly inside its members."""
    if sample[:2] == b"PK" and random.random() < 0.7:
        with zipfile.ZipFile(io.BytesIO(sample)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        chosen = random.choice(list(files))
        files[chosen] = mutated(files[chosen], random)
        if random.random() < 0.1:
            files[random.choice(["../../etc/x.csv", "a/b.zip", "C:\\y.csv", "ratings.csv"])] = b"x"
        return zipped(files)
    data = bytearray(sample)
    for _ in range(random.randint(1, 8)):
        _break(data, random)
    return bytes(data)


def _break(data: bytearray, random: Random) -> None:
    place = random.randrange(len(data) + 1)
    end = min(len(data), place + random.randint(1, 40))
    match random.randrange(7):
        case 0 if data:
            data[place % len(data)] = random.randrange(256)
        case 1:
            data[place:place] = random.choice(_TOKENS)
        case 2:
            del data[place:end]
        case 3:
            data[place:end] = random.choice(_TOKENS)
        case 4:
            data[place:place] = bytes(data[place:end]) * random.randint(1, 30)
        case 5:
            del data[place:]
        case _:
            data[place:end] = random.randbytes(end - place)


def read(folder: UploadFolder, content: bytes) -> None:
    """Read a file as the worker does, and have everything fit for the store."""
    folder.receive("fuzz", io.BytesIO(content))
    groups: dict[str, list[Mention]] = defaultdict(list)
    with folder.open("fuzz", "file.csv") as documents:
        source = detect(documents)
        for found in READERS[source](documents, Reading(date(2026, 11, 21))):
            msgspec.json.encode(found)
            if isinstance(found, Mention):
                groups[found.ref.key].append(found)
    for mentions in groups.values():
        wish = combine(source, mentions)
        assert wish.rating is None or 1 <= wish.rating <= 10


@pytest.mark.timeout(100)
@pytest.mark.parametrize("name", SAMPLES)
def test_broken_files_are_read_refused_or_asked_about(name: str, tmp_path: Path) -> None:
    folder = UploadFolder(tmp_path)
    for number in range(EACH):
        content = mutated(SAMPLES[name], Random(f"{name} {number}"))
        try:
            read(folder, content)
        except (BadFile, BadValue, NeedsMapping):
            continue
        except Exception as error:
            raise AssertionError(f"file {number} of “{name}”: {content[:2000]!r}") from error


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, [film("Metropolis", 1927, imdb_id="tt0017136"), film("Solaris", 1972)])
    yield desk
    desk.close()


@pytest.mark.timeout(100)
@pytest.mark.parametrize("name", SAMPLES)
def test_broken_files_leave_whole_states(name: str, desk: Desk) -> None:
    blank = desk.state()
    for number in range(READ_WHOLE):
        content = mutated(SAMPLES[name], Random(f"{name} whole {number}"))
        item = desk.bring(content, user_id="u")
        problem = item.state.problem
        assert problem is None or problem.code != "internal", (number, content[:2000])
        assert item.status in {"applied", "preview", "failed"}
        if item.status == "applied":
            json.loads(desk.state())
            desk.undo(item)
        assert desk.state() == blank, number


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_themselves_are_whole(name: str, desk: Desk) -> None:
    item = desk.bring(SAMPLES[name])
    assert item.status == "applied", item.state
    assert item.state.counts.get("rejected", 0) <= 1  # IMDb's series
    lists = desk.store.snapshot(lambda tx: desk.lists.of_user(tx, "u"))
    assert desk.all_entries() or lists
