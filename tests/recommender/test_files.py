"""Models in a folder: whole or not there, read as they were written, refused when they are not."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
import numpy as np
import pytest

from cinematch.kit.clock import system_clock
from cinematch.kit.errors import Conflict, NotFound, StoreFull
from cinematch.recommender.core.errors import DamagedModel
from cinematch.recommender.core.model import FORMAT, Measure
from cinematch.recommender.files import FolderModelFiles
from tests.support.faults import OBEYING, disk_full, read_only
from tests.support.models import model, same

Harm = Callable[[Path], object]

_PUTTING = """
import sys
from pathlib import Path
from cinematch.recommender.files import FolderModelFiles
from tests.support.models import model
files = FolderModelFiles(Path(sys.argv[1]))
print("ready", flush=True)
number = int(sys.argv[2])
while True:
    files.put(model(f"m{number:04}", seed=number, films=400))
    print(number, flush=True)
    number += 1
"""
_LOADING = """
import sys
from hashlib import sha256
from pathlib import Path
from cinematch.recommender.files import FolderModelFiles
told = sha256()
for name, array in sorted(FolderModelFiles(Path(sys.argv[1])).load("m1").arrays().items()):
    told.update(name.encode() + array.tobytes())
print(told.hexdigest())
"""
_PUTTING_ONE = """
import sys
from pathlib import Path
from cinematch.kit.errors import CineMatchError
from cinematch.recommender.files import FolderModelFiles
from tests.support.models import model
try:
    FolderModelFiles(Path(sys.argv[1])).put(model("m2"))
