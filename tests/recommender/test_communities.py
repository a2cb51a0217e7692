"""Data sets of MovieLens, and the folder in which communities are kept."""

import errno
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinematch.kit.errors import Invalid, NotFound, StoreFull
from cinematch.recommender.communities import (
    DamagedCommunity,
    FolderCommunities,
    folder,
    load_movielens,
    movielens,
)
from cinematch.recommender.core.background import Background, SourceFilm
from cinematch.recommender.core.ratings import Rating, gather

AT = "2026-01-01T00:00:00.000000Z"
README = """Summary
=======

Usage License
=============

Neither the University nor anybody else guarantees anything.

     The data set may be used for any research purposes under the following conditions:

     * The user must acknowledge
       the use of the data set.

     * The executable scripts are provided "as is".
"""
CSV = {
    "README.txt": README,
    "ratings.csv": "userId,movieId,rating,timestamp\n"
    "2,10,4.5,1000\n1,20,0.5,1003\n1,10,3.0,1001\n1,10,5.0,1002\n",
    "movies.csv": "movieId,title,genres\n"
    '10,"Matrix, The (1999)",Action\n20,"Città d\'ombra, La (a.k.a. Shadows) (1970)",Drama\n'
    "30,Never rated (1980),Drama\n",
    "links.csv": "movieId,imdbId,tmdbId\n10,0133093,603\n20,,\n",
}
DAT = {
    "README": README,
    "ratings.dat": "1::20::0.5::1003\n2::10::4.5::1000\n1::10::5::1002\n",
    "movies.dat": "10::Matrix, The (1999)::Action\n"
    "20::Città d'ombra, La (a.k.a. Shadows) (1970)::Drama\n",
}
ITEM = {
    "u.data": "1\t20\t0.5\t1003\n2\t10\t4.5\t1000\n1\t10\t5\t1002",
    "u.item": "10|Matrix, The (1999)|01-Jan-1999||\n"
    "20|Città d'ombra, La (a.k.a. Shadows) (1970)|01-Jan-1970||\n",
}


def silent(_what: str, _done: int, _of: int) -> None:
    """Hear no report."""


def write(root: Path, files: Mapping[str, str], encoding: str = "utf-8") -> Path:
    root.mkdir(exist_ok=True)
    for name, text in files.items():
        (root / name).write_text(text, encoding=encoding)
    return root


def pack(path: Path, files: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"{path.stem}/{name}", text)
    return path


@pytest.mark.parametrize(
    ("files", "encoding"), [(CSV, "utf-8-sig"), (DAT, "latin-1"), (DAT, "utf-8"), (ITEM, "latin-1")]
)
def test_each_generation_is_read(tmp_path: Path, files: Mapping[str, str], encoding: str) -> None:
    found = load_movielens(write(tmp_path / "ml-Some Set", files, encoding), silent)
    ratings = found.ratings
    assert found.name == "ml-some-set"
    assert (ratings.user_ids, ratings.film_ids) == (("1", "2"), ("10", "20"))
    # The latest of user 1's two ratings of film 10 counts; rows are in the order of time.
    assert ratings.user.tolist() == [0, 0, 1]
    assert ratings.film.tolist() == [0, 1, 0]
    assert ratings.stars.tolist() == [5.0, 0.5, 4.5]
    assert ratings.at.tolist() == [1002, 1003, 1000]
    assert found.films[0][:2] == (("The Matrix",), 1999)
    assert found.films[1][:2] == (("La Città d'ombra", "Shadows"), 1970)


def test_a_zip_is_read_as_it_was_downloaded(tmp_path: Path) -> None:
    packed = load_movielens(pack(tmp_path / "ml-small.zip", CSV), silent)
    laid = load_movielens(write(tmp_path / "laid", CSV), silent, name="ml-small")
    assert packed.ratings.fingerprint() == laid.ratings.fingerprint()
    assert (packed.name, packed.films, packed.licence) == (laid.name, laid.films, laid.licence)


def test_ids_come_of_the_links(tmp_path: Path) -> None:
    first, second = load_movielens(write(tmp_path / "set", CSV), silent).films
    assert (first.imdb_id, first.tmdb_id) == ("tt0133093", 603)
    assert (second.imdb_id, second.tmdb_id) == (None, None)


def test_the_terms_are_those_of_the_data_set(tmp_path: Path) -> None:
    told = load_movielens(write(tmp_path / "set", CSV), silent).licence
    assert told == (
        "MovieLens data (GroupLens, University of Minnesota). The data set may be used for any "
        "research purposes under the following conditions: The user must acknowledge the use of "
        "the data set."
    )
    untold = load_movielens(write(tmp_path / "other", ITEM), silent).licence
    assert untold.endswith("GroupLens terms, not for redistribution.")


