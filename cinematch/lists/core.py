"""A list of films. Pure."""

from collections.abc import Sequence

import msgspec

from cinematch.kit.errors import Conflict, Invalid

MOST_ITEMS, LONGEST_NOTE, LONGEST_DESCRIPTION = 5_000, 2_000, 5_000


class Item(msgspec.Struct, frozen=True):
    """A film on a list."""

    film_id: str
    note: str = ""


class FilmList(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's list, without its items."""

    list_id: str
    user_id: str
    name: str
    description: str = ""
    count: int = 0
    version: int = 1
    created_at: str = ""
    updated_at: str = ""
    import_id: str | None = None


def arranged(items: Sequence[Item], film_ids: Sequence[str]) -> list[Item]:
    """Return the items in the order of `film_ids`; new films are added, missing ones leave.

    >>> arranged([Item("a", "first"), Item("b")], ["c", "a"])
    [Item(film_id='c', note=''), Item(film_id='a', note='first')]

    Raises:
        Invalid: a film is there twice, or there are too many.
    """
    if len(set(film_ids)) < len(film_ids):
        raise Invalid.field("film_ids", "holds a film twice", "name each film once")
    if len(film_ids) > MOST_ITEMS:
        raise Invalid.field("film_ids", "are too many", f"up to {MOST_ITEMS} films a list")
    known = {item.film_id: item for item in items}
    return [known.get(film_id) or Item(film_id) for film_id in film_ids]


def added(items: Sequence[Item], item: Item) -> list[Item]:
    """Return the items with one more at the end; one already there gets the new note.

    Raises:
        Conflict: the list is full.
    """
    if any(known.film_id == item.film_id for known in items):
        return [item if known.film_id == item.film_id else known for known in items]
    if len(items) >= MOST_ITEMS:
        raise Conflict(f"A list holds up to {MOST_ITEMS} films.")
    return [*items, item]