except CineMatchError as refusal:
    print(refusal.code, refusal.detail)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the model m1."""
    FolderModelFiles(tmp_path / "models").put(model("m1", seed=1))
    return tmp_path / "models"


def hidden(folder: Path) -> list[Path]:
    return list(folder.glob(".*"))


def run(script: str, *arguments: object, before: tuple[str, ...] = (sys.executable,)) -> str:
    ended = subprocess.run(
        [*before, "-c", script, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return ended.stdout.strip()


def test_a_model_is_read_as_it_was_written_and_mapped(folder: Path) -> None:
    read = FolderModelFiles(folder).load("m1")
    assert same(read, model("m1", seed=1))
    assert isinstance(read.ease_weights, np.memmap)
    assert not read.ease_weights.flags.writeable
    assert read.people_map.shape == (0, 2)
    assert read.stars.spread == 1.25
    assert FolderModelFiles(folder).versions() == ["m1"]
    assert hidden(folder) == []


def test_what_is_not_there_is_told(folder: Path) -> None:
    files = FolderModelFiles(folder)
    for version in ("m2", "", ".", "..", "../m1", "/etc", ".hidden"):
        with pytest.raises(NotFound):
            files.load(version)
    assert FolderModelFiles(folder / "none").versions() == []
    files.remove("m2")


def test_a_model_is_removed_while_others_read_it(folder: Path) -> None:
    files = FolderModelFiles(folder)
    read = files.load("m1")
    files.remove("m1")
    assert list(folder.iterdir()) == []
    assert same(read, model("m1", seed=1))
    with pytest.raises(NotFound):
        files.load("m1")
    files.put(model("m1", seed=2))
    assert same(files.load("m1"), model("m1", seed=2))


def test_the_same_model_may_be_put_twice_and_another_of_its_name_is_refused(folder: Path) -> None:
    files = FolderModelFiles(folder)
    files.put(model("m1", seed=1))
    with pytest.raises(Conflict, match="m1"):
        files.put(model("m1", seed=2))
    assert same(files.load("m1"), model("m1", seed=1))
    assert hidden(folder) == []


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(bytes(content))


@pytest.mark.parametrize("harm", [cut_off, flip, Path.unlink], ids=["cut off", "flipped", "gone"])
@pytest.mark.parametrize(
    "name",
    ["ease_weights.npy", "stars_spread.npy", "people_map.npy", "film_ids.json", "manifest.json"],
)
def test_a_file_that_is_not_what_was_written_is_refused(
    folder: Path, name: str, harm: Harm
) -> None:
    harm(folder / "m1" / name)
    with pytest.raises(DamagedModel, match=name) as refusal:
        FolderModelFiles(folder).load("m1")
    assert (refusal.value.status, refusal.value.code) == (409, "damaged_model")


def test_every_byte_of_the_manifest_counts(folder: Path) -> None:
    path = folder / "m1" / "manifest.json"
    whole = path.read_bytes()
    for at in range(0, len(whole), 23):
        content = bytearray(whole)
        content[at] ^= 1
        path.write_bytes(bytes(content))
        with pytest.raises(DamagedModel):
            FolderModelFiles(folder).load("m1")
    path.write_bytes(whole)
    assert same(FolderModelFiles(folder).load("m1"), model("m1", seed=1))


def reseal(folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    """Change what the manifest says, with a checksum that fits."""
    path = folder / "m1" / "manifest.json"
    contents = msgspec.json.decode(path.read_bytes())["contents"]
    change(contents)
    raw = msgspec.json.encode(contents)
    sealed = {"sha256": sha256(raw).hexdigest(), "contents": msgspec.Raw(raw)}
    path.write_bytes(msgspec.json.encode(sealed))


def test_a_model_of_another_format_is_not_read_and_says_so(folder: Path) -> None:
    def later(contents: dict[str, dict[str, object]]) -> None:
        contents["manifest"] = {"format": FORMAT + 1, "unknown": True}

    reseal(folder, later)  # type: ignore[arg-type]
    with pytest.raises(DamagedModel, match=f"format {FORMAT + 1}"):
        FolderModelFiles(folder).load("m1")


def test_a_model_that_lacks_an_array_is_refused(folder: Path) -> None:
    reseal(folder, lambda contents: contents["files"].pop("film_map.npy"))  # type: ignore[attr-defined]
    with pytest.raises(DamagedModel, match="film_map"):
        FolderModelFiles(folder).load("m1")


def test_a_manifest_that_names_files_elsewhere_is_refused(folder: Path) -> None:
    def elsewhere(contents: dict[str, dict[str, object]]) -> None:
        contents["files"]["../m1/film_map.npy"] = contents["files"].pop("film_map.npy")

    reseal(folder, elsewhere)  # type: ignore[arg-type]
    with pytest.raises(DamagedModel, match="names files"):
        FolderModelFiles(folder).load("m1")


def test_a_folder_under_another_name_is_refused(folder: Path) -> None:
    (folder / "m1").rename(folder / "m2")
    with pytest.raises(DamagedModel, match="those of m1"):
        FolderModelFiles(folder).load("m2")


def test_an_array_of_objects_is_never_unpacked(folder: Path) -> None:
    path = folder / "m1" / "film_map.npy"
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    written = path.read_bytes()

    def fitting(contents: dict[str, dict[str, object]]) -> None:
        told = {"bytes": len(written), "sha256": sha256(written).hexdigest()}
        contents["files"]["film_map.npy"] = told

    reseal(folder, fitting)  # type: ignore[arg-type]
    with pytest.raises(DamagedModel, match="objects"):
        FolderModelFiles(folder).load("m1")


def test_checksums_are_looked_at_once_and_sizes_every_time(folder: Path) -> None:
    files = FolderModelFiles(folder)
    files.load("m1")
    flip(folder / "m1" / "film_means.npy")
    files.load("m1")
    cut_off(folder / "m1" / "film_means.npy")
    with pytest.raises(DamagedModel, match="cut off"):
        files.load("m1")


def test_a_figure_that_is_no_number_is_refused_before_anything_is_kept(tmp_path: Path) -> None:
    files = FolderModelFiles(tmp_path)
    with pytest.raises(ValueError, match="manifest"):
        files.put(model("m1", hold_out={"rmse": Measure(float("nan"), 0.0, 1.0, 3)}))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing_behind(folder: Path) -> None:
    files = FolderModelFiles(folder)
    with disk_full(os.getpid(), beyond=500), pytest.raises(StoreFull, match="Make room"):
        files.put(model("m2", films=400))
    assert files.versions() == ["m1"]
    assert hidden(folder) == []
    files.put(model("m2", films=400))
    assert same(files.load("m2"), model("m2", films=400))


def test_a_folder_that_may_not_be_written_is_told_as_such(folder: Path) -> None:
    with read_only(folder):
        said = run(_PUTTING_ONE, folder, before=OBEYING)
    assert said.startswith("store_full")
    assert "Permission denied" in said
    assert FolderModelFiles(folder).versions() == ["m1"]


def test_what_a_killed_process_left_is_swept_after_an_hour(folder: Path) -> None:
    left = folder / ".coming-x"
    left.mkdir()
    (left / "ease_weights.npy").write_bytes(b"half")
    FolderModelFiles(folder).put(model("m2"))
    assert hidden(folder) == [left]
    assert FolderModelFiles(folder).versions() == ["m1", "m2"]
    later = system_clock() + timedelta(hours=2)
    FolderModelFiles(folder, lambda: later).put(model("m3"))
    assert hidden(folder) == []


def test_processes_see_the_same_bytes(folder: Path) -> None:
    seen = {run(_LOADING, folder) for _ in range(2)}
    told = sha256()
    for name, array in sorted(model("m1", seed=1).arrays().items()):
        told.update(name.encode() + array.tobytes())
    assert seen == {told.hexdigest()}


def test_a_kill_at_any_moment_leaves_whole_models_or_none(tmp_path: Path) -> None:
    """Each time the process has kept so many models and then runs some of another's time."""
    number = 0
    rng = np.random.default_rng(7)
    for _ in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", _PUTTING, str(tmp_path), str(number)],
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            began = datetime.now(UTC)
            number = int(process.stdout.readline()) + 1
            one = (datetime.now(UTC) - began).total_seconds()
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=one * rng.uniform(0.2, 2.0))
            process.send_signal(signal.SIGKILL)
            number += len(process.stdout.readlines())
        files = FolderModelFiles(tmp_path)
        kept = files.versions()
        # The last one may have been kept without having been told.
        assert kept in (_named(number), _named(number + 1))
        for version in kept[-3:]:
            assert same(files.load(version), model(version, seed=int(version[1:]), films=400))
        number = len(kept)


def _named(count: int) -> list[str]:
    return [f"m{number:04}" for number in range(count)]
