"""The contract of `recommender.ports.ModelFiles`: in a folder, and in MongoDB with a folder."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from bson import ObjectId

from cinematch.infra.mongo import MongoStore
from cinematch.kit.clock import system_clock
from cinematch.kit.errors import Conflict, NotFound, StoreBusy, StoreFull
from cinematch.recommender.core.errors import DamagedModel
from cinematch.recommender.files import FolderModelFiles
from cinematch.recommender.mongo import COLLECTIONS, MongoModelFiles
from cinematch.recommender.mongo import files as in_mongo
from cinematch.recommender.ports import ModelFiles
from tests.support.faults import disk_full
from tests.support.models import model, same
from tests.support.mongo import MongoServer, fresh_store

LARGE = 3_000
"""Films of a model whose files take more than one piece."""


@pytest.fixture(params=["folder", "mongo"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ModelFiles]:
    if request.param == "mongo":
        with fresh_store(request.getfixturevalue("mongo_server"), COLLECTIONS) as store:
            yield MongoModelFiles(store, FolderModelFiles(tmp_path / "models"))
        return
    yield FolderModelFiles(tmp_path / "models")


@pytest.fixture
def store(mongo_server: MongoServer) -> Iterator[MongoStore]:
    with fresh_store(mongo_server, COLLECTIONS) as made:
        yield made


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file of some kilobytes take several documents."""
    monkeypatch.setattr(in_mongo, "PIECE", 20_000)


def on_machine(store: MongoStore, folder: Path) -> MongoModelFiles:
    """Return a machine's view of the models, with a folder of its own."""
    return MongoModelFiles(store, FolderModelFiles(folder))


def pieces(store: MongoStore) -> int:
    return store.db["model_pieces"].count_documents({})


def test_a_model_is_read_as_it_was_written(files: ModelFiles) -> None:
    files.put(model("m1", seed=1))
    files.put(model("m2", seed=2))
    assert files.versions() == ["m1", "m2"]
    assert same(files.load("m1"), model("m1", seed=1))
    assert same(files.load("m2"), model("m2", seed=2))


def test_what_is_not_there_is_told(files: ModelFiles) -> None:
    assert files.versions() == []
    with pytest.raises(NotFound):
        files.load("m1")
    files.remove("m1")


def test_a_model_that_was_removed_is_gone(files: ModelFiles) -> None:
    files.put(model("m1"))
    files.put(model("m2"))
    files.remove("m1")
    assert files.versions() == ["m2"]
    with pytest.raises(NotFound):
        files.load("m1")


def test_a_version_stands_for_one_model(files: ModelFiles) -> None:
    files.put(model("m1", seed=1))
    files.put(model("m1", seed=1))
    with pytest.raises(Conflict):
        files.put(model("m1", seed=2))
    assert same(files.load("m1"), model("m1", seed=1))


def test_a_full_disk_leaves_nothing_behind(files: ModelFiles) -> None:
    with disk_full(os.getpid(), beyond=500), pytest.raises(StoreFull):
        files.put(model("m1", films=400))
    assert files.versions() == []
    files.put(model("m1", films=400))
    assert same(files.load("m1"), model("m1", films=400))


@pytest.mark.usefixtures("small_pieces")
def test_another_machine_fetches_what_one_has_put(store: MongoStore, tmp_path: Path) -> None:
    on_machine(store, tmp_path / "a").put(model("m1", films=LARGE))
    assert pieces(store) > 20
    there = on_machine(store, tmp_path / "b")
    assert same(there.load("m1"), model("m1", films=LARGE))
    assert FolderModelFiles(tmp_path / "b").versions() == ["m1"]
    store.db["model_files"].delete_many({})
    assert same(there.load("m1"), model("m1", films=LARGE))


def test_a_copy_that_is_damaged_is_fetched_again(store: MongoStore, tmp_path: Path) -> None:
    on_machine(store, tmp_path).put(model("m1"))
    (tmp_path / "m1" / "film_means.npy").write_bytes(b"damaged")
    assert same(on_machine(store, tmp_path).load("m1"), model("m1"))


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("harm", ["lost", "changed"])
def test_pieces_that_are_not_what_was_sent_are_refused(
    store: MongoStore, tmp_path: Path, harm: str
) -> None:
    on_machine(store, tmp_path / "a").put(model("m1", films=LARGE))
    second = {"name": "film_map.npy", "n": 1}
    if harm == "lost":
        assert store.db["model_pieces"].delete_one(second).deleted_count == 1
    else:
        store.db["model_pieces"].update_one(second, {"$set": {"data": b"changed"}})
    with pytest.raises(DamagedModel, match="film_map"):
        on_machine(store, tmp_path / "b").load("m1")
    assert list((tmp_path / "b").iterdir()) == []


def test_a_model_whose_sending_broke_off_is_not_there_and_is_swept(
    store: MongoStore, tmp_path: Path
) -> None:
    """What a killed sender leaves: pieces, and no document that names them."""
    on_machine(store, tmp_path / "a").put(model("m1"))
    whole = pieces(store)
    later = system_clock() + timedelta(hours=2)
    for put in (ObjectId(), ObjectId.from_datetime(later - timedelta(minutes=59))):
        store.db["model_pieces"].insert_one({"put": put, "name": "x.npy", "n": 0, "data": b"x"})
    there = MongoModelFiles(store, FolderModelFiles(tmp_path / "b"), lambda: later)
    assert there.versions() == ["m1"]
    there.put(model("m2"))
    assert pieces(store) == 2 * whole + 1
    assert same(there.load("m1"), model("m1"))


def test_a_server_that_is_away_leaves_no_model_behind(tmp_path: Path) -> None:
    with MongoServer(tmp_path / "server") as server, fresh_store(server, COLLECTIONS) as store:
        files = on_machine(store, tmp_path / "models")
        files.put(model("m1"))
        server.kill()
        with pytest.raises(StoreBusy):
            files.put(model("m2"))
        assert FolderModelFiles(tmp_path / "models").versions() == ["m1"]
        assert same(files.load("m1"), model("m1"))
        server.start()
        files.put(model("m2"))
        assert files.versions() == ["m1", "m2"]


def test_what_was_removed_elsewhere_leaves_this_machine_too(
    store: MongoStore, tmp_path: Path
) -> None:
    here, there = on_machine(store, tmp_path / "a"), on_machine(store, tmp_path / "b")
    for version in ("m1", "m2", "m3"):
        here.put(model(version))
        there.load(version)
    here.remove("m1")
    here.remove("m2")
    kept = FolderModelFiles(tmp_path / "b")
    for path in kept.files("m1"):
        os.utime(path, times=(0, 0))
    here.put(model("m4"))
    there.load("m4")
    assert kept.versions() == ["m2", "m3", "m4"]
