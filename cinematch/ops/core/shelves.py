"""What an installation consists of, whichever store keeps it: shelves of records. Pure.

A record is a row of SQLite with everything that hangs on it: JSON is parsed, flags are booleans,
a film's viewings (`watches`), a list's films (`items`) and a user's counters stand inside. Both
stores give and take the same records, so that two installations can be compared.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from cinematch.diary.core import Entry
from cinematch.films.core.film import Film

Record = dict[str, Any]
Key = tuple[Any, ...]

SEQUENCE = "outbox"
"""Among the positions: the last place given to an event."""
MARK = "moving"
"""Among the settings: this installation is being written and not yet whole."""
_MODULUS = 2**256


@dataclass(frozen=True)
class Shelf:
    """One table of SQLite with its children, and its collection of MongoDB."""

    table: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    """All columns of the table; the keys are among them."""
    flags: frozenset[str]
    parsed: frozenset[str]
    """Columns that hold JSON."""
    inside: tuple[str, ...] = ()
    """Fields of the record that are no columns."""
    collection: str = ""
    bare: bool = False
    """In MongoDB the key stands in `_id` alone."""

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields of a record."""
        return (*self.columns, *self.inside)

    def key_of(self, record: Mapping[str, Any]) -> Key:
        """Return what tells the record from all others on the shelf."""
        return tuple(record[name] for name in self.keys)


def _shelf(
    table: str,
    columns: str,
    *,
    keys: int = 1,
    inside: tuple[str, ...] = (),
    collection: str = "",
    bare: bool = False,
) -> Shelf:
    """Read a shelf from its columns: the keys first, `?` behind a flag and `{}` behind JSON."""
    words = columns.split()
    names = tuple(word.rstrip("?{}") for word in words)
    return Shelf(
        table,
        names[:keys],
        names,
        frozenset(word[:-1] for word in words if word.endswith("?")),
        frozenset(word[:-2] for word in words if word.endswith("{}")),
        inside,
        collection or table,
        bare,
    )


