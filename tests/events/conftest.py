"""A broker of a test's own, for tests in which it is away or killed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.kafka import KafkaServer


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[KafkaServer]:
    """A broker that nobody has started yet; it is stopped at the end."""
    server = KafkaServer(tmp_path / "kafka")
    yield server
    server.stop()
