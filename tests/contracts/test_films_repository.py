"""What every store of the catalogue does (`films.ports.FilmsRepository`)."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace
from pymongo.errors import PyMongoError

from cinematch.accounts.core import Account
from cinematch.accounts.mongo import COLLECTIONS as OF_ACCOUNTS
from cinematch.accounts.mongo import MongoAccounts
from cinematch.accounts.ports import AccountsRepository
from cinematch.accounts.sqlite import SqliteAccounts
from cinematch.diary.core import Entry
from cinematch.diary.mongo import COLLECTIONS as OF_DIARY
from cinematch.diary.mongo import MongoEntries
from cinematch.diary.ports import EntriesRepository
from cinematch.diary.sqlite import SqliteEntries
from cinematch.events.core import Watch
from cinematch.films.core.catalogue import Correction, FilmCard, FilmQuery, Mine
from cinematch.films.core.film import Film
from cinematch.films.mongo import COLLECTIONS as OF_FILMS
from cinematch.films.mongo import MongoFilms
from cinematch.films.ports import FilmsRepository
from cinematch.films.sqlite import SqliteFilms
from cinematch.infra.ports import Store, Tx
from cinematch.infra.sqlite import open_database
from cinematch.kit.errors import Invalid, NotFound
from cinematch.kit.paging import Page, encode_cursor
from cinematch.lists.core import FilmList, Item
from cinematch.lists.mongo import COLLECTIONS as OF_LISTS
from cinematch.lists.mongo import MongoLists
from cinematch.lists.ports import ListsRepository
from cinematch.lists.sqlite import SqliteLists
from tests.support.builders import film, person
from tests.support.mongo import fresh_store

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
    """A store with films, asked one question at a time, and what stands beside the films."""

    def __init__(
        self,
        store: Store,
        films: FilmsRepository,
        accounts: AccountsRepository,
        entries: EntriesRepository,
        lists: ListsRepository,
    ) -> None:
        self.store = store
        self.films = films
        self.accounts = accounts
        self.entries = entries
        self.lists = lists

    def holds_word(self, word: str) -> bool:
        """Whether the search knows the word, from whomever."""
        asked = {
            SqliteFilms: lambda tx: tx.execute(
                "SELECT 1 FROM film_words WHERE term = ?", (word,)
            ).fetchone(),
            MongoFilms: lambda tx: tx.db["film_words"].find_one({"_id": word}, session=tx.session),
        }
        return self.store.snapshot(asked[type(self.films)]) is not None

    def fill(self) -> None:
        def work(tx: Tx) -> None:
            for user in ("ada", "ben"):
                self.accounts.add(tx, Account(user, user, "", "user", ""), user)
            self.films.save(tx, [*FILMS, PRIVATE])

        self.store.transact(work)

    def found(self, user_id: str | None = "ada", **asked: object) -> list[str]:
        page = self.page(user_id, **asked)
        assert len(page.items) == page.total
        return [card.film.film_id for card in page.items]

    def page(self, user_id: str | None = "ada", **asked: object) -> Page[FilmCard]:
        query = FilmQuery(**asked)  # type: ignore[arg-type]
        return self.store.snapshot(lambda tx: self.films.search(tx, query, user_id))

    def see(self, user_id: str, known: Film, rating: int) -> None:
        """Put a film that was watched once and rated among the user's."""
        entry = Entry(
            user_id=user_id,
            film_id=known.film_id,
            facts=known.facts,
            rating=rating,
            liked=True,
            watches=(Watch("w", "2024-05-17"),),
            version=1,
        )
        self.store.transact(lambda tx: self.entries.save(tx, entry))

    def make_list(self, list_id: str, *film_ids: str) -> None:
        """Give `ada` a list of these films."""

        def work(tx: Tx) -> None:
            self.lists.save(tx, FilmList(list_id=list_id, user_id="ada", name=list_id))
            self.lists.save_items(tx, list_id, [Item(f, f"on {f}") for f in film_ids])

        self.store.transact(work)

    def listed(self, list_id: str) -> list[Item]:
        return list(self.store.snapshot(lambda tx: self.lists.items(tx, list_id)))


def at_once(work: Callable[[str], object], names: Sequence[str]) -> None:
    """Do the work for each name in a thread of its own; what one raises is raised here."""
    with ThreadPoolExecutor(len(names)) as pool:
        for done in [pool.submit(work, name) for name in names]:
            done.result()


