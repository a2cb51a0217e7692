"""What the catalogue needs of a store. Films of somebody's own are shown to nobody else."""

from collections.abc import Collection, Iterable, Sequence
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
