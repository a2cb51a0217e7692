"""What the recommender needs of others: a store, a place for models, libraries that fit them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from scipy import sparse

from cinematch.infra.ports import Tx
from cinematch.recommender.core.arrays import Floats
from cinematch.recommender.core.background import Background
from cinematch.recommender.core.clusters import Grouping
from cinematch.recommender.core.heads.kernel import KernelHead
from cinematch.recommender.core.model import Model
from cinematch.recommender.core.options import KernelOptions, StarsOptions
from cinematch.recommender.core.progress import Progress
from cinematch.recommender.core.ratings import Rating, Ratings
from cinematch.recommender.core.records import (
    CommunityRecord,
    Evidence,
    Job,
    JobKind,
    Mark,
    MarkKind,
    Message,
    ModelRecord,
    Preferences,
    Shown,
)
from cinematch.recommender.core.stars import StarsModel

FEWEST_PEERS = 5
"""Of fewer people who told the same nothing is shown: one could be told from another."""


class JobsRepository(Protocol):
    """Long tasks with what they said.

    One job waits or runs at a time in the installation: whoever adds or begins one looks at `open`
    in the same transaction. Of two who do so at once, one is first, and the other's work sees it or
    is run again: in SQLite writers wait, in MongoDB `add` and `save` write a document that all jobs
    share.
    """

    def add(self, tx: Tx, job: Job) -> None:
        """Insert a job."""
        ...

    def get(self, tx: Tx, job_id: str) -> Job | None:
        """Return a job, or None."""
        ...

    def save(self, tx: Tx, job: Job) -> None:
        """Replace a job by what it has become."""
        ...

    def open(self, tx: Tx) -> list[Job]:
        """Return the jobs that wait or run, oldest first."""
        ...

    def latest(self, tx: Tx, kind: JobKind | None, limit: int) -> list[Job]:
        """Return the latest jobs (of a kind), newest first."""
        ...

    def say(self, tx: Tx, job_id: str, said: Sequence[Message]) -> None:
        """Add messages to a job; their numbers follow those that are there, from 1 without a gap.

        What the messages bring as numbers is of no account; a job that is gone says nothing.
        """
        ...

    def messages(self, tx: Tx, job_id: str, after: int, limit: int) -> list[Message]:
        """Return messages of a job with a number above `after`, in order."""
        ...

    def erase_user(self, tx: Tx, user_id: str) -> None:
        """Forget who asked for the jobs that this user asked for."""
        ...

    def prune(self, tx: Tx, keep: int) -> int:
        """Remove all ended jobs but the latest `keep` of each kind; return how many went."""
        ...


class ModelsRepository(Protocol):
    """Which models there are, and which one serves."""

    def add(self, tx: Tx, record: ModelRecord) -> None:
        """Insert a model."""
        ...

    def get(self, tx: Tx, version: str) -> ModelRecord | None:
        """Return a model, or None."""
        ...

    def all(self, tx: Tx) -> list[ModelRecord]:
        """Return all models, newest first."""
        ...

    def champion(self, tx: Tx) -> ModelRecord | None:
        """Return the model that serves, None when none does."""
        ...

    def save(self, tx: Tx, record: ModelRecord) -> None:
        """Replace a record by what it has become."""
        ...

    def remove(self, tx: Tx, version: str) -> None:
        """Forget a model."""
        ...


class ModelFiles(Protocol):
    """Where the arrays are: whole or not there at all, each file with its checksum."""

    def put(self, model: Model) -> None:
        """Keep a model under its version, so that every process can load it.

        Raises:
            StoreFull: there is no room; nothing is left behind.
            Conflict: there is another model of this version.
        """
        ...

    def load(self, version: str) -> Model:
        """Map a model into memory; fetch it first, where it is kept elsewhere.

        Raises:
            NotFound: there is none.
            DamagedModel: a file is not what was written.
            OtherFormat: another release wrote it.
        """
        ...

    def remove(self, version: str) -> None:
        """Remove a model's files; nothing happens when there are none."""
        ...

    def versions(self) -> list[str]:
        """Return the versions that are kept."""
        ...


class ModelFolder(ModelFiles, Protocol):
    """Models on this machine's disk, which may also come from elsewhere."""

    def files(self, version: str) -> list[Path]:
        """Return the files of a model, empty when there is none."""
        ...

    def receive(self, version: str, fill: Callable[[Path], None]) -> None:
        """Let `fill` write all files into an empty folder, check them, and keep them.

        Raises:
            DamagedModel: they are not what was once written.
            Conflict: there is another model of this version.
            StoreFull: there is no room; nothing is left behind.
        """
        ...


@dataclass(frozen=True)
class FilmCounts:
    """Everybody's figures of one film."""

    watched: int
    rated: int
    sum_half_stars: int