SHELVES: tuple[Shelf, ...] = (
    _shelf(
        "users",
        "user_id username username_key password_hash role disabled? settings{} seq created_at",
    ),
    _shelf(
        "sessions",
        "session_id user_id refresh_hash previous_hash created_at used_at expires_at",
    ),
    _shelf("api_tokens", "token_id user_id name token_hash created_at last_used_at"),
    _shelf(
        "movies_catalog",
        "film_id tmdb_id imdb_id title title_en title_it aliases{} year runtime genres{}"
        " directors{} cast{} countries{} languages{} poster_path votes mean_rating popularity"
        " sources{} owner_user_id version updated_at",
        bare=True,
    ),
    _shelf(
        "film_corrections",
        "correction_id film_id changed_by changed_at before{} after{} spread?",
        collection="corrections",
        bare=True,
    ),
    _shelf("films_to_index", "film_id note", bare=True),
    _shelf(
        "movies",
        "user_id film_id rating liked? watchlist? watchlist_added_at tags{} review facts{} title"
        " year runtime watch_count last_watched added_at rated_at updated_at version seq import_id",
        keys=2,
        inside=("watches",),
    ),
    _shelf(
        "outbox",
        "position user_id seq event_type film_id occurred_at payload published_at",
    ),
    _shelf("idempotency_keys", "user_id key request status etag body created_at", keys=2),
    _shelf(
        "lists",
        "list_id user_id name description version created_at updated_at import_id",
        inside=("items",),
    ),
    _shelf(
        "imports",
        "import_id user_id filename source status state{} created_at applied_at undone_at",
    ),
    _shelf(
        "import_rows",
        "import_id row_id kind outcome film_id conflict? applied item{} decision{} undo{}",
        keys=2,
        inside=("user_id",),
    ),
    _shelf("import_choices", "user_id wording film_id", keys=2),
    _shelf("positions", "consumer position", bare=True),
    _shelf(
        "user_stats",
        "user_id total_watched rated sum_half_stars watch_time_minutes viewings viewing_minutes"
        " rewatches liked reviews watchlist seq epoch stats_version updated_at verified_at"
        " verified_seq",
        inside=("counters",),
    ),
    _shelf("user_affinities", "user_id type entity_id name count rated sum_half_stars", keys=3),
    _shelf("trend_days", "day kind key value", keys=3),
    _shelf("film_stats", "film_id watched rated sum_half_stars liked", bare=True),
    _shelf("stat_moves", "user_id seq payload", keys=2),
    _shelf("dead_letters", "position user_id seq payload reason set_aside_at", bare=True),
    _shelf("settings", "name value{}"),
    _shelf("jobs", "name started_at finished_at result{}"),
    _shelf("consumer_offsets", "consumer topic_id partition next_offset", keys=3),
    _shelf("consumer_seqs", "consumer user_id seq", keys=2),
    _shelf(
        "set_aside_events",
        "consumer letter_id user_id seq reason payload topic partition offset set_aside_at wanted?"
        " published_at",
        keys=2,
    ),
    _shelf("notification_progress", "user_id seq films minutes films_told hours_told"),
    _shelf("notification_imports", "import_id user_id", bare=True),
    _shelf("notifications", "notification_id user_id kind key at data{} read_at"),
    _shelf("notification_settings", "user_id muted{}"),
    _shelf(
        "notification_targets",
        "target_id user_id name url created_at failures disabled_at last_error",
    ),
    _shelf(
        "webhooks",
        "webhook_id user_id url secret kinds{} created_at failures disabled_at last_error",
    ),
    _shelf(
        "deliveries",
        "delivery_id user_id channel channel_id kind payload created_at next_at status attempts"
        " finished_at code error",
    ),
    _shelf("audit_lanes", "lane number hash", bare=True),
    _shelf(
        "audit_log",
        "entry_id lane number at action actor actor_salt actor_mark user_id about about_salt"
        " about_mark evidence actor_erased_by about_erased_by previous hash",
    ),
    _shelf("community_progress", "user_id seq"),
    _shelf("community_standing", "one revision source since watermark", bare=True),
    _shelf("global_stats", "type document{}"),
    _shelf("user_stats_batch", "version user_id number seq figures{}", keys=2),
    _shelf("batch_versions", "name version previous building finished_at users", bare=True),
    _shelf("lake_waiting", "name", bare=True),
    _shelf("lake_erasures", "user_id", bare=True),
    _shelf(
        "recommender_jobs",
        "job_id kind status options{} asked_by asked_at started_at ended_at beat_at cancel?"
        " progress phase result{} error",
    ),
    _shelf("recommender_messages", "job_id number data{}", keys=2),
    _shelf("models", "version status created_at promoted_at manifest{}"),
    _shelf("taste_marks", "user_id film_id kind at", keys=3),
    _shelf("taste_preferences", "user_id preferences{}"),
    _shelf(
        "suggestions_shown",
        "user_id film_id at times place predicted low high model",
        keys=2,
    ),
)
"""In an order in which nothing comes before what it refers to."""

INSIDE = frozenset({"watches", "entry_tags", "list_items", "user_counters"})
"""Tables whose rows stand inside the records of another."""
DERIVED = frozenset({"film_title_keys", "film_links", "people", "film_index"})
"""Tables that whoever saves a film fills, beside those of the full-text search."""
PASSING = frozenset({"relay_leases"})
"""Tables that say who is at work just now: they stay behind."""


class Tally:
    """How many records there are, and a digest over them that is the same in every order."""

    def __init__(self) -> None:
        self.count = 0
        self._sum = 0

    def add(self, records: Iterable[Record]) -> None:
        """Take records in."""
        for record in records:
            text = msgspec.json.encode(record, order="sorted")
            self._sum = (self._sum + int.from_bytes(sha256(text).digest(), "big")) % _MODULUS
            self.count += 1

    @property
    def digest(self) -> str:
        """Return the digest, in hexadecimal."""
        return f"{self._sum:064x}"


def film_of(record: Record) -> Film:
    """Return the film of a record of `movies_catalog`."""
    return msgspec.convert(record, Film)


def entry_of(record: Record) -> Entry:
    """Return the entry of a record of `movies`."""
    return msgspec.convert(record, Entry)
