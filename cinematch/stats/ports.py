"""What the statistics need of a store: derived figures, and a few lists read from the diary."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from cinematch.events.ports import Placed
from cinematch.infra.ports import Tx
from cinematch.stats.core.delta import Delta, Key
from cinematch.stats.core.versus import Opinion
from cinematch.stats.core.views import AffinityRow, EntryRow


@dataclass(frozen=True)
class UserDelta:
    """What some events of one user change. `seq` and `as_of` are those of the last of them."""

    user_id: str
    delta: Delta
    seq: int
    as_of: str


@dataclass(frozen=True)
class Standing:
    """A user's scalars and how far they have come; all zero for somebody without events."""

    scalars: Mapping[str, int]
    seq: int = 0
    epoch: int = 0
    as_of: str | None = None
    verified_at: str | None = None
    verified_seq: int | None = None


@dataclass(frozen=True)
class AffinityQuery:
    """One page of affinities.

    Attributes:
        type: one of `AFFINITY_TYPES`.
        sort: `count`, `bayes`, `mean` (best first) or `name`.
        prior: the user's mean in half-stars, for `bayes`.
        min_rated: least number of rated films.
        text: part of the name; case and accents of ASCII letters do not matter.
        after: sort key of the last row of the page before, as `AffinityPage.last` gave it.
    """

    type: str
    sort: str = "count"
    prior: float = 5.5
    min_rated: int = 0
    text: str = ""
    limit: int = 50
    after: Sequence[str | int | float | None] | None = None


@dataclass(frozen=True)
class AffinityPage:
    """Rows of a page, how many there are in all, and the key to go on from (None at the end)."""

    rows: Sequence[AffinityRow]
    total: int
    last: Sequence[str | int | float] | None


@dataclass(frozen=True)
class TrendRow:
    """A film of the community's top list."""

    film_id: str
    title: str
    title_en: str | None
    title_it: str | None
    year: int | None
    genres: tuple[str, ...]
    poster_path: str | None
    count: int


@dataclass(frozen=True)
class CommunityStanding:
    """How far the community's figures have come where a stream of their own writes them.

    Attributes:
        revision: one more with each write.
        source: `bootstrap` (counted from the truth) or `streaming_incremental`.
        since: the first day whose viewings are kept; it moves on only.
        watermark: the instant up to which all events are in, but for late comers; None at first.
    """

    revision: int
    source: str
    since: str
    watermark: str | None = None


@dataclass(frozen=True)
class DeadLetter:
    """An event that could not be read, set aside with the reason."""

    position: int
    user_id: str
    seq: int
    reason: str
    set_aside_at: str


