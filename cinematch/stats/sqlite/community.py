"""The community's figures: viewings by day, and all time by film."""

import sqlite3

import msgspec

from cinematch.stats.core.delta import Delta
from cinematch.stats.ports import TrendRow
from cinematch.stats.sqlite.upserts import Upsert

_FILMS = Upsert(
    "film_stats (film_id, watched, rated, sum_half_stars, liked)",
    5,
    "ON CONFLICT (film_id) DO UPDATE SET"
    " watched = watched + excluded.watched, rated = rated + excluded.rated,"
    " sum_half_stars = sum_half_stars + excluded.sum_half_stars, liked = liked + excluded.liked",
)
_DAYS = Upsert(
    "trend_days (day, kind, key, value)",
    4,
    "ON CONFLICT (day, kind, key) DO UPDATE SET value = value + excluded.value",
)
_DROP_FILMS = (
    "DELETE FROM film_stats WHERE watched <= 0"
    " AND watched = 0 AND rated = 0 AND sum_half_stars = 0 AND liked = 0"
)
_DROP_DAYS = "DELETE FROM trend_days WHERE value <= 0 AND value = 0"
_TRENDING_FILMS = (
    "WITH top AS (SELECT t.key, sum(t.value) AS viewings FROM trend_days t"
    " WHERE t.day BETWEEN ? AND ? AND t.kind = 'film' GROUP BY t.key)"
    " SELECT c.film_id, c.title, c.title_en, c.title_it, c.year, c.genres, c.poster_path,"
    " top.viewings FROM top JOIN movies_catalog c ON c.film_id = top.key"
    " WHERE c.owner_user_id IS NULL AND top.viewings > 0"
    " ORDER BY top.viewings DESC, c.popularity DESC, c.film_id LIMIT ?"
)
_TRENDING_GENRES = (
    "SELECT key, sum(value) AS viewings FROM trend_days"
    " WHERE day BETWEEN ? AND ? AND kind = 'genre' GROUP BY key HAVING viewings > 0"
    " ORDER BY viewings DESC, key"
)
_TREND_VIEWINGS = (
    "SELECT coalesce(sum(value), 0) FROM trend_days WHERE day BETWEEN ? AND ? AND kind = 'film'"
)
_genres = msgspec.json.Decoder(tuple[str, ...])


class Community:
    """`community`, `add_community`, `replace_community`, `trending_films`, `trending_genres`."""

    def community(self, tx: sqlite3.Connection) -> Delta:
        films = tx.execute("SELECT film_id, watched, rated, sum_half_stars, liked FROM film_stats")
        days = tx.execute("SELECT day, kind, key, value FROM trend_days")
        return Delta(
            films={row[0]: list(tuple(row)[1:]) for row in films},
            trend_days={(row[0], row[1], row[2]): row[3] for row in days},
        )

    def add_community(self, tx: sqlite3.Connection, delta: Delta) -> None:
        _FILMS.run(tx, [(key, *row) for key, row in delta.films.items() if any(row)])
        _DAYS.run(tx, [(*key, value) for key, value in delta.trend_days.items() if value])
        tx.execute(_DROP_FILMS)
        tx.execute(_DROP_DAYS)

    def replace_community(self, tx: sqlite3.Connection, delta: Delta) -> None:
        tx.execute("DELETE FROM film_stats")
        tx.execute("DELETE FROM trend_days")
        self.add_community(tx, delta)

    def forget_days(self, tx: sqlite3.Connection, before: str) -> None:
        tx.execute("DELETE FROM trend_days WHERE day < ?", (before,))

    def negative_films(self, tx: sqlite3.Connection) -> list[str]:
        """Say which of the community's counters are below zero."""
        films = tx.execute(
            "SELECT film_id, watched FROM film_stats WHERE watched <= 0 AND watched < 0"
        )
        days = tx.execute("SELECT day, key, value FROM trend_days WHERE value <= 0 AND value < 0")
        return [f"community: film “{row[0]}” is {row[1]}" for row in films] + [
            f"community: {row[0]} “{row[1]}” is {row[2]}" for row in days
        ]

    def trending_films(
        self, tx: sqlite3.Connection, first: str, last: str, limit: int
    ) -> list[TrendRow]:
        rows = tx.execute(_TRENDING_FILMS, (first, last, limit))
        return [
            TrendRow(row[0], row[1], row[2], row[3], row[4], _genres.decode(row[5]), row[6], row[7])
            for row in rows
        ]

    def trending_genres(
        self, tx: sqlite3.Connection, first: str, last: str
    ) -> list[tuple[str, int]]:
        return [(row[0], row[1]) for row in tx.execute(_TRENDING_GENRES, (first, last))]

    def trend_viewings(self, tx: sqlite3.Connection, first: str, last: str) -> int:
        return int(tx.execute(_TREND_VIEWINGS, (first, last)).fetchone()[0])
