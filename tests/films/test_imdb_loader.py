"""The IMDb files: joined line by line, whatever stands in them, however often they are loaded."""

import gzip
from pathlib import Path

import pytest

from cinematch.bootstrap import Services
from cinematch.diary.core import Edit
from cinematch.films.core.catalogue import FilmQuery
from cinematch.films.core.film import Film, popularity_of
from cinematch.films.loaders.imdb import ImdbOptions, Loaded, load_imdb
from cinematch.films.loaders.reading import Unsorted
from cinematch.kit.errors import Invalid
from tests.support.builders import film
from tests.support.house import build_house

BASICS = [
    "tconst\ttitleType\tprimaryTitle\toriginalTitle\tisAdult\tstartYear\tendYear\truntimeMinutes\tgenres",
    "tt0000001\tshort\tA Short\tUn corto\t0\t1954\t\\N\t3\tShort",
    "tt0047478\tmovie\tSeven Samurai\tShichinin no samurai\t0\t1954\t\\N\t207\tAction,Drama",
    "tt0050083\tmovie\t12 Angry Men\t12 Angry Men\t0\t1957\t\\N\t96\tCrime,Drama,Talk-Show",
    "tt0050084\tmovie\tHardly Seen\tHardly Seen\t0\t1957\t\\N\t96\tDrama",
    "tt0050085\ttvSeries\tA Series\tA Series\t0\t1957\t1960\t30\tDrama",
    "tt10000000\tmovie\tA Late One\tA Late One\t0\t2019\t\\N\t\\N\t\\N",
]
RATINGS = [
    "tconst\taverageRating\tnumVotes",
    "tt0000001\t6.0\t5000",
    "tt0047478\t8.6\t370000",
    "tt0050083\t9.0\t900000",
    "tt0050084\t5.0\t12",
    "tt10000000\t7.0\t1000",
]
AKAS = [
    "titleId\tordering\ttitle\tregion\tlanguage\ttypes\tattributes\tisOriginalTitle",
    "tt0047478\t1\tI sette samurai\tIT\t\\N\timdbDisplay\t\\N\t0",
    "tt0047478\t2\tSeven Samurai (working)\tUS\t\\N\tworking\tworking title\t0",
    "tt0047478\t3\tSeven Samurai\tUS\t\\N\timdbDisplay\t\\N\t0",
    "tt0050083\t1\tLa parola ai giurati\tIT\t\\N\t\\N\t\\N\t0",
]
PRINCIPALS = [
    "tconst\tordering\tnconst\tcategory\tjob\tcharacters",
    'tt0047478\t1\tnm0001536\tactor\t\\N\t["Kikuchiyo"]',
    "tt0047478\t2\tnm0000041\tdirector\t\\N\t\\N",
    'tt0050083\t1\tnm0000020\tactor\t\\N\t["Juror 8"]',
    "tt0050083\t2\tnm0001486\tdirector\t\\N\t\\N",
    "tt0050083\t3\tnm9999999\tactor\t\\N\t\\N",
]
NAMES = [
    "nconst\tprimaryName\tbirthYear\tdeathYear\tprimaryProfession\tknownForTitles",
    "nm0000020\tHenry Fonda\t1905\t1982\tactor\t\\N",
    "nm0000041\tAkira Kurosawa\t1910\t1998\tdirector\t\\N",
    "nm0001486\tSidney Lumet\t1924\t2011\tdirector\t\\N",
    "nm0001536\tToshirô Mifune\t1920\t1997\tactor\t\\N",
]
FILES = {
    "title.basics.tsv": BASICS,
    "title.ratings.tsv": RATINGS,
    "title.akas.tsv": AKAS,
    "title.principals.tsv": PRINCIPALS,
    "name.basics.tsv": NAMES,
}


@pytest.fixture
def house(tmp_path: Path) -> Services:
    return build_house(tmp_path / "data")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "imdb"
    folder.mkdir()
    for name, lines in FILES.items():
        write(folder, name, lines)
    return folder


def write(folder: Path, name: str, lines: list[str]) -> None:
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def load(house: Services, folder: Path, options: ImdbOptions | None = None) -> Loaded:
    staging = house.data_dir / "imdb-load.db"
    chosen = options or ImdbOptions()
    return load_imdb(folder, staging, chosen, house.films, lambda *_: None)


def films(house: Services) -> dict[str, Film]:
    page = house.films.search(FilmQuery(limit=200), None)
    return {card.film.imdb_id or "": card.film for card in page.items}


def test_films_with_enough_votes_come_in_with_titles_and_people(
    house: Services, folder: Path
) -> None:
    loaded = load(house, folder)
    assert (loaded.read, loaded.changed, loaded.malformed.count) == (3, 3, 0)
    samurai = films(house)["tt0047478"]
    assert samurai.title == "Shichinin no samurai"
    assert (samurai.title_en, samurai.title_it) == ("Seven Samurai", "I sette samurai")
    assert (samurai.year, samurai.runtime, samurai.genres) == (1954, 207, ("Action", "Drama"))
    assert [(p.id, p.name) for p in samurai.directors] == [("nm0000041", "Akira Kurosawa")]
    assert [p.name for p in samurai.cast] == ["Toshirô Mifune"]
    assert (samurai.votes, samurai.mean_rating) == (370000, 8.6)
    assert samurai.popularity == popularity_of(370000)