class StatsRepository(Protocol):
    """Derived figures of users and of the community. All of it can be rebuilt from the truth."""

    def progress(self, tx: Tx, user_ids: Iterable[str]) -> dict[str, int]:
        """Return the last `seq` that each user's figures hold; users who are gone are left out."""
        ...

    def begin(self, tx: Tx, user_ids: Sequence[str]) -> None:
        """Make room for those of the users who have no figures yet.

        In a short transaction of its own it keeps a long one, which applies many users' deltas,
        away from the accounts that everybody is writing to at the same time.
        """
        ...

    def apply(self, tx: Tx, changes: Sequence[UserDelta]) -> None:
        """Add each delta to its user's figures and to the community's, and set `seq`.

        Counters that come to zero are removed; none is ever clamped. The caller has made sure
        that each delta starts where `progress` ends.
        """
        ...

    def replace(self, tx: Tx, change: UserDelta) -> None:
        """Put these figures in the place of all the user's; one epoch more. Not the community's."""
        ...

    def negatives(self, tx: Tx, user_ids: Iterable[str]) -> list[str]:
        """Say in words which counters of these users, or of the community, are below zero."""
        ...

    def standing(self, tx: Tx, user_id: str) -> Standing:
        """Return the user's scalars."""
        ...

    def counters(self, tx: Tx, user_id: str, kinds: Sequence[str]) -> dict[Key, int]:
        """Return the user's counters of these kinds."""
        ...

    def days(self, tx: Tx, user_id: str, first: str, last: str) -> dict[str, int]:
        """Return viewings by day from `first` to `last`, both included, in order of days."""
        ...

    def listed(self, tx: Tx, user_id: str, kind: str, limit: int) -> list[AffinityRow]:
        """Return the rows with most films first (then most stars, then by name)."""
        ...

    def best(self, tx: Tx, user_id: str, kind: str, prior: float, limit: int) -> list[AffinityRow]:
        """Return the rows by Bayesian mean, of those with at least `LEAST_RATED` rated films."""
        ...

    def affinities(self, tx: Tx, user_id: str, keys: Iterable[Key]) -> dict[Key, AffinityRow]:
        """Return those of the rows that exist."""
        ...

    def affinity_page(self, tx: Tx, user_id: str, query: AffinityQuery) -> AffinityPage:
        """Return one page of the user's affinities of one type."""
        ...

    def figures(self, tx: Tx, user_id: str) -> Delta:
        """Return everything derived of one user (no community part), to compare with the truth."""
        ...

    def community(self, tx: Tx) -> Delta:
        """Return the community's figures: `films` and `trend_days` only."""
        ...

    def add_community(self, tx: Tx, delta: Delta) -> None:
        """Add the community part of a delta; leave everybody's own figures alone."""
        ...

    def replace_community(self, tx: Tx, delta: Delta) -> None:
        """Put the community part of a delta in the place of all the community's figures."""
        ...

    def forget_days(self, tx: Tx, before: str) -> None:
        """Remove the community's viewings of days before this one."""
        ...

    def trending_films(self, tx: Tx, first: str, last: str, limit: int) -> list[TrendRow]:
        """Return the films with most viewings on the days given; nobody's private ones."""
        ...

    def trending_genres(self, tx: Tx, first: str, last: str) -> list[tuple[str, int]]:
        """Return all genres with their viewings on the days given, most first."""
        ...

    def trend_viewings(self, tx: Tx, first: str, last: str) -> int:
        """Return how many viewings of films there were on the days given."""
        ...

    def save_moves(self, tx: Tx, user_id: str, seq: int, payload: bytes) -> None:
        """Keep a delta card; all but the last `MOVES_KEPT` of a user are forgotten."""
        ...

    def moves_after(self, tx: Tx, user_id: str, seq: int) -> list[tuple[int, bytes]]:
        """Return the delta cards kept past `seq`, in order."""
        ...

    def mark_verified(self, tx: Tx, user_id: str, at: str, seq: int) -> None:
        """Note that the figures up to `seq` were compared with the truth and found equal."""
        ...

    def set_aside(self, tx: Tx, placed: Placed, reason: str, at: str) -> None:
        """Keep an event that cannot be read, with the reason; doing it twice changes nothing."""
        ...

    def dead_letters(self, tx: Tx, limit: int) -> list[DeadLetter]:
        """Return events set aside, latest first."""
        ...

    def forget(self, tx: Tx, user_id: str) -> None:
        """Remove everything derived of one user; the community's figures stay as they are."""
        ...

    def user_ids(self, tx: Tx, after: str, limit: int) -> list[str]:
        """Return all users by id past `after`."""
        ...


class DiaryLists(Protocol):
    """Short lists of a user's films: what has no inverse is read from the diary."""

    def top_rated(self, tx: Tx, user_id: str, limit: int) -> list[EntryRow]:
        """Return rated films, best first, then latest seen."""
        ...

    def recent(self, tx: Tx, user_id: str, limit: int) -> list[EntryRow]:
        """Return films by date of the last viewing, latest first; undated ones are left out."""
        ...

    def extremes(self, tx: Tx, user_id: str, limit: int) -> dict[str, list[EntryRow]]:
        """Return the lists `longest`, `shortest`, `oldest` and `most_rewatched` of films seen."""
        ...

    def rows(self, tx: Tx, user_id: str, film_ids: Sequence[str]) -> dict[str, EntryRow]:
        """Return some of the user's films as rows."""
        ...

    def films_between(self, tx: Tx, user_id: str, first: str, last: str) -> list[str]:
        """Return ids of films with a viewing dated, as text, from `first` to `last`."""
        ...

    def opinions(self, tx: Tx, user_id: str) -> list[Opinion]:
        """Return the user's ratings beside those of others here and of the source."""
        ...