@contextmanager
def filled(request: pytest.FixtureRequest, folder: Path) -> Iterator[Catalogue]:
    if request.param == "mongo":
        collections = (*OF_ACCOUNTS, *OF_DIARY, *OF_FILMS, *OF_LISTS)
        with fresh_store(request.getfixturevalue("mongo_server"), collections) as store:
            made = Catalogue(store, MongoFilms(), MongoAccounts(), MongoEntries(), MongoLists())
            made.fill()
            yield made
        return
    database = open_database(folder)
    made = Catalogue(database, SqliteFilms(), SqliteAccounts(), SqliteEntries(), SqliteLists())
    made.fill()
    yield made
    database.close()


@pytest.fixture(params=["sqlite", "mongo"])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    with filled(request, tmp_path) as made:
        yield made


@pytest.fixture(params=["sqlite", "mongo"], scope="module")
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Catalogue]:
    """The same for tests that only ask."""
    with filled(request, tmp_path_factory.mktemp("shared")) as made:
        yield made


def test_a_film_comes_back_as_it_was_saved(shared: Catalogue) -> None:
    got = shared.store.snapshot(lambda tx: shared.films.get(tx, "seven"))
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
def test_words_find_films(shared: Catalogue, words: str, films: list[str]) -> None:
    assert shared.found("ben", q=words) == films


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
def test_filters_narrow(shared: Catalogue, asked: dict[str, object], films: list[str]) -> None:
    assert shared.found("ben", **asked) == films


def test_films_known_alike_come_newest_first_and_ones_own_last(catalogue: Catalogue) -> None:
    unknown = [film("z60", year=1960), film("z99", year=1999), film("zz", year=None)]
    catalogue.store.transact(lambda tx: catalogue.films.save(tx, unknown))
    assert catalogue.found("ada", sort="popularity")[-4:] == ["z99", "z60", "zz", "mine"]
    by_runtime = catalogue.found("ada", sort="runtime", runtime_max=100)
    assert by_runtime[-4:] == ["z99", "z60", "zz", "mine"]


