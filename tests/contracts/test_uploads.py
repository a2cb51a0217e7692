"""What every place for uploaded files does (`transfer.ports.Uploads`)."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest
from bson import ObjectId

from cinematch.kit.clock import system_clock
from cinematch.kit.errors import TooLarge
from cinematch.transfer.core.items import BadFile
from cinematch.transfer.files import UploadFolder
from cinematch.transfer.mongo import COLLECTIONS, MongoUploads
from cinematch.transfer.ports import Uploads
from tests.support.mongo import MongoServer, fresh_store

MOST = 3_000_000
CSV = "Name,Year\nMétropolis,1927\n".encode()

Desk = tuple[Uploads, Callable[[], int]]
"""The uploads, and how many files or pieces of such are kept in fact."""


@pytest.fixture(params=["folder", "gridfs"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    if request.param == "folder":
        folder = tmp_path / "uploads"
        yield UploadFolder(folder, most_bytes=MOST), lambda: len(list(folder.glob("*")))
        return
    with fresh_store(request.getfixturevalue("mongo_server"), COLLECTIONS) as store:
        uploads = MongoUploads(store, most_bytes=MOST, coming_in=timedelta(0))
        names = ("uploads.files", "uploads.chunks")
        yield uploads, lambda: sum(store.db[name].count_documents({}) for name in names)


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.csv", content)
    return buffer.getvalue()


def test_a_plain_file_is_read_as_it_was_sent_as_often_as_asked(desk: Desk) -> None:
    uploads, _ = desk
    assert uploads.receive("i", io.BytesIO(CSV)) == len(CSV)
    with uploads.open("i", "films.csv") as documents:
        assert list(documents.names) == ["films.csv"]
        one, other = documents.lines("films.csv"), documents.lines("films.csv")
        assert next(one) == next(other) == "Name,Year\n"
        assert next(one) == "Métropolis,1927\n"
        assert "".join(documents.chunks("films.csv")).encode() == CSV


def test_an_archive_of_many_pieces_is_read_member_by_member(desk: Desk) -> None:
    uploads, _ = desk
    noise = bytes(n * n % 251 for n in range(700_000)).replace(b"\n", b"x")
    content = zipped(diary=CSV, noise=noise, ratings=CSV * 50)
    uploads.receive("i", io.BytesIO(content))
    with uploads.open("i", "export.zip") as documents:
        assert list(documents.names) == ["diary.csv", "noise.csv", "ratings.csv"]
        assert len(list(documents.lines("ratings.csv"))) == 100
        assert list(documents.lines("diary.csv"))[1] == "Métropolis,1927\n"


def test_sending_again_replaces_the_file_and_keeps_nothing_of_the_first(desk: Desk) -> None:
    uploads, kept = desk
    uploads.receive("i", io.BytesIO(b"x" * 1_000_000))
    uploads.receive("i", io.BytesIO(CSV))
    with uploads.open("i", "a.csv") as documents:
        assert next(documents.lines("a.csv")) == "Name,Year\n"
    uploads.discard("i")
    assert kept() == 0


def test_a_file_too_large_is_refused_and_not_kept(desk: Desk) -> None:
    uploads, kept = desk
    assert uploads.receive("fits", io.BytesIO(b"x" * MOST)) == MOST
    before = kept()
    with pytest.raises(TooLarge):
        uploads.receive("i", io.BytesIO(b"x" * (MOST + 1)))
    assert kept() == before
    with pytest.raises(BadFile), uploads.open("i", "a.csv"):
        pass


def test_a_sender_who_breaks_off_leaves_no_file_to_read(desk: Desk) -> None:
    uploads, kept = desk

    class BrokenOff(Exception):
        pass

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            piece = super().read(size)
            if not piece:
                raise BrokenOff
            return piece

    with pytest.raises(BrokenOff):
        uploads.receive("i", Broken(b"x" * 1_000_000))
    uploads.sweep([])
    assert kept() == 0


def test_what_is_gone_or_broken_is_told(desk: Desk) -> None:
    uploads, _ = desk
    with pytest.raises(BadFile, match="gone"), uploads.open("none", "a.csv"):
        pass
    uploads.receive("i", io.BytesIO(zipped(diary=CSV)[:-30]))
    with pytest.raises(BadFile, match="damaged"), uploads.open("i", "a.zip"):
        pass
    uploads.discard("none")
    uploads.discard("i")
    with pytest.raises(BadFile, match="gone"), uploads.open("i", "a.zip"):
        pass


def test_sweeping_leaves_the_wanted_and_the_young(desk: Desk) -> None:
    uploads, kept = desk
    for name in ("wanted", "other", "more"):
        uploads.receive(name, io.BytesIO(CSV))
    assert uploads.sweep([], datetime.now(UTC) - timedelta(hours=1)) == 0
    assert uploads.sweep(["wanted"], datetime.now(UTC) + timedelta(hours=1)) == 2
    with uploads.open("wanted", "a.csv") as documents:
        assert len(list(documents.lines("a.csv"))) == 2
    assert uploads.sweep([]) == 1
    assert kept() == 0


def test_a_spool_is_a_file_like_any_other(desk: Desk) -> None:
    uploads, _ = desk
    with uploads.spool() as spool:
        spool.write(b"x" * 5_000_000)
        spool.seek(4_999_999)
        assert spool.read() == b"x"


def test_pieces_of_one_who_was_killed_are_swept_and_those_just_coming_in_are_not(
    mongo_server: MongoServer,
) -> None:
    with fresh_store(mongo_server, COLLECTIONS) as store:
        pieces = store.db["uploads.chunks"]
        # What is there while a file comes in, and stays there when its writer is killed.
        pieces.insert_many([{"files_id": ObjectId(), "n": n, "data": b"x"} for n in range(2)])
        MongoUploads(store).receive("new", io.BytesIO(CSV))
        assert MongoUploads(store).sweep([]) == 0
        assert pieces.count_documents({}) == 3
        later = MongoUploads(store, clock=lambda: system_clock() + timedelta(hours=9))
        assert later.sweep(["new"]) == 0
        assert pieces.count_documents({}) == 1


def test_another_process_reads_what_one_received(mongo_server: MongoServer) -> None:
    stream: BinaryIO = io.BytesIO(CSV)
    with fresh_store(mongo_server, COLLECTIONS) as store:
        MongoUploads(store).receive("i", stream)
        with MongoUploads(store).open("i", "a.csv") as documents:
            assert "".join(documents.chunks("a.csv")).encode() == CSV