@pytest.mark.parametrize(
    ("row", "field", "message"),
    [
        ("1,10,nan,1000", "rating", "“nan” is none in ratings.csv"),
        ("1,10,5.5,1000", "rating", "“5.5” is none in ratings.csv"),
        ("1,10,4.3,1000", "rating", "“4.3” is none in ratings.csv"),
        ("1,10,,1000", "rating", "“” is none in ratings.csv"),
        ("ada,10,4,1000", "userId", "“ada” is none in ratings.csv"),
        ("1,-3,4,1000", "movieId", "“-3” is none in ratings.csv"),
        ("1,10,4,tomorrow", "timestamp", "“tomorrow” is none in ratings.csv"),
        ("1,10,4,inf", "timestamp", "“inf” is none in ratings.csv"),
        ("1,10,4,4102444800", "timestamp", "“4102444800” is none in ratings.csv"),
        ("1,10,4", "ratings.csv", "has 3 fields instead of 4"),
        ("1,10,4,1000,7", "ratings.csv", "has 5 fields instead of 4"),
    ],
)
def test_a_row_that_cannot_be_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: str, field: str, message: str
) -> None:
    monkeypatch.setattr(movielens, "_PIECE", 64)  # so that it stands in a later piece
    lines = ["userId,movieId,rating,timestamp", *["2,10,4.5,1000"] * 30, row, "2,20,3,1000"]
    files = {**CSV, "ratings.csv": "\n".join(lines)}
    with pytest.raises(Invalid) as refused:
        load_movielens(write(tmp_path / "set", files), silent)
    (error,) = refused.value.errors
    assert (error.row, error.field, error.message) == (32, field, message)
    assert error.mend


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"ratings.csv": None}, "has no ratings.csv, ratings.dat or u.data"),
        ({"movies.csv": None}, "has no movies.csv"),
        ({"ratings.csv": "userId,rating,movieId,timestamp\n"}, "has rating where movieId"),
        ({"ratings.csv": "userId,movieId,rating,timestamp\n"}, "has no ratings"),
        ({"movies.csv": "movieId,title,genres\nx,Senso (1954),Drama\n"}, "“x” is none"),
        ({"movies.csv": "movieId,title,genres\n10\n"}, "has no title"),
        ({"links.csv": "movieId,imdbId,tmdbId\n10,tt1,603\n"}, "“tt1” is none in links.csv"),
        ({"ratings.csv": "userId,movieId,rating,timestamp\n" + "1" * 20_000}, "without end"),
        (
            {"movies.csv": f"movieId,title,genres\n10,{'x' * 1_000_001},Drama\n"},
            "field larger than",
        ),
    ],
)
def test_what_is_no_data_set_is_refused(
    tmp_path: Path, change: Mapping[str, str | None], says: str
) -> None:
    files = {name: text for name, text in {**CSV, **change}.items() if text is not None}
    with pytest.raises(Invalid, match=says):
        load_movielens(write(tmp_path / "set", files), silent)


def test_a_file_that_is_no_zip_or_a_broken_one_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "set.zip", CSV)
    whole = path.read_bytes()
    at = whole.index(b"ratings.csv") + 40
    path.write_bytes(
        whole[:at] + bytes(byte ^ 0xFF for byte in whole[at : at + 8]) + whole[at + 8 :]
    )
    with pytest.raises(Invalid, match="no zip that can be read"):
        load_movielens(path, silent)
    path.write_bytes(b"no zip at all")
    with pytest.raises(Invalid, match="no zip that can be read"):
        load_movielens(path, silent)
    with pytest.raises(Invalid, match="there is no"):
        load_movielens(tmp_path / "absent", silent)


def test_more_rows_than_memory_lasts_for_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(movielens, "_MOST_ROWS", 2)
    with pytest.raises(Invalid, match="has more than 2 rows"):
        load_movielens(write(tmp_path / "set", CSV), silent)


def test_two_data_sets_in_one_zip_are_not_mixed(tmp_path: Path) -> None:
    path = pack(tmp_path / "set.zip", CSV)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("other/ratings.csv", CSV["ratings.csv"])
    with pytest.raises(Invalid, match="more than once"):
        load_movielens(path, silent)


def test_what_is_replaced_while_it_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, writer = FolderCommunities(tmp_path), FolderCommunities(tmp_path)
    kept.put(some(people=3), AT)
    sums = folder._checksum

    def replaced(path: Path) -> str:
        monkeypatch.setattr(folder, "_checksum", sums)
        writer.put(some(people=5), AT)
        return sums(path)

    monkeypatch.setattr(folder, "_checksum", replaced)
    assert kept.load("some").ratings.users == 5


