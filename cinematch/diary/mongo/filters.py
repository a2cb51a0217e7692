"""From what is asked of a user's films to conditions on their documents."""

from collections.abc import Mapping
from typing import Any

from cinematch.diary.ports import LibraryFilter, WatchFilter
from cinematch.films.core.searching import END
from cinematch.films.core.title import normalize_title

Condition = Mapping[str, Any]
_DAY = {"$regex": "^.{10}$"}  # a date whose very day is known


def conditions(asked: LibraryFilter) -> list[Condition]:
    """Return what entries of any user must meet; for the words see `word_conditions`."""
    found: list[Condition] = [*_flags(asked), *_facts(asked)]
    if asked.tag is not None:
        found.append({"tags": asked.tag})
    if asked.watches.narrows:
        found.append({"watches": {"$elemMatch": every(*watch_conditions(asked.watches))}})
    return found


def every(*conditions: Condition) -> dict[str, Any]:
    """Return the condition that all of these are met, flat where that can be.

    Not every planner looks for an index inside `$and`.
    """
    flat: dict[str, Any] = {}
    others: list[Condition] = []
    for condition in conditions:
        if flat.keys().isdisjoint(condition):
            flat |= condition
        else:
            others.append(condition)
    return {**flat, "$and": others} if others else flat


def word_conditions(text: str) -> list[Condition]:
    """Return what the words of a film of the catalogue must meet; the last may be unfinished."""
    wanted = normalize_title(text).split()
    if not wanted:
        return []
    *whole, last = wanted
    begun = {"$elemMatch": {"$gte": last, "$lt": last + END}}
    return [*({"words": word} for word in whole), {"words": begun}]


def watch_conditions(asked: WatchFilter) -> list[Condition]:
    """Return what one and the same viewing must meet."""
    found: list[Condition] = []
    if asked.year == "unknown":
        found.append({"date": ""})
    elif asked.year is not None:
        found.append({"date": {"$gte": asked.year, "$lt": asked.year + "~"}})
    if asked.month is not None:
        found.append({"date": {"$regex": f"^.{{5}}{asked.month:02}"}})
    if asked.date_from is not None:
        found.append({"date": {"$gte": asked.date_from, **_DAY}})
    if asked.date_to is not None:
        found.append({"date": {"$lte": asked.date_to, **_DAY}})
    if asked.weekday is not None:
        found.append({"weekday": asked.weekday})
    if asked.context is not None:
        found.append({"context": asked.context})
    return found


def _flags(asked: LibraryFilter) -> list[Condition]:
    flags: tuple[tuple[bool | None, Condition], ...] = (
        (asked.seen, {"watch_count": {"$gt": 0}}),
        (asked.rated, {"rating": {"$ne": None}}),
        # What was seen has left the watchlist: the figures count it so, too.
        (asked.watchlist, {"watchlist": True, "watch_count": 0}),
        (asked.liked, {"liked": True}),
        (asked.has_review, {"review": {"$ne": None}}),
        (asked.rewatched, {"$or": [{"watch_count": {"$gt": 1}}, {"watches.rewatch": True}]}),
    )
    return [
        condition if wanted else {"$nor": [condition]}
        for wanted, condition in flags
        if wanted is not None
    ]


def _facts(asked: LibraryFilter) -> list[Condition]:
    decade = asked.decade
    wanted: tuple[tuple[str, Any], ...] = (
        ("rating", asked.rating),
        ("rating", None if asked.rating_min is None else {"$gte": asked.rating_min}),
        ("rating", None if asked.rating_max is None else {"$lte": asked.rating_max}),
        ("year", asked.year),
        ("year", None if decade is None else {"$gte": decade, "$lte": decade + 9}),
        ("import_id", asked.import_id),
        ("facts.genres", asked.genre),
        ("facts.countries", asked.country),
        ("facts.languages", asked.language),
        ("directors", asked.director),
        ("actors", asked.actor),
    )
    return [{field: value} for field, value in wanted if value is not None]
