"""What every store of the catalogue does; SQLite for now."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from cinematch.films.core.catalogue import Correction, FilmQuery
from cinematch.films.core.film import Film
from cinematch.films.ports import FilmsRepository
from cinematch.films.sqlite import SqliteFilms
from cinematch.infra.ports import Store
from cinematch.infra.sqlite import open_database
from tests.support.builders import film, person

KUROSAWA = person("akira kurosawa")
FILMS = [
    film("ran", title="Ran", year=1985, directors=(KUROSAWA,), popularity=5, countries=("JP",)),
    film(
        "seven",
        title="Shichinin no samurai",
        title_en="Seven Samurai",
        title_it="I sette samurai",
        year=1954,
        runtime=207,
        genres=("Action", "Drama"),
        directors=(KUROSAWA,),
        imdb_id="tt0047478",
        tmdb_id=346,
        popularity=9,
        countries=("JP",),
        languages=("ja",),
    ),
    film("citta", title="La città delle donne", year=1980, popularity=2),
    film("dune84", title="Dune", year=1984, popularity=3),
    film("dune21", title="Dune", year=2021, popularity=8),
    film("alien", title="Alien", year=1979, popularity=7, genres=("Horror", "Sci-Fi")),
    film("aliens", title="Aliens", year=1986, popularity=7.5, genres=("Action", "Sci-Fi")),
]
PRIVATE = film("mine", title="Our Summer in Dune Park", year=2019, owner_user_id="ada")


class Catalogue:
    """A store with films, asked one question at a time."""

    def __init__(self, store: Store, films: FilmsRepository) -> None:
        self.store = store
        self.films = films

    def found(self, user_id: str | None = "ada", **asked: object) -> list[str]:
        page = self.page(user_id, **asked)
        assert len(page.items) == page.total
        return [card.film.film_id for card in page.items]

    def page(self, user_id: str | None = "ada", **asked: object):  # type: ignore[no-untyped-def]
        query = FilmQuery(**asked)  # type: ignore[arg-type]
        return self.store.snapshot(lambda tx: self.films.search(tx, query, user_id))


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    store, films = open_database(tmp_path), SqliteFilms()

    def fill(tx) -> None:  # type: ignore[no-untyped-def]
        for user in ("ada", "ben"):
            tx.execute(
                "INSERT INTO users (user_id, username, username_key, password_hash, role,"
                " created_at) VALUES (?, ?, ?, '', 'user', '')",
                (user, user, user),
            )
        films.save(tx, [*FILMS, PRIVATE])

    store.transact(fill)
    yield Catalogue(store, films)
    store.close()


def test_a_film_comes_back_as_it_was_saved(catalogue: Catalogue) -> None:
    got = catalogue.store.snapshot(lambda tx: catalogue.films.get(tx, "seven"))
    assert got == FILMS[1]


def test_saving_again_replaces_the_film_and_its_words(catalogue: Catalogue) -> None:
    renamed = replace(FILMS[0], title="Rebellion", directors=())
    catalogue.store.transact(lambda tx: catalogue.films.save(tx, [renamed]))
    assert catalogue.found(q="rebellion") == ["ran"]
    assert "ran" not in catalogue.found(q="ran")
    assert "ran" not in catalogue.found(q="kurosawa")


@pytest.mark.parametrize(
    ("words", "films"),
    [
        ("seven samurai", ["seven"]),
        ("i sette samurai", ["seven"]),
        ("SHICHININ", ["seven"]),
        ("sette sam", ["seven"]),
        ("citta delle", ["citta"]),
        ("città", ["citta"]),
        ("kurosawa", ["seven", "ran"]),
        ("alien", ["alien", "aliens"]),
        ("dune 2021", ["dune21"]),
        ("1985", ["ran"]),
        ("samurai 1954", ["seven"]),
        ("seven samurei", ["seven"]),
        ("kurosava", ["seven", "ran"]),
        ("laien", ["alien", "aliens"]),
        ("zzzzzz", []),
        ('"', []),
        ("dune OR alien", []),
        ("titles: alien*", ["alien", "aliens"]),
    ],
)
def test_words_find_films(catalogue: Catalogue, words: str, films: list[str]) -> None:
    assert catalogue.found("ben", q=words) == films


@pytest.mark.parametrize(
    ("asked", "films"),
    [
        ({"genre": "Sci-Fi"}, ["aliens", "alien"]),
        ({"decade": 1980, "sort": "year"}, ["citta", "dune84", "ran", "aliens"]),
        ({"year": 2021}, ["dune21"]),
        ({"year_from": 1980, "year_to": 1984, "sort": "-year"}, ["dune84", "citta"]),
        ({"country": "JP", "sort": "title"}, ["ran", "seven"]),
        ({"language": "ja"}, ["seven"]),
        ({"person": KUROSAWA.id}, ["seven", "ran"]),
        ({"genre": "Drama", "country": "JP", "runtime_max": 120}, ["ran"]),
        ({"q": "dune", "decade": 1980}, ["dune84"]),
    ],
)
def test_filters_narrow(catalogue: Catalogue, asked: dict[str, object], films: list[str]) -> None:
    assert catalogue.found("ben", **asked) == films


def test_films_known_alike_come_newest_first_and_ones_own_last(catalogue: Catalogue) -> None:
    unknown = [film("z60", year=1960), film("z99", year=1999), film("zz", year=None)]
    catalogue.store.transact(lambda tx: catalogue.films.save(tx, unknown))
    assert catalogue.found("ada", sort="popularity")[-4:] == ["z99", "z60", "zz", "mine"]
    by_runtime = catalogue.found("ada", sort="runtime", runtime_max=100)
    assert by_runtime[-4:] == ["z99", "z60", "zz", "mine"]


@pytest.mark.parametrize("sort", ["popularity", "year", "-year", "title", "runtime"])
@pytest.mark.parametrize("q", ["", "dune"])
def test_pages_put_together_are_the_whole(catalogue: Catalogue, sort: str, q: str) -> None:
    whole, seen, cursor = catalogue.found(sort=sort, q=q), [], None
    while True:
        page = catalogue.page(sort=sort, q=q, limit=2, cursor=cursor)
        assert page.total == len(whole)
        seen += [card.film.film_id for card in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == whole


@pytest.mark.parametrize("stranger", ["ben", None])
def test_a_film_of_ones_own_is_shown_to_nobody_else(
    catalogue: Catalogue, stranger: str | None
) -> None:
    films, snapshot = catalogue.films, catalogue.store.snapshot
    assert catalogue.found("ada", q="summer") == ["mine"]
    assert catalogue.found(stranger, q="summer") == []
    assert "mine" not in catalogue.found(stranger)
    assert snapshot(lambda tx: films.cards(tx, ["mine"], stranger)) == {}
    key = "our summer in dune park"
    assert snapshot(lambda tx: films.by_title_keys(tx, [key], stranger)) == {}
    alike = snapshot(lambda tx: films.alike(tx, "Our Summer", stranger))
    assert "mine" not in {film.film_id for film in alike}


def test_films_are_found_by_outside_ids(catalogue: Catalogue) -> None:
    def ids(tx) -> tuple[dict[str, Film], dict[int, Film]]:  # type: ignore[no-untyped-def]
        return (
            catalogue.films.by_imdb_ids(tx, ["tt0047478", "tt9999999"]),
            catalogue.films.by_tmdb_ids(tx, [346, 1]),
        )

    by_imdb, by_tmdb = catalogue.store.snapshot(ids)
    assert [f.film_id for f in by_imdb.values()] == ["seven"]
    assert list(by_tmdb) == [346]


def test_title_keys_of_every_language_find_the_film(catalogue: Catalogue) -> None:
    keys = ["sette samurai", "seven samurai", "dune", "unheard of"]
    found = catalogue.store.snapshot(lambda tx: catalogue.films.by_title_keys(tx, keys, "ben"))
    assert {key: {f.film_id for f in films} for key, films in found.items()} == {
        "sette samurai": {"seven"},
        "seven samurai": {"seven"},
        "dune": {"dune84", "dune21"},
    }


def test_namesakes_are_matched_as_the_films_themselves(catalogue: Catalogue) -> None:
    keys = ["sette samurai", "dune", "unheard of", "our summer in dune park"]
    ask = catalogue.store.snapshot
    films = ask(lambda tx: catalogue.films.by_title_keys(tx, keys, "ada"))
    namesakes = ask(lambda tx: catalogue.films.namesakes(tx, keys, "ada"))
    assert set(namesakes) == set(films) == {*keys} - {"unheard of"}
    for key, found in films.items():
        read = {namesake.film_id: namesake for namesake in namesakes[key]}
        for whole in found:
            for field in ("title", "title_keys", "year", "directors", "popularity", "imdb_id"):
                assert getattr(read[whole.film_id], field) == getattr(whole, field)
    hidden = ask(lambda tx: catalogue.films.namesakes(tx, keys, "ben"))
    assert "our summer in dune park" not in hidden


def test_facts_are_those_of_the_films(catalogue: Catalogue) -> None:
    found = catalogue.store.snapshot(
        lambda tx: catalogue.films.facts_of(tx, ["ran", "seven", "nowhere"])
    )
    assert found == {known.film_id: known.facts for known in FILMS[:2]}


def test_titles_alike_are_offered_likest_first(catalogue: Catalogue) -> None:
    found = catalogue.store.snapshot(lambda tx: catalogue.films.alike(tx, "Seven Samurais", "ben"))
    assert found[0].film_id == "seven"


def test_facets_count_what_is_visible(catalogue: Catalogue) -> None:
    facets = catalogue.store.snapshot(lambda tx: catalogue.films.facets(tx, "ben"))
    assert {f.id: f.count for f in facets["countries"]} == {"IT": 5, "JP": 2}
    assert {f.id: f.count for f in facets["decades"]}["1980"] == 4
    assert [f.id for f in facets["languages"]] == ["it", "ja"]


def test_a_person_has_films_directed_and_acted_in(catalogue: Catalogue) -> None:
    got = catalogue.store.snapshot(lambda tx: catalogue.films.person(tx, KUROSAWA.id, "ben"))
    assert got is not None
    assert (got.directed, got.acted) == (2, 0)


def test_corrections_wait_until_they_are_spread(catalogue: Catalogue) -> None:
    correction = Correction(
        film_id="ran",
        changed_by="ada",
        changed_at="now",
        before={"year": 1985},
        after={"year": 1986},
    )
    number = catalogue.store.transact(lambda tx: catalogue.films.add_correction(tx, correction))
    waiting = catalogue.store.snapshot(lambda tx: catalogue.films.corrections_to_spread(tx, 9))
    assert waiting == [replace(correction, correction_id=number)]
    catalogue.store.transact(lambda tx: catalogue.films.mark_spread(tx, number))
    assert catalogue.store.snapshot(lambda tx: catalogue.films.corrections_to_spread(tx, 9)) == []
    assert catalogue.store.snapshot(lambda tx: catalogue.films.corrections(tx, "ran")) != []


def test_what_is_derived_can_be_made_anew(catalogue: Catalogue) -> None:
    before = {q: catalogue.found(q=q) for q in ("dune", "kurosawa", "sette", "")}
    catalogue.store.transact(catalogue.films.rebuild_search)
    assert {q: catalogue.found(q=q) for q in before} == before


def test_a_film_replaced_leaves_nothing_to_find(catalogue: Catalogue) -> None:
    catalogue.store.transact(lambda tx: catalogue.films.replace_by(tx, "mine", "dune21"))
    assert catalogue.found("ada", q="summer") == []


def test_words_of_an_erased_owner_are_gone(catalogue: Catalogue) -> None:
    def erase(tx) -> int:  # type: ignore[no-untyped-def]
        catalogue.films.forget_owner(tx, "ada")
        tx.execute("DELETE FROM users WHERE user_id = 'ada'")
        query = "SELECT count(*) FROM film_search WHERE film_search MATCH 'summer'"
        return int(tx.execute(query).fetchone()[0])

    assert catalogue.store.transact(erase) == 0
