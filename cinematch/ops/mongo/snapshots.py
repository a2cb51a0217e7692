"""Backups of a cluster are the database's own affair; here it is said how they are taken."""

# ruff: noqa: ARG002 - the names are the port's, and no copy is ever made

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from cinematch.infra.mongo.schema import SCHEMA_VERSION
from cinematch.kit.errors import Conflict

_WORDS = (
    "This installation keeps its data in MongoDB, whose own tools take its backups: "
    "mongodump --oplog, or snapshots of the replica set's disks. `cinematch move --to sqlite` "
    "copies everything into one file in the data folder."
)


class MongoSnapshots:
    """Implements `ops.ports.Snapshots` as far as it goes: a copy is refused in words."""

    def copy_to(self, target: Path, going_on: Callable[[], None]) -> None:
        _refuse()

    def settle(self) -> None:
        _refuse()

    def latest_version(self) -> int:
        return SCHEMA_VERSION

    def schema_version(self, copy: Path) -> int:
        _refuse()

    def check(self, copy: Path) -> list[str]:
        _refuse()

    def tables(self, copy: Path) -> list[str]:
        _refuse()

    def rows(self, copy: Path, table: str) -> Iterator[dict[str, Any]]:
        _refuse()


def _refuse() -> NoReturn:
    raise Conflict(_WORDS)
