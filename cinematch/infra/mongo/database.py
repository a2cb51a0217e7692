"""The store of a cluster: multi-document transactions with retry, and reads of one moment."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from bson.codec_options import CodecOptions
from pymongo import MongoClient, ReadPreference
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import (
    ConfigurationError,
    ConnectionFailure,
    DuplicateKeyError,
    InvalidURI,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from cinematch.kit.errors import Invalid, StoreBusy, StoreFull

T = TypeVar("T")
Document = dict[str, Any]

DEFAULT_DATABASE = "cinematch"
_SERVER_SELECTION_MS = 5_000
_CLASHES = 5
"""How often work begins anew after a unique key was taken while it ran."""
_NO_ROOM = {14031}
"""OutOfDiskSpace."""


@dataclass(frozen=True, slots=True)
class MongoTx:
    """What a repository acts with: the database, and the session to pass to each of its calls."""

    db: Database[Document]
    session: ClientSession


class MongoStore:
    """One database of a replica set. Implements `infra.ports.Store`; a Tx is a `MongoTx`.

    Concurrent writers of one document meet as a write conflict, upon which the driver runs the
    work again; that is why work may have no effect outside its transaction. Writes are kept when
    a majority of the replica set has them in its journal.
    """

    def __init__(self, client: MongoClient[Document], database: str) -> None:
        self.client = client
        self.db: Database[Document] = client.get_database(
            database, codec_options=CodecOptions(tz_aware=True)
        )
        self._here = threading.local()

    def transact(self, work: Callable[[MongoTx], T]) -> T:
        """Run `work` in one transaction; see `infra.ports.Store`."""
        tx = self._inside("writing")
        if tx is not None:
            return work(tx)
        with _refusals():
            for clash in range(_CLASHES):
                try:
                    return self._run("writing", work)
                except DuplicateKeyError:
                    # Somebody inserted it after our look: the next look will find it.
                    if clash == _CLASHES - 1:
                        raise
                    time.sleep(0.01 * 2**clash)
            raise AssertionError  # the loop returns or raises

    def snapshot(self, work: Callable[[MongoTx], T]) -> T:
        """Run `work` on one majority-committed moment of the database.

        That is a transaction, too: a session that is merely a snapshot may not be asked to keep
        its moment by every server that speaks the protocol.
        """
        tx = self._inside("writing") or self._inside("reading")
        if tx is not None:
            return work(tx)
        with _refusals():
            return self._run("reading", work)

    def _run(self, what: str, work: Callable[[MongoTx], T]) -> T:
        with self.client.start_session() as session:
            return session.with_transaction(
                lambda same: self._in(MongoTx(self.db, same), what, work),
                read_concern=ReadConcern("snapshot"),
                write_concern=WriteConcern("majority", j=True),
                read_preference=ReadPreference.PRIMARY,
            )

    def close(self) -> None:
        """Close the connections of the pool."""
        self.client.close()

    def ping(self) -> None:
        """Ask the server for a sign of life.

        Raises:
            StoreBusy: none came.
        """
        with _refusals():
            self.client.admin.command("ping")

    def _inside(self, what: str) -> MongoTx | None:
        return getattr(self._here, what, None)

    def _in(self, tx: MongoTx, what: str, work: Callable[[MongoTx], T]) -> T:
        setattr(self._here, what, tx)
        try:
            return work(tx)
        finally:
            setattr(self._here, what, None)


def open_mongo(url: str, *, application: str = "cinematch") -> MongoStore:
    """Connect to a replica set; the database is the one that the URL names, else `cinematch`.

    Args:
        url: as in `mongodb://host:27017/cinematch?replicaSet=rs0`.
        application: what the server's own log calls this process.

    Raises:
        Invalid: the URL cannot be used.
        StoreBusy: no server answered within five seconds.
    """
    try:
        client: MongoClient[Document] = MongoClient(
            url,
            appname=application,
            serverSelectionTimeoutMS=_SERVER_SELECTION_MS,
            w="majority",
            journal=True,
            readConcernLevel="majority",
            retryWrites=True,
        )
    except (InvalidURI, ConfigurationError, ValueError) as error:
        raise Invalid(
            f"MONGODB_URL cannot be used: {error}. It looks like "
            "mongodb://host:27017/cinematch?replicaSet=rs0"
        ) from error
    named = client.get_default_database(DEFAULT_DATABASE).name
    store = MongoStore(client, named)
    try:
        store.ping()
    except BaseException:
        store.close()
        raise
    return store


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn the driver's words for "away" and "full" into the tree of errors."""
    try:
        yield
    except OperationFailure as error:
        if error.code in _NO_ROOM:
            raise StoreFull(
                "The database server has no room left; nothing was changed. Make room there, "
                "then try again."
            ) from error
        if isinstance(error, WTimeoutError) or error.has_error_label("TransientTransactionError"):
            raise StoreBusy("The database is busy; nothing was written, try again.") from error
        raise
    except ConnectionFailure as error:
        raise StoreBusy(
            "The database server does not answer (MONGODB_URL); try again in a moment."
        ) from error
    except PyMongoError as error:
        if error.has_error_label("TransientTransactionError"):
            raise StoreBusy("The database is busy; nothing was written, try again.") from error
        raise
