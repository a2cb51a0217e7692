"""What may go wrong where jobs are done and models are read by processes of their own."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cinematch.bootstrap import Services, build
from cinematch.bootstrap.recommender import launch
from cinematch.recommender.core.errors import DamagedModel
from cinematch.recommender.files import FolderModelFiles
from cinematch.recommender.mongo import COLLECTIONS, MongoModelFiles
from cinematch.settings import Settings
from tests.support.house import quick_passwords
from tests.support.models import model, same
from tests.support.mongo import MongoServer, fresh_store


class SharedFolder(FolderModelFiles):
    """A folder of which another process removes copies, as soon as they are there."""

    def __init__(self, folder: Path, removed: int) -> None:
        super().__init__(folder)
        self.left = removed

    def receive(self, version: str, fill: Callable[[Path], None]) -> None:
        """Keep a copy, unless the other process is quick."""
        super().receive(version, fill)
        if self.left:
            self.left -= 1
            self.remove(version)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Services]:
    house = build(Settings(data_dir=tmp_path / "data"), passwords=quick_passwords())
    yield house
    house.stop()


def test_a_copy_that_another_process_has_removed_is_fetched_again(
    mongo_server: MongoServer, tmp_path: Path
) -> None:
    with fresh_store(mongo_server, COLLECTIONS) as store:
        MongoModelFiles(store, FolderModelFiles(tmp_path / "a")).put(model("m1"))
        folder = SharedFolder(tmp_path / "b", removed=1)
        assert same(MongoModelFiles(store, folder).load("m1"), model("m1"))
        assert folder.left == 0


def test_a_copy_that_was_damaged_and_then_removed_is_fetched_again(
    mongo_server: MongoServer, tmp_path: Path
) -> None:
    with fresh_store(mongo_server, COLLECTIONS) as store:
        MongoModelFiles(store, FolderModelFiles(tmp_path / "a")).put(model("m1"))
        (tmp_path / "a" / "m1" / "film_means.npy").write_bytes(b"damaged")
        folder = SharedFolder(tmp_path / "a", removed=1)
        with pytest.raises(DamagedModel):
            folder.load("m1")
        assert same(MongoModelFiles(store, folder).load("m1"), model("m1"))


@pytest.mark.slow
def test_a_worker_that_cannot_fit_says_what_is_missing(
    house: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with an API process that takes the call, and a worker installed without the extra."""
    job = house.model_jobs.claim("train", {}, None)
    missing = tmp_path / "installed" / "myfm.py"
    missing.parent.mkdir()
    missing.write_text('raise ImportError("No module named myfm", name="myfm")\n')
    path = [str(missing.parent), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(one for one in path if one))
    with launch(house.settings, job.job_id) as process:
        assert process.wait(100) == 1
    failed = house.model_jobs.get(job.job_id)
    assert failed.status == "failed"
    assert "pip install 'cinematch[recommender]'" in str(failed.error)
    assert "myfm" in str(failed.error)
