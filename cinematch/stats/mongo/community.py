"""The community's figures: viewings by day, and all time by film."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from cinematch.infra.mongo import MongoTx
from cinematch.stats.core.delta import Delta
from cinematch.stats.mongo.collections import DAY_SUMS, FILM_SUMS
from cinematch.stats.mongo.sums import Row, Sums
from cinematch.stats.ports import TrendRow

FILMS: Final = Sums("film_stats", FILM_SUMS)
DAYS: Final = Sums("trend_days", DAY_SUMS)

_SHOWN: Final = (
    "title",
    "title_en",
    "title_it",
    "year",
    "genres",
    "poster_path",
    "popularity",
    "owner_user_id",
)
_CHUNK: Final = 500
_PAST_SLASH: Final = "0"
"""The character after the slash: ends the keys that begin with a day."""


class Community:
    """`community`, `add_community`, `replace_community`, `forget_days`, `trending_…`."""

    def __init__(self, *, community: bool = True) -> None:
        """Args:
        community: whether a batch of users' changes moves the community's figures, too. Where a
            stream of its own moves them, it does not: see `apply`, `forget_days`, `negatives`.
        """
        self._community = community

    def community(self, tx: MongoTx) -> Delta:
        films = tx.db[FILMS.collection].find(session=tx.session)
        days = tx.db[DAYS.collection].find(session=tx.session)
        return Delta(
            films={film["_id"]: [film[name] for name in FILM_SUMS] for film in films},
            trend_days={(day["day"], day["kind"], day["key"]): day["value"] for day in days},
        )

    def add_community(self, tx: MongoTx, delta: Delta) -> None:
        for sums, rows in ((FILMS, list(_films(delta))), (DAYS, list(_days(delta)))):
            if rows:
                sums.add(tx, rows, [document["_id"] for document in sums.below_zero(tx)])

    def replace_community(self, tx: MongoTx, delta: Delta) -> None:
        FILMS.replace(tx, {}, _films(delta))
        DAYS.replace(tx, {}, _days(delta))

    def forget_days(self, tx: MongoTx, before: str) -> None:
        """Remove days; nothing where a stream of its own has the community's figures."""
        if self._community:
            tx.db[DAYS.collection].delete_many({"_id": {"$lt": before}}, session=tx.session)

    def negative_films(self, tx: MongoTx) -> list[str]:
        """Say which of the community's counters are below zero."""
        films = [film for film in FILMS.below_zero(tx) if film["watched"] < 0]
        return [f"community: film “{film['_id']}” is {film['watched']}" for film in films] + [
            f"community: {day['day']} “{day['key']}” is {day['value']}"
            for day in DAYS.below_zero(tx)
        ]

    def trending_films(self, tx: MongoTx, first: str, last: str, limit: int) -> list[TrendRow]:
        """Look the films up by their viewings, until no more can be among the first."""
        ranked = _viewings(tx, "film", first, last)
        found: list[tuple[int, float, str, TrendRow]] = []
        for start in range(0, len(ranked), _CHUNK):
            chunk = dict(ranked[start : start + _CHUNK])
            if len(found) == limit and -found[-1][0] > ranked[start][1]:
                break
            for film in _public_films(tx, chunk):
                count = chunk[film["_id"]]
                found.append((-count, -film["popularity"], film["_id"], _trend_row(film, count)))
            found.sort(key=lambda one: one[:3])
            del found[limit:]
        return [row for *_, row in found]

    def trending_genres(self, tx: MongoTx, first: str, last: str) -> list[tuple[str, int]]:
        return _viewings(tx, "genre", first, last)

    def trend_viewings(self, tx: MongoTx, first: str, last: str) -> int:
        return sum(viewings for _, viewings in _sums_by_key(tx, "film", first, last))


def _viewings(tx: MongoTx, kind: str, first: str, last: str) -> list[tuple[str, int]]:
    """Return keys with viewings on the days given, most first, then by key."""
    found = [pair for pair in _sums_by_key(tx, kind, first, last) if pair[1] > 0]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _sums_by_key(tx: MongoTx, kind: str, first: str, last: str) -> Iterator[tuple[str, int]]:
    days = {"_id": {"$gte": first, "$lt": f"{last}{_PAST_SLASH}"}, "kind": kind}
    found = tx.db[DAYS.collection].aggregate(
        [{"$match": days}, {"$group": {"_id": "$key", "viewings": {"$sum": "$value"}}}],
        session=tx.session,
    )
    return ((one["_id"], one["viewings"]) for one in found)


def _public_films(tx: MongoTx, film_ids: Iterable[str]) -> Iterator[dict[str, Any]]:
    found = tx.db["movies_catalog"].find(
        {"_id": {"$in": list(film_ids)}}, dict.fromkeys(_SHOWN, 1), session=tx.session
    )
    return (film for film in found if film.get("owner_user_id") is None)


def _trend_row(film: dict[str, Any], count: int) -> TrendRow:
    return TrendRow(
        film_id=film["_id"],
        title=film["title"],
        title_en=film.get("title_en"),
        title_it=film.get("title_it"),
        year=film.get("year"),
        genres=tuple(film["genres"]),
        poster_path=film.get("poster_path"),
        count=count,
    )


def _films(delta: Delta) -> Iterator[Row]:
    for film_id, amounts in delta.films.items():
        if any(amounts):
            yield Row(film_id, amounts, {}, {})


def _days(delta: Delta) -> Iterator[Row]:
    for (day, kind, key), value in delta.trend_days.items():
        if value:
            identity = {"day": day, "kind": kind, "key": key}
            yield Row(f"{day}/{kind}/{key}", (value,), identity, {})
