"""What lists need of a store."""

from collections.abc import Sequence
from typing import Protocol

from cinematch.infra.ports import Tx
from cinematch.lists.core import FilmList, Item


class ListsRepository(Protocol):
    """Lists with their items in order."""

    def of_user(self, tx: Tx, user_id: str) -> list[FilmList]:
        """Return a user's lists, the latest changed first."""
        ...

    def get(self, tx: Tx, list_id: str) -> FilmList | None:
        """Return one list, whoever owns it, or None."""
        ...

    def items(self, tx: Tx, list_id: str) -> list[Item]:
        """Return a list's items in order."""
        ...

    def first_films(self, tx: Tx, list_ids: Sequence[str], each: int) -> dict[str, list[str]]:
        """Return the first film ids of each list."""
        ...

    def save(self, tx: Tx, film_list: FilmList) -> None:
        """Insert the list or replace what it says of itself; items stay."""
        ...

    def save_items(self, tx: Tx, list_id: str, items: Sequence[Item]) -> None:
        """Replace the items of a list."""
        ...

    def delete(self, tx: Tx, list_id: str) -> None:
        """Remove a list with its items."""
        ...
