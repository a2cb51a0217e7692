"""The delta card: what one change moved, most telling first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec

from cinematch.stats.core.delta import Delta, Key
from cinematch.stats.core.milestones import passed
from cinematch.stats.core.streaks import days_in_a_row
from cinematch.stats.core.views import LISTED, AffinityRow, mean_stars

MOST_MOVES = 6
MOST_OF_A_KIND = 2
LEAST_FILMS = 2
"""Films that somebody needs before a change of their rank or mean is worth a line."""

RANKED = ("director", "actor", "genre", "country", "decade")


class Move(msgspec.Struct, frozen=True, tag_field="kind"):
    """One thing that moved. `from` and `to` are values before and after."""


class TimeMove(Move, frozen=True, tag="time"):
    minutes: int


class TotalMove(Move, frozen=True, tag="total"):
    before: int = msgspec.field(name="from")
    after: int = msgspec.field(name="to")


class AverageMove(Move, frozen=True, tag="average"):
    before: float | None = msgspec.field(name="from")
    after: float | None = msgspec.field(name="to")


class RankMove(Move, frozen=True, tag="rank"):
    type: str
    id: str
    name: str
    before: int | None = msgspec.field(name="from")
    after: int | None = msgspec.field(name="to")


class AffinityAverageMove(Move, frozen=True, tag="affinity_average"):
    type: str
    id: str
    name: str
    before: float = msgspec.field(name="from")
    after: float = msgspec.field(name="to")


class MilestoneMove(Move, frozen=True, tag="milestone"):
    what: str
    value: int


class StreakMove(Move, frozen=True, tag="streak"):
    days: int


class BucketMove(Move, frozen=True, tag="rating_bucket"):
    rating: float
    to: int


AnyMove = (
    TimeMove
    | TotalMove
    | AverageMove
    | RankMove
    | AffinityAverageMove
    | MilestoneMove
    | StreakMove
    | BucketMove
)


@dataclass(frozen=True)
class After:
    """The user's figures after a change, as far as the card looks at them.

    Attributes:
        scalars: name -> value.
        buckets: the rating buckets that the change touched -> films.
        touched: the affinities that the change touched and that still exist.
        leaders: type -> the first `LISTED` rows and as many more as were touched.
        days: days of viewing, the latest ones; `today` is the day of the change.
    """

    scalars: Mapping[str, int]
    buckets: Mapping[str, int] = field(default_factory=dict)
    touched: Mapping[Key, AffinityRow] = field(default_factory=dict)
    leaders: Mapping[str, Sequence[AffinityRow]] = field(default_factory=dict)
    days: frozenset[str] = frozenset()
    today: date = date.min


def moves(delta: Delta, after: After) -> list[Move]:
    """Return what `delta` moved, given the figures that now hold it: at most `MOST_MOVES` lines.

    The figures before are those after, less the delta, so nothing has to be read twice.
    """
    card: list[Move] = []
    card += _milestones(delta, after)
    if minutes := delta.scalars.get("viewing_minutes", 0):
        card.append(TimeMove(minutes))
    card += _ranks(delta, after)[:MOST_OF_A_KIND]
    card += _streak(delta, after)
    card += _affinity_averages(delta, after)[:MOST_OF_A_KIND]
    card += _average(delta, after)
    if films := delta.scalars.get("total_watched", 0):
        total = after.scalars.get("total_watched", 0)
        card.append(TotalMove(total - films, total))
    for key, films in delta.counters.items():
        if key[0] == "rating" and films > 0:
            card.append(BucketMove(int(key[1]) / 2, after.buckets.get(key[1], 0)))
    return card[:MOST_MOVES]


def ranked_types(delta: Delta, touched: Mapping[Key, AffinityRow]) -> list[str]:
    """Return the ranked types in which the delta may have moved a rank worth a line.

    Those are the types of the rows, as they are after it in `touched`, that have films enough now,
    or had before.
    """
    found = set()
    for key, change in delta.affinities.items():
        now = touched[key].films if key in touched else 0
        if any(change) and max(now, now - change[0]) >= LEAST_FILMS:
            found.add(key[0])
    return [kind for kind in RANKED if kind in found]


def _milestones(delta: Delta, after: After) -> Iterable[Move]:
    for what, name, unit in (
        ("films", "total_watched", 1),
        ("hours", "viewing_minutes", 60),
        ("viewings", "viewings", 1),
    ):
        now = after.scalars.get(name, 0)
        value = passed((now - delta.scalars.get(name, 0)) // unit, now // unit)
        # The first film says it all: not also the first viewing and the first hour.
        if value is not None and (what == "films" or value > 1):
            yield MilestoneMove(what, value)


def _ranks(delta: Delta, after: After) -> list[RankMove]:
    found = []
    for kind in ranked_types(delta, after.touched):
        now = {row.id: place for place, row in enumerate(after.leaders.get(kind, ()), 1)}
        earlier = sorted(_rows_before(kind, delta, after), key=_order)
        then = {row.id: place for place, row in enumerate(earlier, 1)}
        counts = {row.id: row.films for row in (*after.leaders.get(kind, ()), *earlier)}
        for (touched_kind, key), change in delta.affinities.items():
            if touched_kind != kind or not change[0] or counts.get(key, 0) < LEAST_FILMS:
                continue
            old, new = _shown(then.get(key)), _shown(now.get(key))
            if old != new:
                found.append(RankMove(kind, key, _name(delta, after, (kind, key)), old, new))
    return sorted(found, key=_rank_weight, reverse=True)


def _rows_before(kind: str, delta: Delta, after: After) -> Iterable[AffinityRow]:
    """The list as it was: any row that left it is among the spare rows or the touched ones."""
    rows = {row.id: row for row in after.leaders.get(kind, ())}
    for (touched_kind, key), change in delta.affinities.items():
        if touched_kind != kind:
            continue
        row = after.touched.get((kind, key)) or AffinityRow(
            key, _name(delta, after, (kind, key)), 0, 0, 0
        )
        count, rated, total = (value - moved for value, moved in zip(row[2:], change, strict=True))
        rows[key] = AffinityRow(key, row.name, count, rated, total)
    return (row for row in rows.values() if row.films > 0)


def _order(row: AffinityRow) -> tuple[int, int, str, str]:
    return (-row.films, -row.sum_half_stars, row.name, row.id)


def _shown(place: int | None) -> int | None:
    return place if place is not None and place <= LISTED else None


def _rank_weight(move: RankMove) -> float:
    """A step near the top tells more than one far below."""
    return abs(1 / (move.after or LISTED + 1) - 1 / (move.before or LISTED + 1))


def _affinity_averages(delta: Delta, after: After) -> list[AffinityAverageMove]:
    found = []
    for key, change in delta.affinities.items():
        row = after.touched.get(key)
        if row is None or key[0] not in RANKED:
            continue
        rated = row.rated - change[1]
        then, now = mean_stars(row.sum_half_stars - change[2], rated), mean_stars(row[4], row.rated)
        if then is None or now is None or rated < LEAST_FILMS or round(then, 1) == round(now, 1):
            continue
        found.append(AffinityAverageMove(key[0], key[1], row.name, round(then, 2), round(now, 2)))
    return sorted(found, key=lambda move: abs(move.after - move.before), reverse=True)


def _average(delta: Delta, after: After) -> Iterable[Move]:
    rated, total = after.scalars.get("rated", 0), after.scalars.get("sum_half_stars", 0)
    now = mean_stars(total, rated)
    then = mean_stars(
        total - delta.scalars.get("sum_half_stars", 0), rated - delta.scalars.get("rated", 0)
    )
    now, then = (None if mean is None else round(mean, 2) for mean in (now, then))
    if now != then:
        yield AverageMove(then, now)


def _streak(delta: Delta, after: After) -> Iterable[Move]:
    today = after.today.isoformat()
    if delta.counters.get(("day", today), 0) > 0:
        days = days_in_a_row(after.days, after.today)
        if days >= LEAST_FILMS:
            yield StreakMove(days)


def _name(delta: Delta, after: After, key: Key) -> str:
    row = after.touched.get(key)
    return row.name if row else delta.names.get(key, key[1])
