"""What each format's reader makes of a real-shaped file."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import samples
from tests.support.transfer import Desk, film, zipped


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(
        tmp_path,
        [
            film("Metropolis", 1927, imdb_id="tt0017136", tmdb_id=19),
            film("Solyaris", 1972, imdb_id="tt0069293", tmdb_id=593, title_en="Solaris"),
            film("Yi yi", 2000, title_en="Yi Yi: A One and a Two"),
            film("The Matrix", 1999, imdb_id="tt0133093"),
        ],
    )
    yield desk
    desk.close()


def days(desk: Desk, title: str) -> list[str]:
    return [watch.date for watch in desk.entry(title).watches]


def test_imdb_ratings_are_no_viewings_and_series_are_named(desk: Desk) -> None:
    item = desk.bring(samples.IMDB_RATINGS)
    metropolis = desk.entry("Metropolis")
    assert (metropolis.rating, days(desk, "Metropolis")) == (9, [""])
    assert (metropolis.rated_at or "")[:10] == "2024-01-05"
    assert item.state.counts == {"added": 1, "not_found": 1, "rejected": 1}
    (refused,) = desk.rows(item, "rejected")
    assert "a series, not a film" in str(refused.row.item)
    assert desk.entry("Carmencita").rating == 3


def test_imdb_headers_of_before_2024_are_read(desk: Desk) -> None:
    item = desk.bring(samples.IMDB_OLD_RATINGS)
    assert item.state.counts == {"added": 1, "rejected": 1}


def test_imdb_watchlist_is_wishes_and_ratings(desk: Desk) -> None:
    desk.bring(samples.IMDB_WATCHLIST, "watchlist.csv")
    solaris, metropolis = desk.entry("Solyaris"), desk.entry("Metropolis")
    assert (solaris.watchlist, solaris.seen) == (True, False)
    assert (metropolis.rating, metropolis.seen, metropolis.watchlist) == (8, True, True)


def test_trakt_plays_have_their_own_identity_and_days_of_utc(desk: Desk) -> None:
    item = desk.bring(samples.TRAKT_ZIP)
    metropolis, solaris = desk.entry("Metropolis"), desk.entry("Solyaris")
    assert [(w.date, w.source) for w in metropolis.watches] == [("2025-06-24", "trakt:101")]
    assert (metropolis.rating, metropolis.liked) == (9, True)
    assert [(w.date, w.source) for w in solaris.watches] == [("", "trakt:102")]
    assert any("episodes" in message for _, message in item.state.notices)
    assert b'"name":"Best"' in desk.export()


def test_trakt_pages_are_read_in_the_order_of_their_numbers(desk: Desk) -> None:
    pages = {}
    for page, day in ((9, "09"), (10, "10"), (1, "01")):
        play = {**samples.TRAKT_HISTORY[0], "id": page, "watched_at": f"2025-06-{day}T10:00:00Z"}
        pages[f"watched-history-{page}.json"] = json.dumps([play])
    item = desk.bring(zipped(pages))
    assert item.state.counts == {"added": 1}
    assert days(desk, "Metropolis") == ["2025-06-01", "2025-06-09", "2025-06-10"]


def test_movielens_time_stamps_are_no_viewings(desk: Desk) -> None:
    desk.bring(samples.MOVIELENS_ZIP)
    metropolis, matrix = desk.entry("Metropolis"), desk.entry("The Matrix")
    assert (metropolis.rating, metropolis.tags, days(desk, "Metropolis")) == (9, ("silent",), [""])
    assert (metropolis.rated_at or "")[:10] == "2000-07-30"
    assert matrix.rating == 1


def test_movielens_ratings_of_many_ask_whose(desk: Desk) -> None:
    many = samples.MOVIELENS_RATINGS + "6,2010,1.0,964982703\n"
    item = desk.upload(zipped({"ratings.csv": many}))
    assert item.state.question is not None
    assert item.state.question.suggested == {"user_id": "5"}


def test_movielens_without_titles_says_what_is_missing(desk: Desk) -> None:
    item = desk.bring(samples.MOVIELENS_RATINGS)
    (row, _) = desk.rows(item, "rejected")
    assert "movies.csv and links.csv" in str(row.row.item)


def test_an_italian_csv_is_understood(desk: Desk) -> None:
    item = desk.bring(samples.PLAIN_ITALIAN)
    assert desk.entry("Metropolis").rating == 10  # 9,5 of 10, to the next half star
    assert days(desk, "Metropolis") == ["2024-05-17"]
    assert desk.entry("Solyaris").seen
    assert "rating_scale = 10" in item.state.notices[0][1]


def test_the_described_csv_is_read_as_five_stars(desk: Desk) -> None:
    desk.bring(samples.DESCRIBED)
    assert desk.entry("Metropolis").rating == 8
    assert days(desk, "Solyaris") == ["2024-05-18"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
)
def test_encodings_are_told_by_the_bytes(desk: Desk, encoding: str) -> None:
    text = samples.DESCRIBED + "Città d’Ombra,1960,4,2024-05-19\n" * (encoding != "latin-1")
    text += "Così è la vita,1998,3,2024-05-20\n"
    desk.bring(text.encode(encoding))
    assert "Così è la vita" in [entry.facts.title for entry in desk.all_entries()]
    assert desk.entry("Metropolis").rating == 8


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_line_ends_of_all_systems(desk: Desk, ending: str) -> None:
    desk.bring(samples.DESCRIBED.replace("\n", ending))
    assert len(desk.all_entries()) == 2


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("2024-05-18,,1927,u,4,,,2024-05-17", "Name"),
        ("2024-05-18,Metropolis,19x7,u,4,,,2024-05-17", "Year"),
        ("2024-05-18,Metropolis,1927,u,4,,,2024-02-31", "Watched Date"),
        ("2024-05-18,Metropolis,1927,u,4,,,2031-01-01", "Watched Date"),
        ("2024-05-18,Metropolis,1927,u,4,,,1887-01-01", "Watched Date"),
        ("2024-05-18,Metropolis,1927,u,4,,,05/06/2024", "Watched Date"),
        ("2024-05-18,Metropolis,The,1927,u,4,,,2024-05-17", "row"),
    ],
)
def test_a_line_that_cannot_be_names_row_field_and_mend(desk: Desk, row: str, field: str) -> None:
    header = samples.LETTERBOXD_DIARY.partition("\n")[0]
    item = desk.bring(f"{header}\n{row}\n2024-01-01,Solaris,1972,v,,,,2024-01-01\n")
    (refused,) = desk.rows(item, "rejected")
    said = refused.row.item
    assert (said.line, said.mend.field) == (2, field)  # type: ignore[union-attr]
    assert said.mend.mend  # type: ignore[union-attr]
    assert days(desk, "Solyaris") == ["2024-01-01"]


@pytest.mark.parametrize("rating", ["", "0", "0.0"])
def test_an_empty_or_zero_rating_is_unrated(desk: Desk, rating: str) -> None:
    header = samples.LETTERBOXD_DIARY.partition("\n")[0]
    desk.bring(f"{header}\n2024-05-18,Metropolis,1927,u,{rating},,,2024-05-17\n")
    assert desk.entry("Metropolis").rating is None


@pytest.mark.parametrize("rating", ["5.5", "-1", "4.3", "great", "nan", "1e999"])
def test_a_viewing_is_kept_though_its_rating_cannot_be(desk: Desk, rating: str) -> None:
    header = samples.LETTERBOXD_DIARY.partition("\n")[0]
    item = desk.bring(f"{header}\n2024-05-18,Metropolis,1927,u,{rating},,,2024-05-17\n")
    entry = desk.entry("Metropolis")
    assert (entry.rating, len(entry.watches)) == (None, 1)
    problem = desk.rows(item)[0].row.item.problem  # type: ignore[union-attr]
    assert problem is not None
    assert problem.field == "Rating"


def test_a_renamed_column_is_named_with_what_is_there(desk: Desk) -> None:
    broken = samples.LETTERBOXD_DIARY.replace("Name", "Naam", 1)
    item = desk.bring(zipped({"diary.csv": broken, "ratings.csv": samples.DESCRIBED}))
    reasons = [str(view.row.item) for view in desk.rows(item, "rejected")]
    assert any("no column “Name”" in reason for reason in reasons) or item.state.question


def test_repeated_lines_are_one_viewing_and_two_viewings_of_a_day_are_two(desk: Desk) -> None:
    header = samples.LETTERBOXD_DIARY.partition("\n")[0]
    line = "2024-05-18,Metropolis,1927,https://boxd.it/{},4,,,2024-05-17\n"
    desk.bring(f"{header}\n" + line.format("a") * 2 + line.format("b"))
    assert days(desk, "Metropolis") == ["2024-05-17", "2024-05-17"]


def test_a_bare_header_of_letterboxd_asks_what_its_rows_are(desk: Desk) -> None:
    bare = "Date,Name,Year,Letterboxd URI\n2024-05-18,Metropolis,1927,u\n"
    item = desk.upload(bare, "export.csv")
    assert item.state.question is not None
    desk.imports.set_mapping("u", item.import_id, {"rows_are": "watchlist"})
    desk.worker.run_pending()
    desk.apply(item)
    assert desk.entry("Metropolis").watchlist


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no file that CineMatch reads"),
        (b"just one word", "no file that CineMatch reads"),
        (zipped({"a.csv": "Name,Year\nX,1\n"})[:60], "damaged or cut off"),
        (zipped({"inner.zip": b"PK"}), "archive inside the zip"),
        (zipped({f"{n}.csv": b"" for n in range(5_001)}), "5001 files"),
        (zipped({"bomb.csv": b"0" * 300_000_000}), "would unpack"),
        (b'{"format": "cinematch", "version": 9, "entries": []}', "version 9"),
        (b'{"format": "cinematch", "version": 1, "entries": [{"film"', "broken or cut off"),
        (b"[" * 200_000, "no file that CineMatch reads"),
    ],
    ids=["empty", "word", "cut", "nested", "many", "bomb", "newer", "half", "deep"],
)
def test_a_file_that_cannot_be_read_says_why(desk: Desk, content: bytes, told: str) -> None:
    item = desk.bring(content)
    assert item.status == "failed"
    assert item.state.problem is not None
    assert told in item.state.problem.detail
    assert item.state.problem.mend


def test_names_in_a_zip_are_never_paths(desk: Desk, tmp_path: Path) -> None:
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    item = desk.bring(
        zipped({"../../../escaped.csv": samples.DESCRIBED, "/etc/x.csv": samples.DESCRIBED})
    )
    assert item.status == "applied"
    assert not (tmp_path.parent / "escaped.csv").exists()
    assert {path for path in tmp_path.rglob("*") if path.is_file()} <= before | set(
        tmp_path.glob("cinematch.db*")
    )
