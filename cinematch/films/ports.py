"""What the catalogue needs of a store. Films of somebody's own are shown to nobody else."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from cinematch.events.core import FilmFacts
from cinematch.films.core.catalogue import Correction, Facet, FilmCard, FilmQuery, PersonFigures
from cinematch.films.core.film import Film
from cinematch.films.core.matching import Namesake
from cinematch.infra.ports import Tx
from cinematch.kit.paging import Page


class FilmsRepository(Protocol):
    """Films with their titles, people and figures. `user_id` None stands for nobody signed in."""

    def save(self, tx: Tx, films: Iterable[Film]) -> None:
        """Insert the films or replace them whole, and make them findable."""
        ...

    def get(self, tx: Tx, film_id: str) -> Film | None:
        """Return one film, whoever owns it, or None."""
        ...

    def get_many(self, tx: Tx, film_ids: Collection[str]) -> dict[str, Film]:
        """Return those of the films that exist, by id."""
        ...

    def by_tmdb_ids(self, tx: Tx, ids: Collection[int]) -> dict[int, Film]:
        """Return the films known by these TMDB ids."""
        ...

    def by_imdb_ids(self, tx: Tx, ids: Collection[str]) -> dict[str, Film]:
        """Return the films known by these IMDb ids."""
        ...

    def by_title_keys(
        self, tx: Tx, keys: Collection[str], user_id: str | None
    ) -> dict[str, list[Film]]:
        """Return, by title key, the films visible to the user that have it."""
        ...

    def namesakes(
        self, tx: Tx, keys: Collection[str], user_id: str | None
    ) -> dict[str, list[Namesake]]:
        """Do as `by_title_keys`, and read of the films only what matching looks at."""
        ...

    def facts_of(self, tx: Tx, film_ids: Collection[str]) -> dict[str, FilmFacts]:
        """Return the facts of those of the films that exist, by id."""
        ...

    def alike(self, tx: Tx, title: str, user_id: str | None, limit: int = 12) -> list[Film]:
        """Return visible films with a title like this one, likest first, for a person to choose."""
        ...

    def search(self, tx: Tx, query: FilmQuery, user_id: str | None) -> Page[FilmCard]:
        """Return one page of the visible films that the query means.

        Raises:
            Invalid: the cursor is not one of this listing.
        """
        ...

    def cards(self, tx: Tx, film_ids: Sequence[str], user_id: str | None) -> dict[str, FilmCard]:
        """Return the visible films among these, with the user's and everybody's figures."""
        ...

    def facets(self, tx: Tx, user_id: str | None) -> dict[str, list[Facet]]:
        """Return how many visible films there are by genre, decade, country and language."""
        ...

    def person(self, tx: Tx, person_id: str, user_id: str | None) -> PersonFigures | None:
        """Return somebody of the catalogue, or None."""
        ...

    def with_entries(self, tx: Tx, film_ids: Collection[str]) -> set[str]:
        """Return which of the films are among somebody's."""
        ...

    def forget_owner(self, tx: Tx, user_id: str) -> None:
        """Take somebody's own films out of the search, before they go with the account."""
        ...

    def replace_by(self, tx: Tx, film_id: str, into: str) -> None:
        """Remove a film that nobody has any more; lists that hold it hold `into` from now on."""
        ...

    def owned(self, tx: Tx, user_id: str) -> list[Film]:
        """Return the films of one user's own, by id."""
        ...

    def remove_unused(self, tx: Tx, film_ids: Collection[str]) -> None:
        """Remove those films of somebody's own that are in nobody's entries and on no list."""
        ...

    def add_correction(self, tx: Tx, correction: Correction) -> int:
        """Log a correction, not yet spread into entries; return its number."""
        ...

    def corrections(self, tx: Tx, film_id: str) -> list[Correction]:
        """Return the corrections of a film, latest first."""
        ...

    def corrections_to_spread(self, tx: Tx, limit: int) -> list[Correction]:
        """Return the oldest corrections that have not reached every entry yet."""
        ...

    def mark_spread(self, tx: Tx, correction_id: int) -> None:
        """Note that a correction has reached every entry."""
        ...

    def stamp(self, tx: Tx) -> str | None:
        """Return the fingerprint of the starter catalogue that was loaded last."""
        ...

    def save_stamp(self, tx: Tx, stamp: str) -> None:
        """Note which starter catalogue was loaded."""
        ...

    def count(self, tx: Tx) -> int:
        """Return how many films the catalogue has, films of somebody's own left out."""
        ...

    def rebuild_search(self, tx: Tx) -> None:
        """Make everything derived from the films anew: keys, links, people and the index."""
        ...


@dataclass(frozen=True)
class Changes:
    """Films that an index has to take in anew: their notes by id, and those that still exist."""

    notes: Mapping[str, str]
    films: Mapping[str, Film]


class FilmFeed(Protocol):
    """What an index outside the store is kept current by, and what it cannot hold.

    Whoever changes or removes a film writes a note of it in the same transaction.
    """

    def changes(self, tx: Tx, limit: int) -> Changes:
        """Return notes that wait, with their films."""
        ...

    def settle(self, tx: Tx, notes: Mapping[str, str]) -> None:
        """Remove the notes, but for those of films that have been changed again since."""
        ...

    def waiting(self, tx: Tx) -> int:
        """Return how many films wait."""
        ...

    def following(self, tx: Tx, film_id: str, limit: int) -> list[Film]:
        """Return the films of which the id is greater, by id."""
        ...

    def seen(self, tx: Tx, user_id: str | None) -> list[str]:
        """Return the ids of the films that the user has seen."""
        ...


class FilmIndex(Protocol):
    """The films in a search engine. Every call raises `Unavailable` while it does not answer."""

    def put(self, films: Iterable[Film]) -> None:
        """Take films in, or anew; an older version than the one that is in changes nothing."""
        ...

    def remove(self, film_ids: Collection[str]) -> None:
        """Take films out; those that are not in are passed over."""
        ...

    def find(self, query: FilmQuery, user_id: str | None, seen: Collection[str]) -> Page[str]:
        """Return one page of ids, with the order and the cursors of `FilmsRepository.search`.

        `seen` are the films that the user has seen, where the query asks for it.

        Raises:
            Invalid: the cursor is not one of this listing.
        """
        ...

    def size(self) -> int | None:
        """Return how many films are in, None when the index was never built."""
        ...

    def rebuild(self, films: Iterable[Sequence[Film]]) -> int:
        """Build the index anew beside the old one, switch, and return how many films are in.

        Films that are put or removed meanwhile go into both.
        """
        ...

    def close(self) -> None:
        """Let go of the connections."""
        ...
