"""Public data sets are read as their makers lay them out; a fault is named by row and field."""

from pathlib import Path

import pytest

from cinematch.kit.errors import Invalid
from cinematch.recommender.datasets import read_dataset

BARS_100K = "|".join(["0"] * 5 + ["1"] + ["0"] * 13)  # a comedy
LAYOUTS = {
    "latest-small": (
        {
            "ratings.csv": "userId,movieId,rating,timestamp\r\n1,10,4.5,100\r\n2,10,0.5,50\r\n",
            "movies.csv": 'movieId,title,genres\r\n10,"Ice, The (1999)",Comedy|Sci-Fi\r\n',
        },
        ("Ice, The", 1999, ("Comedy", "Sci-Fi")),
    ),
    "ml-100k": (
        {
            "u.data": "1\t10\t4\t100\n2\t10\t1\t50\n",
            "u.item": f"10|Ice (1999)|01-Jan-1999||none|{BARS_100K}\n",
        },
        ("Ice", 1999, ("Comedy",)),
    ),
    "ml-1m": (
        {
            "ratings.dat": "1::10::4::100\n2::10::1::50\n",
            "movies.dat": "10::Caf\xe9 (1999)::Children's|War\n",
        },
        ("Caf\xe9", 1999, ("Family", "War")),
    ),
    "ml-10m": (
        {
            "ratings.dat": "1::10::4.5::100\n2::10::1::50\n",
            "movies.dat": "10::Ice (Part 2) (1999)::Film-Noir\n",
        },
        ("Ice (Part 2)", 1999, ("Film-Noir",)),
    ),
    "movietweetings": (
        {
            "ratings.dat": "1::0000010::9::100\n2::0000010::0::50\n",
            "movies.dat": "0000010::Ice (1999)::Drama|Short\n",
        },
        ("Ice", 1999, ("Drama", "Short")),
    ),
}


def laid_out(folder: Path, files: dict[str, str], *, latin: bool = False) -> Path:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="latin-1" if latin else "utf-8", newline="")
    return folder


@pytest.mark.parametrize("name", list(LAYOUTS))
def test_each_layout_is_read(name: str, tmp_path: Path) -> None:
    files, (title, year, genres) = LAYOUTS[name]
    data = read_dataset(laid_out(tmp_path, files, latin=name == "ml-1m"), name)
    assert len(data.ratings) == 2
    assert data.ratings.film_ids == ("10",)
    assert data.ratings.at.tolist() == [100, 50]
    assert (data.films[0].title, data.films[0].year, data.films[0].genres) == (title, year, genres)


def test_another_scale_is_halved_and_says_so(tmp_path: Path) -> None:
    data = read_dataset(laid_out(tmp_path, LAYOUTS["movietweetings"][0]), "movietweetings")
    assert data.ratings.stars.tolist() == [4.5, 0.5]
    assert "divided by 2" in data.scale


def test_of_a_pair_that_comes_twice_the_latest_counts(tmp_path: Path) -> None:
    files = {"ratings.dat": "1::10::2::200\n1::10::5::100\n1::9::3::150\n"}
    ratings = read_dataset(laid_out(tmp_path, files), "ml-1m").ratings
    assert ratings.stars.tolist() == [3.0, 2.0]
    assert ratings.at.tolist() == [150, 200]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("1,10,five,100", "row 3, stars: 'five' is no number"),
        ("1,10,4", "row 3: 3 fields"),
        ("1,10,7,100", "row 3, stars: 7 is no rating"),
        ("1,10,nan,100", "row 3, stars: nan is no rating"),
        (",10,3,100", "row 3, user: '' is no number"),
        ("nan,10,3,100", "row 3, user: nan cannot be"),
        ("1,-10,3,100", "row 3, film: -10 cannot be"),
        ("1,10,3,nan", "row 3, time: nan cannot be"),
        ("1,10,3,4102444800", "row 3, time: 4102444800 cannot be"),
    ],
)
def test_a_fault_is_named_by_row_and_field(row: str, told: str, tmp_path: Path) -> None:
    files = {"ratings.csv": f"userId,movieId,rating,timestamp\n1,9,4,1\n{row}\n"}
    with pytest.raises(Invalid, match=told):
        read_dataset(laid_out(tmp_path, files), "latest-small")


def test_an_empty_file_and_a_missing_one_are_said(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"has no ratings\.csv"):
        read_dataset(tmp_path, "latest-small")
    with pytest.raises(Invalid, match="no rows"):
        read_dataset(
            laid_out(tmp_path, {"ratings.csv": "userId,movieId,rating,timestamp\n"}), "latest-small"
        )
    with pytest.raises(Invalid, match="no data set that can be read"):
        read_dataset(tmp_path, "netflix")


def test_bytes_that_are_no_text_are_named_by_their_row(tmp_path: Path) -> None:
    files = {"ratings.csv": "userId,movieId,rating,timestamp\n1,9,4,1\n", "movies.csv": ""}
    folder = laid_out(tmp_path, files)
    (folder / "movies.csv").write_bytes(b"movieId,title,genres\n9,Am\xe9lie (2001),Comedy\n")
    with pytest.raises(Invalid, match=r"movies\.csv, row 2 is not written in utf-8"):
        read_dataset(folder, "latest-small")
    long = "x" * 1_000_001  # over the limit of other readers of this process, too
    (folder / "movies.csv").write_text(f"movieId,title,genres\n9,{long},Comedy\n")
    with pytest.raises(Invalid, match=r"movies\.csv, row 2 does not read"):
        read_dataset(folder, "latest-small")
    (folder / "ratings.csv").write_bytes(b"userId,movieId,rating,timestamp\n1,9,\xe9,1\n")
    with pytest.raises(Invalid, match="row 2, stars"):
        read_dataset(folder, "latest-small")


def test_a_film_row_that_does_not_read_is_named(tmp_path: Path) -> None:
    files = {"ratings.dat": "1::10::2::200\n", "movies.dat": "ten::Ice (1999)::War\n"}
    with pytest.raises(Invalid, match=r"movies\.dat, row 1"):
        read_dataset(laid_out(tmp_path, files), "ml-1m")
