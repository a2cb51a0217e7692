"""Which model serves: kept, promoted, taken back, refused when damaged, and pruned."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from pydantic import SecretStr

from cinematch.audit.ports import Query
from cinematch.audit.service import AuditService
from cinematch.audit.sqlite import SqliteAudit
from cinematch.bootstrap.moving import collections, moving
from cinematch.infra.sqlite import Database, open_database
from cinematch.kit.errors import Conflict, NotFound, StoreBusy, StoreFull
from cinematch.recommender.core.errors import DamagedModel, OtherFormat
from cinematch.recommender.core.model import FORMAT
from cinematch.recommender.files import FolderModelFiles
from cinematch.recommender.mongo import MongoModelFiles
from cinematch.recommender.schemas.operating import ModelOut
from cinematch.recommender.service.models import ModelsService
from cinematch.recommender.service.watching import LeftOff
from cinematch.recommender.sqlite import SqliteModels
from cinematch.settings import Settings
from tests.support.faults import disk_full
from tests.support.models import model, same
from tests.support.mongo import MongoServer, fresh_store


class Ticking:
    """A clock that goes on by a second each time that somebody looks."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


class Room:
    """An installation's models; `again` is another process on the same."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "models"
        self.database: Database = open_database(folder)
        self.clock = Ticking()
        self.audit = AuditService(self.database, SqliteAudit(), self.clock)
        self.models = self.again()

    def again(self) -> ModelsService:
        files = FolderModelFiles(self.folder)
        return ModelsService(self.database, SqliteModels(), files, self.audit, self.clock)

    def register(self, version: str, *, won: bool) -> None:
        created_at = f"2026-03-01T{int(version[1:]):02}:00:00.000000Z"
        self.models.register(model(version, seed=int(version[1:]), created_at=created_at), won)

    def harm(self, version: str) -> None:
        path = self.folder / version / "film_means.npy"
        *others, last = path.read_bytes()
        path.write_bytes(bytes([*others, last ^ 1]))

    def of_another_release(self, version: str) -> None:
        path = self.folder / version / "manifest.json"
        contents = msgspec.json.decode(path.read_bytes())["contents"]
        contents["manifest"]["format"] = FORMAT + 1
        raw = msgspec.json.encode(contents)
        sealed = {"sha256": sha256(raw).hexdigest(), "contents": msgspec.Raw(raw)}
        path.write_bytes(msgspec.json.encode(sealed))

    def standing(self) -> dict[str, str]:
        return {one.version: one.status for one in self.models.all()}

    def records(self) -> list[tuple[str | None, str, str]]:
        page = self.database.snapshot(lambda tx: SqliteAudit().page(tx, Query(), 99, None))
        told = [(e.actor, e.action, msgspec.json.decode(e.about or "")["subject"]) for e in page]
        return told[::-1]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    yield made
    made.database.close()


def test_before_the_first_training_nothing_serves(room: Room) -> None:
    assert room.models.champion() is None
    assert room.models.load_champion() is None
    assert room.models.all() == []
    with pytest.raises(Conflict):
        room.models.roll_back("ada")


def test_a_model_that_won_serves_at_once_and_the_one_before_retires(room: Room) -> None:
    room.register("m1", won=True)
    room.register("m2", won=False)
    assert room.standing() == {"m2": "challenger", "m1": "champion"}
    room.register("m3", won=True)
    assert room.standing() == {"m3": "champion", "m2": "challenger", "m1": "retired"}
    serving = room.models.load_champion()
    assert serving is not None
    assert same(serving, model("m3", seed=3, created_at="2026-03-01T03:00:00.000000Z"))
    assert room.models.load_champion() is serving


def test_a_version_is_registered_once(room: Room) -> None:
    room.register("m1", won=True)
    with pytest.raises(Conflict):
        room.register("m1", won=False)
    assert room.standing() == {"m1": "champion"}
    assert room.again().load_champion() is not None


@pytest.mark.parametrize(
    ("end", "kept"), [(StoreBusy("No answer."), ["m1"]), (LeftOff("cancelled"), [])]
)
def test_files_stay_where_the_record_may_have_been_made(
    room: Room, end: Exception, kept: list[str]
) -> None:
    def within(_work: object) -> None:
        raise end

    with pytest.raises(type(end)):
        room.models.register(model("m1"), True, within)
    assert FolderModelFiles(room.folder).versions() == kept


def test_every_process_has_the_model_that_was_promoted_last(room: Room) -> None:
    room.register("m1", won=True)
    room.register("m2", won=False)
    other = room.again()
    assert other.load_champion() is not None
    promoted = room.models.promote("m2", "ada")
    assert (promoted.version, promoted.status) == ("m2", "champion")
    serving = other.load_champion()
    assert serving is not None
    assert serving.manifest.version == "m2"
    assert room.models.promote("m2", "ada") == promoted
    with pytest.raises(NotFound):
        room.models.promote("m9", "ada")


def test_going_back_is_to_the_one_that_served_last_and_twice_is_forth_again(room: Room) -> None:
    for version in ("m1", "m2", "m3"):
        room.register(version, won=True)
    room.register("m4", won=False)
    assert room.models.roll_back("ada").version == "m2"
    assert room.models.roll_back("ada").version == "m3"
    assert room.standing() == {
        "m4": "challenger",
        "m3": "champion",
        "m2": "retired",
        "m1": "retired",
    }


def test_a_damaged_model_is_not_promoted_and_the_present_one_stays(room: Room) -> None:
    room.register("m1", won=True)
    room.register("m2", won=False)
    room.harm("m2")
    models = room.again()
    with pytest.raises(DamagedModel, match="film_means"):
        models.promote("m2", "ada")
    assert room.standing() == {"m2": "refused", "m1": "champion"}
    with pytest.raises(Conflict):
        models.roll_back("ada")


def test_a_model_of_another_release_is_passed_over_here_and_left_as_it_is(room: Room) -> None:
    for version in ("m1", "m2", "m3"):
        room.register(version, won=True)
    room.of_another_release("m3")
    before, models = room.standing(), room.again()
    serving = models.load_champion()
    assert serving is not None
    assert serving.manifest.version == "m2"
    assert models.load_champion() is serving
    with pytest.raises(OtherFormat, match="of format"):
        models.promote("m3", "ada")
    assert room.standing() == before
    room.register("m4", won=True)
    again = models.load_champion()
    assert again is not None
    assert again.manifest.version == "m4"
    assert models.roll_back("ada").version == "m2"
    assert room.standing()["m3"] == "retired"
    models.prune(keep=5)
    assert "m3" in FolderModelFiles(room.folder).versions()


def test_going_back_passes_over_what_is_damaged(room: Room) -> None:
    for version in ("m1", "m2", "m3"):
        room.register(version, won=True)
    room.harm("m2")
    assert room.again().roll_back("ada").version == "m1"
    assert room.standing() == {"m3": "retired", "m2": "refused", "m1": "champion"}


@pytest.mark.parametrize("lost", [True, False])
def test_a_champion_that_cannot_be_read_is_refused_and_the_one_before_serves(
    room: Room, *, lost: bool
) -> None:
    for version in ("m1", "m2", "m3"):
        room.register(version, won=True)
    room.register("m4", won=False)
    room.harm("m2")
    if lost:
        FolderModelFiles(room.folder).remove("m3")
    else:
        room.harm("m3")
    serving = room.again().load_champion()
    assert serving is not None
    assert serving.manifest.version == "m1"
    assert room.standing() == {
        "m4": "challenger",
        "m3": "refused",
        "m2": "refused",
        "m1": "champion",
    }


def test_without_any_model_that_can_be_read_none_serves(room: Room) -> None:
    room.register("m1", won=True)
    room.register("m2", won=True)
    room.harm("m1")
    room.harm("m2")
    models = room.again()
    assert models.load_champion() is None
    assert room.standing() == {"m2": "refused", "m1": "refused"}
    assert models.load_champion() is None
    room.register("m3", won=True)
    assert models.load_champion() is not None


def test_everything_is_on_record_with_who_did_it(room: Room) -> None:
    room.register("m1", won=True)
    room.register("m2", won=False)
    room.models.promote("m2", "ada")
    room.models.roll_back("ada")
    room.harm("m1")
    room.again().load_champion()
    room.models.prune(keep=0)
    assert room.records() == [
        (None, "model.added", "m1"),
        (None, "model.promoted", "m1"),
        (None, "model.added", "m2"),
        ("ada", "model.promoted", "m2"),
        ("ada", "model.rolled_back", "m1"),
        (None, "model.refused", "m1"),
        (None, "model.rolled_back", "m2"),
        (None, "model.removed", "m1"),
    ]


def test_old_models_go_with_their_files_but_never_the_one_to_go_back_to(room: Room) -> None:
    for number in range(1, 4):
        room.register(f"m{number}", won=True)
    for number in range(4, 8):
        room.register(f"m{number}", won=False)
    assert room.models.prune(keep=2) == 3
    assert room.standing() == {
        "m7": "challenger",
        "m6": "challenger",
        "m3": "champion",
        "m2": "retired",
    }
    assert FolderModelFiles(room.folder).versions() == ["m2", "m3", "m6", "m7"]
    assert room.models.prune(keep=2) == 0
    assert room.models.roll_back("ada").version == "m2"


def test_files_without_a_record_go_after_a_day(room: Room) -> None:
    files = FolderModelFiles(room.folder)
    files.put(model("m1", created_at="2026-02-28T10:00:00.000000Z"))
    files.put(model("m2", created_at="2026-03-01T11:00:00.000000Z"))
    files.put(model("m3", created_at="2026-03-01T11:00:00.000000Z"))
    room.harm("m3")
    room.models.prune()
    assert files.versions() == ["m2"]


def test_without_room_for_its_files_a_model_is_not_registered(room: Room) -> None:
    room.register("m1", won=True)
    with disk_full(os.getpid(), beyond=100), pytest.raises(StoreFull):
        room.register("m2", won=True)
    assert room.standing() == {"m1": "champion"}
    assert FolderModelFiles(room.folder).versions() == ["m1"]


def test_a_record_becomes_what_goes_over_http(room: Room) -> None:
    room.register("m1", won=True)
    (told,) = [ModelOut.of(one) for one in room.models.all()]
    assert (told.version, told.status, told.k, told.source) == ("m1", "champion", 10, "own")
    assert told.hold_out["ndcg@10"].n == 5
    assert told.options["seed"] == 7


def test_models_move_with_an_installation(tmp_path: Path, mongo_server: MongoServer) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    room = Room(here)
    room.register("m1", won=True)
    room.register("m2", won=True)
    room.harm("m1")
    room.database.close()
    with fresh_store(mongo_server, collections()) as store:
        url = SecretStr(mongo_server.url(store.db.name))
        with moving(Settings(data_dir=here, mongodb_url=url), "mongo") as mover:
            mover.move(lambda *_: None)
        assert MongoModelFiles(store, FolderModelFiles(tmp_path / "none")).versions() == ["m2"]
        with moving(Settings(data_dir=there, mongodb_url=url), "sqlite") as mover:
            mover.move(lambda *_: None)
    arrived = Room(there)
    serving = arrived.models.load_champion()
    arrived.database.close()
    assert serving is not None
    assert same(serving, model("m2", seed=2, created_at="2026-03-01T02:00:00.000000Z"))