class CommunityRecords(Protocol):
    """What the community's stream keeps beside its figures, in the same transactions.

    Whoever writes figures writes the standing with them: two writers at once then meet there.
    """

    def seqs(self, tx: Tx, user_ids: Iterable[str]) -> dict[str, int]:
        """Return the last `seq` of each user that the community holds; who is gone is left out."""
        ...

    def save_seqs(self, tx: Tx, seqs: Mapping[str, int]) -> None:
        """Note the last `seq` of these users that the community holds from now on."""
        ...

    def replace_seqs(self, tx: Tx, seqs: Mapping[str, int]) -> None:
        """Put these in the place of everybody's; those left out are at 0."""
        ...

    def forget(self, tx: Tx, user_id: str) -> int:
        """Return the user's `seq` and remove it; nobody can save one for them at the same time."""
        ...

    def standing(self, tx: Tx) -> CommunityStanding | None:
        """Return how far the community has come; None before its first count."""
        ...

    def save_standing(self, tx: Tx, standing: CommunityStanding) -> None:
        """Put this standing in the place of the last."""
        ...

    def forget_standing(self, tx: Tx) -> None:
        """Note that no stream counts the community any more."""
        ...

    def publish(self, tx: Tx, type: str, document: Mapping[str, Any]) -> None:  # noqa: A002 - the described field
        """Put a list for readers in the place of the last one of its type."""
        ...

    def published(self, tx: Tx, type: str) -> dict[str, Any] | None:  # noqa: A002 - the described field
        """Return the list last published of a type."""
        ...


@dataclass(frozen=True)
class BatchFigures:
    """One user's figures as a nightly batch counted them, true up to event `seq`.

    Attributes:
        number: stands for the user in the training data of the same batch.
        figures: as `core.recount.to_plain` writes them; None where they are too large to be kept.
    """

    user_id: str
    number: int
    seq: int
    figures: Mapping[str, Any] | None


@dataclass(frozen=True)
class BatchVersion:
    """Which batch readers see, the one before it, and the one that is being written."""

    version: str | None = None
    previous: str | None = None
    building: str | None = None
    finished_at: str | None = None
    users: int = 0


class BatchRecords(Protocol):
    """Everybody's figures by batch. Readers see one whole batch or another, never parts of two."""

    def standing(self, tx: Tx) -> BatchVersion:
        """Return which batch is seen."""
        ...

    def figures(self, tx: Tx, user_id: str) -> BatchFigures | None:
        """Return a user's figures of the batch that is seen; None when it does not hold them."""
        ...

    def count(self, tx: Tx) -> int:
        """Return how many users there are."""
        ...

    def users(self, tx: Tx, after: str, limit: int) -> list[tuple[str, int]]:
        """Return users by id past `after`, each with the `seq` of their last event."""
        ...

    def begin(self, tx: Tx, version: str) -> None:
        """Note that this batch is being written; whoever wrote one cannot switch to it any more."""
        ...

    def write(self, tx: Tx, version: str, figures: Sequence[BatchFigures]) -> list[str]:
        """Add users to a batch; return who they are, without those whose accounts are gone.

        They go with their accounts from then on.
        """
        ...

    def numbers(self, tx: Tx, version: str, after: int, limit: int) -> list[int]:
        """Return the numbers of a batch's users past `after`, in order."""
        ...

    def switch(self, tx: Tx, version: str, finished_at: str, users: int) -> bool:
        """Let a batch be seen; False, with nothing changed, when another has begun since."""
        ...

    def sweep(self, tx: Tx, limit: int) -> int:
        """Remove up to `limit` users' figures that are of no batch seen or being written.

        Returns how many were removed.
        """
        ...