@pytest.mark.parametrize("sort", ["popularity", "year", "-year", "title", "runtime"])
@pytest.mark.parametrize("q", ["", "dune"])
def test_pages_put_together_are_the_whole(shared: Catalogue, sort: str, q: str) -> None:
    whole, seen, cursor = shared.found(sort=sort, q=q), [], None
    while True:
        page = shared.page(sort=sort, q=q, limit=2, cursor=cursor)
        assert page.total == len(whole)
        seen += [card.film.film_id for card in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == whole


@pytest.mark.parametrize("stranger", ["ben", None])
def test_a_film_of_ones_own_is_shown_to_nobody_else(
    shared: Catalogue, stranger: str | None
) -> None:
    films, snapshot = shared.films, shared.store.snapshot
    assert shared.found("ada", q="summer") == ["mine"]
    assert shared.found(stranger, q="summer") == []
    assert "mine" not in shared.found(stranger)
    assert snapshot(lambda tx: films.cards(tx, ["mine"], stranger)) == {}
    key = "our summer in dune park"
    assert snapshot(lambda tx: films.by_title_keys(tx, [key], stranger)) == {}
    alike = snapshot(lambda tx: films.alike(tx, "Our Summer", stranger))
    assert "mine" not in {film.film_id for film in alike}


def test_films_are_found_by_outside_ids(shared: Catalogue) -> None:
    def ids(tx) -> tuple[dict[str, Film], dict[int, Film]]:  # type: ignore[no-untyped-def]
        return (
            shared.films.by_imdb_ids(tx, ["tt0047478", "tt9999999"]),
            shared.films.by_tmdb_ids(tx, [346, 1]),
        )

    by_imdb, by_tmdb = shared.store.snapshot(ids)
    assert [f.film_id for f in by_imdb.values()] == ["seven"]
    assert list(by_tmdb) == [346]


def test_title_keys_of_every_language_find_the_film(shared: Catalogue) -> None:
    keys = ["sette samurai", "seven samurai", "dune", "unheard of"]
    found = shared.store.snapshot(lambda tx: shared.films.by_title_keys(tx, keys, "ben"))
    assert {key: {f.film_id for f in films} for key, films in found.items()} == {
        "sette samurai": {"seven"},
        "seven samurai": {"seven"},
        "dune": {"dune84", "dune21"},
    }


def test_namesakes_are_matched_as_the_films_themselves(shared: Catalogue) -> None:
    keys = ["sette samurai", "dune", "unheard of", "our summer in dune park"]
    ask = shared.store.snapshot
    films = ask(lambda tx: shared.films.by_title_keys(tx, keys, "ada"))
    namesakes = ask(lambda tx: shared.films.namesakes(tx, keys, "ada"))
    assert set(namesakes) == set(films) == {*keys} - {"unheard of"}
    for key, found in films.items():
        read = {namesake.film_id: namesake for namesake in namesakes[key]}
        for whole in found:
            for field in ("title", "title_keys", "year", "directors", "popularity", "imdb_id"):
                assert getattr(read[whole.film_id], field) == getattr(whole, field)
    hidden = ask(lambda tx: shared.films.namesakes(tx, keys, "ben"))
    assert "our summer in dune park" not in hidden


def test_facts_are_those_of_the_films(shared: Catalogue) -> None:
    found = shared.store.snapshot(lambda tx: shared.films.facts_of(tx, ["ran", "seven", "nowhere"]))
    assert found == {known.film_id: known.facts for known in FILMS[:2]}


def test_titles_alike_are_offered_likest_first(shared: Catalogue) -> None:
    found = shared.store.snapshot(lambda tx: shared.films.alike(tx, "Seven Samurais", "ben"))
    assert found[0].film_id == "seven"


def test_facets_count_what_is_visible(shared: Catalogue) -> None:
    facets = shared.store.snapshot(lambda tx: shared.films.facets(tx, "ben"))
    assert {f.id: f.count for f in facets["countries"]} == {"IT": 5, "JP": 2}
    assert {f.id: f.count for f in facets["decades"]}["1980"] == 4
    assert [f.id for f in facets["languages"]] == ["it", "ja"]


def test_a_person_has_films_directed_and_acted_in(shared: Catalogue) -> None:
    got = shared.store.snapshot(lambda tx: shared.films.person(tx, KUROSAWA.id, "ben"))
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


def test_what_an_erased_owner_had_is_gone(catalogue: Catalogue) -> None:
    def erase(tx: Tx) -> None:
        correction = Correction(
            film_id="mine", changed_by="ada", changed_at="now", before={}, after={}
        )
        catalogue.films.add_correction(tx, correction)
        catalogue.films.forget_owner(tx, "ada")
        catalogue.accounts.delete(tx, "ada")

    catalogue.store.transact(erase)
    ask = catalogue.store.snapshot
    assert ask(lambda tx: catalogue.films.get(tx, "mine")) is None
    assert ask(lambda tx: catalogue.films.corrections(tx, "mine")) == []
    assert ask(lambda tx: catalogue.films.by_title_keys(tx, PRIVATE.title_keys, "ada")) == {}
    # Nothing is left of the word "summer" that a misspelt one could be mended to.
    assert not catalogue.holds_word("summer")
    assert catalogue.holds_word("dune")
    with pytest.raises((sqlite3.IntegrityError, NotFound)):
        catalogue.store.transact(lambda tx: catalogue.films.save(tx, [PRIVATE]))


def test_cards_show_ones_own_figures_and_nobody_elses(catalogue: Catalogue) -> None:
    catalogue.see("ada", FILMS[0], rating=9)
    catalogue.see("ben", FILMS[0], rating=2)
    for user, rating in (("ada", 9), ("ben", 2)):
        cards = catalogue.store.snapshot(
            lambda tx, user=user: catalogue.films.cards(tx, ["ran", "seven", "nowhere"], user)  # type: ignore[misc]
        )
        assert set(cards) == {"ran", "seven"}
        assert cards["ran"].mine == Mine(rating, True, False, 1, "2024-05-17", 1)
        assert cards["seven"].mine is None
    assert catalogue.page(None, q="ran").items[0].mine is None
    assert catalogue.page("ada", q="ran").items[0].mine is not None


def test_what_one_has_seen_can_be_asked_for_or_left_out(catalogue: Catalogue) -> None:
    catalogue.see("ada", FILMS[0], rating=9)
    assert catalogue.found("ada", seen=True) == ["ran"]
    assert catalogue.found("ben", seen=True) == catalogue.found(None, seen=True) == []
    unseen = catalogue.found("ada", seen=False)
    assert sorted([*unseen, "ran"]) == sorted(catalogue.found("ada"))
    assert catalogue.found("ada", seen=False, country="JP") == ["seven"]


@pytest.mark.parametrize("q", ["", "dune"])
def test_a_cursor_of_another_listing_is_refused(shared: Catalogue, q: str) -> None:
    with pytest.raises(Invalid):
        shared.page(q=q, cursor=encode_cursor(["x"]))


def test_a_film_joined_to_another_leaves_its_place_on_lists(catalogue: Catalogue) -> None:
    catalogue.make_list("without", "ran", "mine", "alien")
    catalogue.make_list("with", "mine", "dune21")
    catalogue.store.transact(lambda tx: catalogue.films.replace_by(tx, "mine", "dune21"))
    assert catalogue.listed("without") == [
        Item("ran", "on ran"),
        Item("dune21", "on mine"),
        Item("alien", "on alien"),
    ]
    assert catalogue.listed("with") == [Item("dune21", "on dune21")]
    assert catalogue.store.snapshot(lambda tx: catalogue.films.owned(tx, "ada")) == []


def test_only_unused_films_of_ones_own_are_removed(catalogue: Catalogue) -> None:
    own = [film(name, owner_user_id="ada") for name in ("seen", "listed", "unused")]
    catalogue.store.transact(lambda tx: catalogue.films.save(tx, own))
    catalogue.see("ada", own[0], rating=5)
    catalogue.make_list("some", "listed")
    asked = ["seen", "listed", "unused", "ran", "nowhere"]
    catalogue.store.transact(lambda tx: catalogue.films.remove_unused(tx, asked))
    left = catalogue.store.snapshot(lambda tx: catalogue.films.owned(tx, "ada"))
    assert [known.film_id for known in left] == ["listed", "mine", "seen"]
    assert catalogue.store.snapshot(lambda tx: catalogue.films.get(tx, "ran")) == FILMS[0]


def test_films_with_entries_are_known(catalogue: Catalogue) -> None:
    for user in ("ada", "ben"):
        catalogue.see(user, FILMS[0], rating=9)
    asked = ["ran", "seven", "nowhere"]
    assert catalogue.store.snapshot(lambda tx: catalogue.films.with_entries(tx, asked)) == {"ran"}


def test_everybodys_films_are_counted_and_the_starter_is_stamped(catalogue: Catalogue) -> None:
    ask, write = catalogue.store.snapshot, catalogue.store.transact
    assert ask(catalogue.films.count) == len(FILMS)
    assert ask(catalogue.films.stamp) is None
    for stamp in ("first", "second"):
        write(lambda tx, stamp=stamp: catalogue.films.save_stamp(tx, stamp))  # type: ignore[misc]
        assert ask(catalogue.films.stamp) == stamp


def test_an_outside_id_stands_for_one_film(catalogue: Catalogue) -> None:
    for twin in (film("twin", tmdb_id=346), film("twin", imdb_id="tt0047478")):
        with pytest.raises((sqlite3.IntegrityError, PyMongoError), match=r"tmdb_id|imdb_id"):
            catalogue.store.transact(lambda tx, twin=twin: catalogue.films.save(tx, [twin]))  # type: ignore[misc]
    assert catalogue.store.snapshot(lambda tx: catalogue.films.get(tx, "twin")) is None


def test_corrections_made_at_once_have_numbers_of_their_own(catalogue: Catalogue) -> None:
    def correct(name: str) -> None:
        told = Correction(film_id="ran", changed_by=name, changed_at="", before={}, after={})
        for _ in range(5):
            catalogue.store.transact(lambda tx: catalogue.films.add_correction(tx, told))

    at_once(correct, ["ada", "ben", "eve"])
    log = catalogue.store.snapshot(lambda tx: catalogue.films.corrections(tx, "ran"))
    assert len({told.correction_id for told in log}) == 15
    assert [told.correction_id for told in log] == sorted(
        (told.correction_id for told in log), reverse=True
    )


def test_of_changes_made_at_once_to_one_film_none_is_lost(catalogue: Catalogue) -> None:
    def change(name: str) -> None:
        def work(tx: Tx) -> None:
            known = catalogue.films.get(tx, "ran")
            assert known is not None
            aliases = (*known.aliases, f"{name} {known.version}")
            catalogue.films.save(tx, [replace(known, aliases=aliases, version=known.version + 1)])

        for _ in range(5):
            catalogue.store.transact(work)

    at_once(change, ["ada", "ben", "eve"])
    changed = catalogue.store.snapshot(lambda tx: catalogue.films.get(tx, "ran"))
    assert changed is not None
    assert (changed.version, len(changed.aliases)) == (16, 15)


def test_films_saved_at_once_with_the_same_new_words_are_all_found(catalogue: Catalogue) -> None:
    def save(name: str) -> None:
        new = film(name, title=f"Tatami {name}", directors=(person("Yuki Tanaka"),))
        catalogue.store.transact(lambda tx: catalogue.films.save(tx, [new]))

    names = ["un", "deux", "trois", "quatre"]
    at_once(save, names)
    assert sorted(catalogue.found(q="tatami")) == sorted(names)
    assert sorted(catalogue.found(q="tatmai")) == sorted(names)