def test_what_is_unknown_stays_empty(house: Services, folder: Path) -> None:
    load(house, folder)
    late, angry = films(house)["tt10000000"], films(house)["tt0050083"]
    assert (late.runtime, late.genres, late.cast) == (None, (), ())
    assert angry.genres == ("Crime", "Drama")
    assert [p.name for p in angry.cast] == ["Henry Fonda"]


def test_shorts_and_little_known_films_come_in_when_asked_for(
    house: Services, folder: Path
) -> None:
    load(house, folder, ImdbOptions(min_votes=10, shorts=True))
    assert films(house).keys() == {
        "tt0000001", "tt0047478", "tt0050083", "tt0050084", "tt10000000"
    }  # fmt: skip


def test_loading_again_changes_nothing(house: Services, folder: Path) -> None:
    load(house, folder)
    before = films(house)
    assert load(house, folder).changed == 0
    assert films(house) == before


def test_packed_files_are_read_as_well(house: Services, folder: Path) -> None:
    for name in FILES:
        (folder / f"{name}.gz").write_bytes(gzip.compress((folder / name).read_bytes()))
        (folder / name).unlink()
    assert load(house, folder).read == 3


def test_files_in_the_order_of_numbers_are_read_as_well(house: Services, folder: Path) -> None:
    late = BASICS[-1]
    write(folder, "title.basics.tsv", [*BASICS, late.replace("tt10000000", "tt9999999")])
    write(folder, "title.ratings.tsv", [*RATINGS[:-1], "tt9999999\t7\t2000", RATINGS[-1]])
    write(
        folder,
        "title.basics.tsv",
        [*BASICS[:-1], late.replace("tt10000000", "tt9999999"), late],
    )
    assert load(house, folder).read == 4


def test_files_in_no_order_are_refused(house: Services, folder: Path) -> None:
    write(folder, "title.basics.tsv", [BASICS[0], *reversed(BASICS[1:])])
    with pytest.raises(Unsorted, match=r"title\.basics\.tsv.*LC_ALL=C sort"):
        load(house, folder)


def test_malformed_lines_are_named_and_passed_over(house: Services, folder: Path) -> None:
    write(folder, "title.akas.tsv", [AKAS[0], "tt0047478\tbroken", *AKAS[1:]])
    basics = "\n".join(BASICS).encode() + b"\ntt10000001\tmovie\t\xff\t\xff\t0\t1\t\\N\t1\tDrama\n"
    (folder / "title.basics.tsv").write_bytes(basics)
    loaded = load(house, folder)
    assert loaded.read == 3
    assert loaded.malformed.count == 2
    assert set(loaded.malformed.first) == {
        "title.akas.tsv, line 2: has 2 fields instead of 8",
        "title.basics.tsv, line 8: is not UTF-8",
    }


def test_a_missing_file_is_named(house: Services, folder: Path) -> None:
    (folder / "title.akas.tsv").unlink()
    with pytest.raises(Invalid, match=r"title\.akas\.tsv"):
        load(house, folder)


def test_a_file_cut_short_is_named(house: Services, folder: Path) -> None:
    packed = gzip.compress((folder / "title.akas.tsv").read_bytes())
    (folder / "title.akas.tsv.gz").write_bytes(packed[:-20])
    (folder / "title.akas.tsv").unlink()
    with pytest.raises(Invalid, match=r"title\.akas\.tsv\.gz"):
        load(house, folder)


@pytest.mark.parametrize("stage", ["catalogue", "title.basics.tsv"])
def test_a_load_that_was_stopped_goes_on(
    house: Services, folder: Path, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cinematch.films.loaders.imdb._CHUNK", 1)
    monkeypatch.setattr("cinematch.films.loaders.reading._EVERY", 3)

    def stop(what: str, done: int, total: int) -> None:
        if what == stage:
            raise KeyboardInterrupt

    staging = house.data_dir / "imdb-load.db"
    with pytest.raises(KeyboardInterrupt):
        load_imdb(folder, staging, ImdbOptions(), house.films, stop)
    assert staging.exists()
    load(house, folder)
    assert films(house).keys() == {"tt0047478", "tt0050083", "tt10000000"}
    assert not staging.exists()


def test_better_facts_reach_entries_as_corrections_and_an_administrators_word_stays(
    house: Services, folder: Path
) -> None:
    starter = film("seven", imdb_id="tt0047478", runtime=200, year=1954, countries=("JP",))
    house.films.load([starter], "starter")
    user = house.accounts.add("ada", "a phrase that is easy to keep").user_id
    house.diary.edit(user, "seven", Edit(rating=9))
    house.films.correct("seven", {"year": 1955}, user_id=user, administrator=True)
    load(house, folder)
    facts = house.library.entry(user, "seven").entry.facts
    assert (facts.runtime, facts.year, facts.countries) == (207, 1955, ("JP",))
    assert [p.id for p in facts.directors] == ["nm0000041"]
