"""The store of a cluster: multi-document transactions with retry, and reads of one moment."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from bson.codec_options import CodecOptions
from pymongo import MongoClient, ReadPreference
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
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
_CONNECTING_MS = 10_000
_ANSWERING = 60.0
"""Seconds for one answer; by then a server has given a transaction up by itself."""
_PATIENCE = 10.0
"""Seconds in which work is begun anew after a conflict, or while the server is away."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.002, 0.25
_WRITE_CONFLICT, _DUPLICATE_KEY = 112, 11000
_LOOKS = 5
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
        with refusals():
            return self._again_and_again("writing", work)

    def snapshot(self, work: Callable[[MongoTx], T]) -> T:
        """Run `work` on one majority-committed moment of the database.

        That is a transaction, too: a session that is merely a snapshot may not be asked to keep
        its moment by every server that speaks the protocol.
        """
        tx = self._inside("writing") or self._inside("reading")
        if tx is not None:
            return work(tx)
        with refusals():
            return self._again_and_again("reading", work)

    def _again_and_again(self, what: str, work: Callable[[MongoTx], T]) -> T:
        """Run `work` until it is kept, or its failure is not one of another's making.

        The driver has such a loop, too, but goes on for two minutes, and does not know that a
        unique key taken meanwhile will be found at the next look.
        """
        deadline, pause, taken = time.monotonic() + _PATIENCE, _FIRST_PAUSE, 0
        while True:
            try:
                return self._once(what, work, deadline)
            except PyMongoError as error:
                taken += _key_taken(error)
                again = _passing(error) or (_key_taken(error) and taken <= _LOOKS)
                if not again or time.monotonic() >= deadline:
                    raise
            time.sleep(pause * (0.5 + random.random()))  # noqa: S311 - so that two do not keep step
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _once(self, what: str, work: Callable[[MongoTx], T], deadline: float) -> T:
        with self.client.start_session() as session:
            session.start_transaction(
                read_concern=ReadConcern("snapshot"),
                write_concern=WriteConcern("majority", j=True),
                read_preference=ReadPreference.PRIMARY,
            )
            try:
                result = self._in(MongoTx(self.db, session), what, work)
            except BaseException:
                with suppress(PyMongoError):
                    session.abort_transaction()
                raise
            while True:
                try:
                    session.commit_transaction()
                except PyMongoError as error:
                    # The server keeps what it answered: asking again is not doing again.
                    unknown = error.has_error_label("UnknownTransactionCommitResult")
                    if not unknown or time.monotonic() >= deadline:
                        raise
                    time.sleep(_FIRST_PAUSE)
                else:
                    return result

    def close(self) -> None:
        """Close the connections of the pool."""
        self.client.close()

    def ping(self) -> None:
        """Ask the server for a sign of life.

        Raises:
            StoreBusy: none came.
        """
        with refusals():
            self.client.admin.command("ping")

    def _inside(self, what: str) -> MongoTx | None:
        return getattr(self._here, what, None)

    def _in(self, tx: MongoTx, what: str, work: Callable[[MongoTx], T]) -> T:
        setattr(self._here, what, tx)
        try:
            return work(tx)
        finally:
            setattr(self._here, what, None)


def open_mongo(
    url: str, *, application: str = "cinematch", answering: float = _ANSWERING
) -> MongoStore:
    """Connect to a replica set; the database is the one that the URL names, else `cinematch`.

    Args:
        url: as in `mongodb://host:27017/cinematch?replicaSet=rs0`.
        application: what the server's own log calls this process.
        answering: seconds after which a server that says nothing counts as away.

    Raises:
        Invalid: the URL cannot be used.
        StoreBusy: no server answered within five seconds.
    """
    try:
        client: MongoClient[Document] = MongoClient(
            url,
            appname=application,
            serverSelectionTimeoutMS=_SERVER_SELECTION_MS,
            connectTimeoutMS=_CONNECTING_MS,
            # Without it, a line that is cut silently would hold a thread for a quarter of an hour.
            socketTimeoutMS=round(answering * 1000),
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


def _passing(error: PyMongoError) -> bool:
    """Say whether the same work may succeed in a moment: a conflict, or a server that is away."""
    return error.has_error_label("TransientTransactionError") or _WRITE_CONFLICT in _codes(error)


def _key_taken(error: PyMongoError) -> bool:
    """Say whether an insert met a unique key: if taken after our look, the next look finds it."""
    return _DUPLICATE_KEY in _codes(error)


def _codes(error: PyMongoError) -> set[int]:
    if isinstance(error, BulkWriteError):
        return {one["code"] for one in (error.details or {}).get("writeErrors", [])}
    return {error.code} if isinstance(error, OperationFailure) and error.code else set()


@contextmanager
def refusals() -> Iterator[None]:
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
