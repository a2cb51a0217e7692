"""The orders of a user's affinities, and where a page of them goes on.

The key of a row is a list that rises in the order of the list; numbers that fall are negated.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from cinematch.stats.core.views import PRIOR_WEIGHT
from cinematch.stats.ports import AffinityQuery


@dataclass(frozen=True)
class SortKey:
    """One field to sort by; `falls` from the highest number to the lowest."""

    field: str
    falls: bool = False

    def value_in(self, row: dict[str, Any]) -> str | int | float:
        """Return this part of a row's key."""
        value: str | int | float = row[self.field]
        return -value if self.falls and not isinstance(value, str) else value

    def past(self, value: Any) -> dict[str, Any]:
        """Return the condition of rows that come later by this field."""
        return {self.field: {"$lt": -value} if self.falls else {"$gt": value}}

    def at(self, value: Any) -> dict[str, Any]:
        """Return the condition of rows that are equal in this field."""
        return {self.field: -value if self.falls else value}


_NAMED: Final = (SortKey("name"), SortKey("entity_id"))
_COMPUTED: Final = (SortKey("computed", falls=True), SortKey("rated", falls=True), *_NAMED)
SORTS: Final[dict[str, tuple[SortKey, ...]]] = {
    "count": (SortKey("count", falls=True), SortKey("sum_half_stars", falls=True), *_NAMED),
    "name": _NAMED,
    "mean": _COMPUTED,
    "bayes": _COMPUTED,
}


def computed(query: AffinityQuery) -> dict[str, Any] | None:
    """Return what the sort reckons for each row: the mean, or the Bayesian mean, in half-stars."""
    if query.sort == "mean":
        mean = {"$divide": ["$sum_half_stars", "$rated"]}
        return {"$cond": [{"$gt": ["$rated", 0]}, mean, 0]}
    if query.sort == "bayes":
        drawn = {"$add": [PRIOR_WEIGHT * query.prior, "$sum_half_stars"]}
        return {"$divide": [drawn, {"$add": [PRIOR_WEIGHT, "$rated"]}]}
    return None


def sorting(sort: str) -> list[tuple[str, int]]:
    """Return the fields to sort by, with their directions."""
    return [(key.field, -1 if key.falls else 1) for key in SORTS[sort]]


def matching(user_id: str, query: AffinityQuery) -> dict[str, Any]:
    """Return the condition of all rows of the list, on whichever page."""
    found: dict[str, Any] = {
        "user_id": user_id,
        "type": query.type,
        # Whoever has so many rated films has as many films: that is what the index knows.
        "count": {"$gt": max(0, query.min_rated - 1)},
        "rated": {"$gte": query.min_rated},
    }
    if query.text:
        found["name"] = {"$regex": re.escape(query.text), "$options": "i"}
    return found


def past(keys: Sequence[SortKey], after: Sequence[str | int | float | None]) -> dict[str, Any]:
    """Return the condition of rows that come after the one with this key."""
    ways: list[dict[str, Any]] = []
    equal: dict[str, Any] = {}
    for key, value in zip(keys, after, strict=True):
        ways.append({**equal, **key.past(value)})
        equal |= key.at(value)
    return {"$or": ways}


def pipeline(user_id: str, query: AffinityQuery, limit: int) -> list[dict[str, Any]]:
    """Return the stages that lead to the first `limit` rows after `query.after`."""
    stages: list[dict[str, Any]] = [{"$match": matching(user_id, query)}]
    reckoned = computed(query)
    if reckoned is not None:
        stages.append({"$addFields": {"computed": reckoned}})
    if query.after is not None:
        stages.append({"$match": past(SORTS[query.sort], query.after)})
    stages += [{"$sort": dict(sorting(query.sort))}, {"$limit": limit}]
    return stages
