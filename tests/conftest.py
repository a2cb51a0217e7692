"""What holds for every test."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.support.kafka import KafkaServer
    from tests.support.mongo import MongoServer
    from tests.support.redis import RedisServer

# CI draws the same examples every time; a person's machine goes on looking for new ones.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=200)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session")
def mongo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator["MongoServer"]:
    """One MongoDB server for all tests of this process; each test takes a database of its own."""
    from tests.support.mongo import MongoServer

    with MongoServer(tmp_path_factory.mktemp("mongo")) as server:
        yield server


@pytest.fixture(scope="session")
def kafka_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator["KafkaServer"]:
    """One Kafka broker for all tests of this process; each test takes topics of its own."""
    from tests.support.kafka import KafkaServer

    with KafkaServer(tmp_path_factory.mktemp("kafka")) as server:
        yield server


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator["RedisServer"]:
    """One Valkey server for all tests of this process; each test takes keys of its own."""
    from tests.support.redis import RedisServer

    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server
