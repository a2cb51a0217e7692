"""Rows of the base with what came since, in the order of their lists.

The rows that moved are taken out of the base's lists and put in again with their sums of now, so a
list is right when it was read longer by as many rows as have moved.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from cinematch.stats.core.delta import Delta, Key
from cinematch.stats.core.views import PRIOR_WEIGHT, AffinityRow
from cinematch.stats.ports import AffinityPage, AffinityQuery

SortKey = tuple[str | int | float, ...]


def moved_keys(delta: Delta, kind: str) -> list[Key]:
    """Return the affinities of one type of which something changed."""
    return [key for key in delta.affinities if key[0] == kind]


def merged_rows(
    base: Mapping[Key, AffinityRow], delta: Delta, keys: Iterable[Key]
) -> dict[Key, AffinityRow]:
    """Return these rows with what came since; those that come to nothing are left out."""
    rows: dict[Key, AffinityRow] = {}
    for key in keys:
        row, change = base.get(key), delta.affinities.get(key)
        if change is None:
            if row is not None:
                rows[key] = row
            continue
        held = row[2:] if row is not None else (0, 0, 0)
        sums = [there + more for there, more in zip(held, change, strict=True)]
        if any(sums):
            rows[key] = AffinityRow(key[1], delta.names[key], *sums)
    return rows


def merged_list(
    listed: Iterable[AffinityRow],
    moved: Mapping[Key, AffinityRow],
    gone: Iterable[Key],
    order: Callable[[AffinityRow], SortKey],
) -> list[AffinityRow]:
    """Return a list without the rows of `gone`, and with those of `moved`, in order."""
    left = {key[1] for key in gone}
    rows = [row for row in listed if row.id not in left]
    return sorted([*rows, *moved.values()], key=order)


def merged_page(
    page: AffinityPage,
    before: Mapping[Key, AffinityRow],
    after: Mapping[Key, AffinityRow],
    query: AffinityQuery,
) -> AffinityPage:
    """Return a page of the figures of now.

    Args:
        page: the base's, longer than asked for by one row and all that moved.
        before: the rows that moved, as the base has them.
        after: the same rows as they are now.
        query: what was asked for.
    """
    order = order_of(query)
    fitting = {key: row for key, row in after.items() if fits(row, query)}
    total = page.total - sum(fits(row, query) for row in before.values()) + len(fitting)
    if query.after is not None:
        start = tuple(part if part is not None else 0 for part in query.after)
        fitting = {key: row for key, row in fitting.items() if order(row) > start}
    rows = merged_list(page.rows, fitting, before.keys() | after.keys(), order)
    last = list(order(rows[query.limit - 1])) if len(rows) > query.limit else None
    return AffinityPage(rows[: query.limit], total, last)


def fits(row: AffinityRow, query: AffinityQuery) -> bool:
    """Say whether a row is in a list, on whichever page."""
    if row.films <= 0 or row.rated < query.min_rated:
        return False
    found = not query.text or re.search(re.escape(query.text), row.name, re.IGNORECASE)
    return bool(found)


def order_of(query: AffinityQuery) -> Callable[[AffinityRow], SortKey]:
    """Return what gives a row's key, which rises in the order of the list."""
    weighted = PRIOR_WEIGHT * query.prior

    def key(row: AffinityRow) -> SortKey:
        if query.sort == "name":
            return row.name, row.id
        if query.sort == "count":
            return -row.films, -row.sum_half_stars, row.name, row.id
        if query.sort == "mean":
            mean = row.sum_half_stars / row.rated if row.rated else 0
            return -mean, -row.rated, row.name, row.id
        drawn = (weighted + row.sum_half_stars) / (PRIOR_WEIGHT + row.rated)
        return -drawn, -row.rated, row.name, row.id

    return key


def merged_counters(
    base: Mapping[Key, int], delta: Delta, wanted: Callable[[Key], bool]
) -> dict[Key, int]:
    """Return counters with what came since; those that come to zero are left out."""
    found = dict(base)
    for key, amount in delta.counters.items():
        if wanted(key):
            found[key] = found.get(key, 0) + amount
    return {key: value for key, value in found.items() if value}


def negatives_in(user_id: str, figures: Delta) -> list[str]:
    """Say in words which figures are below zero."""
    found = [
        f"{user_id}: {name} is {value}" for name, value in figures.scalars.items() if value < 0
    ]
    found += [
        f"{user_id}: {kind} “{key}” is {value}"
        for (kind, key), value in figures.counters.items()
        if value < 0
    ]
    return found + [
        f"{user_id}: {kind} “{entity}” is {min(row)}"
        for (kind, entity), row in figures.affinities.items()
        if min(row) < 0
    ]
