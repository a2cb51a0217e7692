"""Bytes: of an event on each of its ways, of a user and of a film in MongoDB, by the real writers.

`docs/capacity.md` is computed from these. No baseline: a size is not faster than another. Documents
are counted as BSON, before the store's compression and without its indexes, which is what every
server that speaks MongoDB's protocol can tell alike.
"""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import bson

from benchmarks.harness import Figure, options, report
from benchmarks.workload import images_of, make_events, make_films
from cinematch.bootstrap.services import Services
from cinematch.events.core import Event, FilmFacts, encode
from cinematch.films.core.film import Film
from cinematch.films.mongo import COLLECTIONS as FILMS
from cinematch.infra.mongo import Collection, MongoStore
from cinematch.lake.core import row_of
from cinematch.lake.parquet import ParquetFiles
from cinematch.stats.core.delta import sum_of
from cinematch.stats.mongo import MongoStats
from cinematch.stats.ports import UserDelta
from tests.support.house import build_house, signed_in
from tests.support.mongo import MongoServer

_AT = "2026-11-21T10:00:00.000000Z"
_ADDED = 60  # films that somebody adds over HTTP, and all that the catalogue holds


def event_sizes(events: Sequence[Event]) -> list[Figure]:
    """Return an event's bytes as JSON, in Kafka (uncompressed, with its share of a batch), as
    Parquet."""
    payloads = [encode(event) for event in events]
    # A record's lengths and deltas, its headers' names and lengths (Kafka's format, version 2).
    beside = [
        len(event.user_id) + len(str(event.seq)) + len(event.event_id) + 50 for event in events
    ]
    count = len(events)
    with tempfile.TemporaryDirectory() as folder:
        name = ParquetFiles(Path(folder)).stage("2026-11-21", [row_of(event) for event in events])
        parquet = Path(folder, "staged", name.text).stat().st_size
    return [
        _figure("event, JSON", sum(map(len, payloads)) / count, count),
        _figure("event, in Kafka", (sum(map(len, payloads)) + sum(beside)) / count, count),
        _figure("event, in the lake", parquet / count, count),
    ]


def stored_sizes(house: Services, films: Sequence[FilmFacts]) -> list[Figure]:
    """Return bytes of what a house on MongoDB writes for an event, a film and a user."""
    store = house.store
    assert isinstance(store, MongoStore)
    house.films.load([_film(facts) for facts in films[:_ADDED]], "starter")
    with signed_in(house, "ada") as ada:
        for facts in films[:_ADDED]:
            body = {"film_id": facts.film_id, "rating": 4, "date": "2026-02-21"}
            answer = ada.post("/api/user-movies/add", json=body)
            assert answer.is_success, answer.text
    catalogue = sum(_bytes(store, one.name) for one in FILMS if _of_films(one))
    return [
        _figure("event, in the outbox", _mean(store, "outbox"), _ADDED),
        _figure("entry of somebody's library, in MongoDB", _mean(store, "movies"), _ADDED),
        _figure("account, in MongoDB", _mean(store, "users"), 1),
        _figure("film of the catalogue, in MongoDB", catalogue / _ADDED, _ADDED),
    ]


def figures_size(store: MongoStore, films: Sequence[FilmFacts], held: int) -> Figure:
    """Return bytes of the figures of somebody with so many films."""
    change = UserDelta("held", sum_of(images_of(films, held)), held, _AT)
    store.db.users.insert_one({**_account(store), "_id": "held", "username_key": "held"})
    store.transact(lambda tx: MongoStats().replace(tx, change))
    found = [store.db.user_stats.find_one({"_id": "held"})]
    found += store.db.user_affinities.find({"user_id": "held"})
    total = sum(len(bson.encode(one)) for one in found if one is not None)
    return _figure(f"figures of a user with {held} films, in MongoDB", total, len(found))


def measure(server: MongoServer, folder: Path) -> list[Figure]:
    """Do all of it."""
    films = make_films(4000)
    figures = event_sizes(make_events(films, "user0001", 2_000, seed=2))
    house = build_house(folder, mongodb_url=server.url("sizes"))
    try:
        figures += stored_sizes(house, films)
        assert isinstance(house.store, MongoStore)
        figures += [figures_size(house.store, films, held) for held in (300,)]
    finally:
        house.stop()
    return figures


def _account(store: MongoStore) -> dict[str, object]:
    return dict(store.db.users.find_one({}) or {}) | {"user_id": "held", "username": "held"}


def _film(facts: FilmFacts) -> Film:
    return Film(
        film_id=facts.film_id,
        title=facts.title,
        year=facts.year,
        runtime=facts.runtime,
        genres=facts.genres,
        directors=facts.directors,
        cast=facts.cast,
        countries=facts.countries,
        languages=facts.languages,
        votes=1_000,
        mean_rating=6.9,
    )


def _of_films(collection: Collection) -> bool:
    return not collection.name.endswith((".files", ".chunks"))


def _sizes(store: MongoStore, name: str) -> Iterable[int]:
    return [len(bson.encode(document)) for document in store.db[name].find()]


def _bytes(store: MongoStore, name: str) -> int:
    return sum(_sizes(store, name))


def _mean(store: MongoStore, name: str) -> float:
    return _bytes(store, name) / store.db[name].count_documents({})


def _figure(name: str, value: float, n: int) -> Figure:
    return Figure(name, round(value), "bytes", None, None, n, "")


def main() -> None:
    """Start a database server, measure and print; the quick form and the full one are one."""
    chosen = options(__doc__ or "")
    with tempfile.TemporaryDirectory() as folder:
        server = MongoServer(Path(folder, "mongo"))
        server.start()
        try:
            figures = measure(server, Path(folder, "data"))
        finally:
            server.stop()
    report(figures, as_json=chosen.json)


if __name__ == "__main__":
    main()