class TasteRepository(Protocol):
    """What people tell the recommender, what it showed them, and what it reads of the truth."""

    def evidence(self, tx: Tx, user_id: str) -> list[Evidence]:
        """Return a user's films, by film id; those on the watchlist alone are not `seen`."""
        ...

    def people(self, tx: Tx, after: str, limit: int) -> list[str]:
        """Return the ids of users above `after`, in order."""
        ...

    def ratings(self, tx: Tx, user_ids: Sequence[str]) -> list[Rating]:
        """Return what some users have seen, by user and film; instants are of rating, else of
        adding.

        Films of somebody's own are nobody else's and left out.
        """
        ...

    def came_since(self, tx: Tx, since: str, most: int) -> list[Rating]:
        """Return what people have seen of what was written after an instant, `most` of the latest.

        It counts when it was written: an import of today is of today, whenever films were seen.
        Instants, and whose films count, are as of `ratings`.
        """
        ...

    def marks(self, tx: Tx, user_id: str) -> list[Mark]:
        """Return the films that a user has set aside, latest first."""
        ...

    def save_mark(self, tx: Tx, user_id: str, mark: Mark) -> None:
        """Set a film aside."""
        ...

    def remove_mark(self, tx: Tx, user_id: str, film_id: str, kind: MarkKind) -> bool:
        """Take a film back; False when it was not set aside."""
        ...

    def preferences(self, tx: Tx, user_id: str) -> Preferences | None:
        """Return a user's knobs, None when never turned."""
        ...

    def save_preferences(self, tx: Tx, user_id: str, preferences: Preferences) -> None:
        """Keep a user's knobs."""
        ...

    def shown(self, tx: Tx, user_id: str) -> dict[str, Shown]:
        """Return what was suggested to a user, by film id."""
        ...

    def save_shown(self, tx: Tx, user_id: str, shown: Sequence[Shown]) -> None:
        """Keep the last time that films were suggested; films that are gone are passed over.

        Raises:
            NotFound: the account is gone.
        """
        ...

    def prune_shown(self, tx: Tx, before: str) -> int:
        """Remove what was shown before an instant and never rated; return how many rows went."""
        ...

    def companions(self, tx: Tx) -> list[tuple[str, str]]:
        """Return (user_id, username) of those who let others choose with them, by name."""
        ...

    def peers(self, tx: Tx, age_band: str | None, country: str | None) -> dict[str, int]:
        """Return viewers by film id among users who told the same; None: whatever they told.

        Nobody is told who they are: fewer than `FEWEST_PEERS` such users give nothing, and films
        of somebody's own are left out. With both None it is everybody, as the statistics say.
        """
        ...

    def film_counts(self, tx: Tx) -> dict[str, FilmCounts]:
        """Return everybody's figures by film id, films without any left out."""
        ...

    def viewings(self, tx: Tx, first: str, last: str) -> dict[str, int]:
        """Return viewings by film id on the days from `first` to `last`."""
        ...

    def catalogue_stamp(self, tx: Tx) -> str:
        """Return what changes whenever a film of the catalogue is added, changed or removed.

        Cheap enough for every few seconds, not for every request: it counts the films.
        """
        ...


class Communities(Protocol):
    """Background communities: whole or not there at all, each with its licence and checksum."""

    def all(self) -> list[CommunityRecord]:
        """Return what is kept, by name."""
        ...

    def put(self, background: Background, added_at: str) -> CommunityRecord:
        """Keep a community, in the place of one of the same name.

        Raises:
            Invalid: the name cannot be one.
            StoreFull: there is no room; nothing is left behind.
        """
        ...

    def load(self, name: str) -> Background:
        """Return a community.

        Raises:
            NotFound: there is none of that name.
            DamagedCommunity: it is not what was kept.
        """
        ...

    def remove(self, name: str) -> None:
        """Remove a community.

        Raises:
            NotFound: there is none of that name.
        """
        ...


@dataclass(frozen=True)
class Fitters:
    """What libraries do for us; each is one function of the file named after the library."""

    stars: Callable[[Ratings, sparse.csr_array, StarsOptions, int, Progress], StarsModel]
    """`(ratings, kinds of film (films, kinds), options, seed, progress)`."""

    kernel: Callable[[sparse.csr_array, KernelOptions, int, Progress], KernelHead]
    """`(seen (users, films), options, seed, progress)`: irspack on one machine, Spark on many."""

    group: Callable[[Floats, int, int], Grouping]
    """`(rows, groups, seed)`."""

    kernel_of_lake: Callable[[Sequence[str], KernelOptions, int, Progress], KernelHead] | None = (
        None
    )
    """`(film ids, options, seed, progress)`: as `kernel`, of all that the nightly batch has written
    down of this installation's own ratings; None where there is no such data."""
