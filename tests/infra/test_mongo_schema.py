"""Collections are made once, however many processes, of two releases, begin at one moment."""

import threading
from contextlib import closing

from cinematch.infra.mongo import Collection, Index, open_mongo, prepare
from tests.support.mongo import MongoServer, fresh_store

STARTING = 6
INDEXES = (Index([("name", 1)], unique=True), Index([("day", -1)], where={"day": {"$gt": ""}}))


def collections(release: int) -> list[Collection]:
    named = {"required": ["name"], "properties": {"name": {"bsonType": "string"}}}
    later = {**named, "required": ["name", "day"]}
    schema = later if release else named
    return [Collection(f"made{number}", INDEXES, schema) for number in range(3)]


def test_processes_that_start_on_an_empty_database_at_once_all_get_in(
    mongo_server: MongoServer,
) -> None:
    with fresh_store(mongo_server, ()) as store:
        together = threading.Barrier(STARTING)
        ready: list[int] = []

        def begin(number: int) -> None:
            with closing(open_mongo(mongo_server.url(store.db.name))) as own:
                together.wait(30)
                prepare(own, collections(release=number % 2))
            ready.append(number)

        threads = [threading.Thread(target=begin, args=(number,)) for number in range(STARTING)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(ready) == list(range(STARTING))
        assert set(store.db["made2"].index_information()) == {"_id_", "name_1", "day_-1"}