def test_loading_tells_how_far_it_is_and_may_be_left_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Left(RuntimeError):
        """As a refusal of the zip would be, were it caught too widely."""

    monkeypatch.setattr(movielens, "_PIECE", 64)
    heard: list[tuple[str, int, int]] = []

    def report(what: str, done: int, of: int) -> None:
        heard.append((what, done, of))
        if len(heard) == 2:
            raise Left

    files = {**CSV, "ratings.csv": CSV["ratings.csv"] + "3,10,4,1000\n" * 50}
    with pytest.raises(Left):
        load_movielens(pack(tmp_path / "set.zip", files), report)
    (first, size), (second, _) = [one[1:] for one in heard]
    assert 0 < first < second < size == len(files["ratings.csv"])


def some(name: str = "some", people: int = 3) -> Background:
    rows = [
        Rating(f"ü{at}", f"f{film}", None if film == 2 else 1.0 + at / 2, at, film == 1)
        for at in range(people)
        for film in range(3)
    ]
    films = (SourceFilm(("A", "Ä")), SourceFilm((), 1990, "tt0000001", 7), SourceFilm(("C",), 1888))
    return Background(name, "Terms «of» use.", gather(rows), films, 0.5)


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    kept = FolderCommunities(tmp_path / "communities")
    assert kept.all() == []
    record = kept.put(some(), AT)
    assert kept.all() == [record]
    assert (record.users, record.films, record.ratings, record.added_at) == (3, 3, 9, AT)
    back = kept.load("some")
    assert back.ratings.fingerprint() == some().ratings.fingerprint()
    assert (back.films, back.licence, back.noise_floor) == (
        some().films,
        some().licence,
        0.5,
    )


def test_one_of_the_same_name_takes_its_place(tmp_path: Path) -> None:
    kept = FolderCommunities(tmp_path)
    kept.put(some("other"), AT)
    kept.put(some(people=3), AT)
    kept.put(some(people=5), AT)
    assert kept.load("some").ratings.users == 5
    assert [one.name for one in kept.all()] == ["other", "some"]
    assert len(list(tmp_path.glob("*.npz"))) == 2


def test_what_is_removed_leaves_nothing(tmp_path: Path) -> None:
    kept = FolderCommunities(tmp_path)
    kept.put(some(), AT)
    kept.remove("some")
    assert kept.all() == []
    assert [path.name for path in tmp_path.iterdir()] in ([], [".lock"])
    for missing in ("some", "../some", ""):
        with pytest.raises(NotFound):
            kept.remove(missing)
        with pytest.raises(NotFound):
            kept.load(missing)


@pytest.mark.parametrize("name", ["own", "auto", "hybrid", "", "../x", "a:b", "A", "x" * 61, "-x"])
def test_a_name_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Invalid, match="cannot be one"):
        FolderCommunities(tmp_path).put(some(name), AT)
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=20)
@given(st.binary(min_size=1, max_size=8), st.floats(0.0, 0.999))
def test_a_damaged_file_is_refused(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, where: float
) -> None:
    root = tmp_path_factory.mktemp("damaged")
    kept = FolderCommunities(root)
    kept.put(some(), AT)
    (arrays,) = root.glob("*.npz")
    whole = arrays.read_bytes()
    at = int(where * len(whole))
    changed = whole[:at] + noise + whole[at + len(noise) :]
    arrays.write_bytes(changed)
    if changed == whole:
        assert kept.load("some").ratings.users == 3
    else:
        with pytest.raises(DamagedCommunity):
            kept.load("some")


def test_a_damaged_telling_is_refused_and_can_be_removed(tmp_path: Path) -> None:
    kept = FolderCommunities(tmp_path)
    kept.put(some(), AT)
    (tmp_path / "some.json").write_text("{")
    with pytest.raises(DamagedCommunity, match="community remove some"):
        kept.all()
    kept.remove("some")
    assert kept.all() == []
    assert not list(tmp_path.glob("*.npz"))


def test_a_disk_without_room_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = FolderCommunities(tmp_path)
    kept.put(some(), AT)

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreFull, match="Nothing was kept"):
        kept.put(some(people=9), AT)
    assert kept.load("some").ratings.users == 3
    assert not list(tmp_path.glob(".unfinished-*"))


def test_what_a_killed_writer_left_goes_with_the_next_write(tmp_path: Path) -> None:
    kept = FolderCommunities(tmp_path)
    (tmp_path / ".unfinished-abc").mkdir()
    (tmp_path / "some-0123456789abcdef.npz").write_bytes(b"arrays of which nothing is told")
    kept.put(some(), AT)
    assert len(list(tmp_path.glob("*.npz"))) == 1
    assert not list(tmp_path.glob(".unfinished-*"))
