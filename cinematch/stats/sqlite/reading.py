"""Reading one user's figures: prepared rows by index, as many for 100 films as for 10,000."""

import sqlite3
from collections.abc import Iterable, Sequence

from cinematch.stats.core.delta import SCALARS, Delta, Key
from cinematch.stats.core.views import LEAST_RATED, PRIOR_WEIGHT, AffinityRow
from cinematch.stats.ports import AffinityPage, AffinityQuery, Standing

_STANDING = (
    "SELECT seq, epoch, updated_at, verified_at, verified_seq,"
    f" {', '.join(SCALARS)} FROM user_stats WHERE user_id = ?"
)
_ROW = "entity_id, name, count, rated, sum_half_stars"
_BY_COUNT = " ORDER BY count DESC, sum_half_stars DESC, name, entity_id LIMIT ?"
_LISTED = (
    f"SELECT {_ROW} FROM user_affinities INDEXED BY affinities_by_count"
    f" WHERE user_id = ? AND type = ? AND count >= 2{_BY_COUNT}"
)
# Most people are met once only, and are left out of the index: it is the short lists of somebody
# with few films that have to be filled up from them.
_LISTED_ONCE = (
    f"SELECT {_ROW} FROM user_affinities WHERE user_id = ? AND type = ? AND count < 2{_BY_COUNT}"
)
_RATED = (
    "user_affinities INDEXED BY affinities_by_mean"
    f" WHERE user_id = ?1 AND type = ?2 AND rated >= {LEAST_RATED}"
)
_TALLEST = " ORDER BY rated DESC LIMIT 1"
_HEIGHTS = (
    "WITH RECURSIVE heights (height) AS ("
    f"SELECT * FROM (SELECT rated FROM {_RATED}{_TALLEST}) UNION ALL"
    f" SELECT (SELECT rated FROM {_RATED} AND rated < height{_TALLEST})"
    " FROM heights WHERE height IS NOT NULL)"
    f" SELECT height, (SELECT sum_half_stars FROM {_RATED} AND rated <= height"
    " ORDER BY rated DESC, sum_half_stars DESC LIMIT 1) FROM heights WHERE height IS NOT NULL"
)
_FROM_HEIGHT = (
    f"SELECT {_ROW} FROM {_RATED} AND rated <= ?3"
    " ORDER BY rated DESC, sum_half_stars DESC, name, entity_id LIMIT ?4"
)
_SORTS = {
    "count": ("-count", "-sum_half_stars", "name", "entity_id"),
    "name": ("name", "entity_id"),
    "mean": (
        "-coalesce(1.0 * sum_half_stars / nullif(rated, 0), 0)",
        "-rated",
        "name",
        "entity_id",
    ),
    "bayes": (
        f"-(({PRIOR_WEIGHT} * :prior + sum_half_stars) / ({PRIOR_WEIGHT} + rated))",
        "-rated",
        "name",
        "entity_id",
    ),
}


class Reading:
    """From `standing` to `figures`: see the port."""

    def standing(self, tx: sqlite3.Connection, user_id: str) -> Standing:
        row = tx.execute(_STANDING, (user_id,)).fetchone()
        if row is None:
            return Standing(dict.fromkeys(SCALARS, 0))
        seq, epoch, as_of, verified_at, verified_seq, *values = row
        return Standing(
            dict(zip(SCALARS, values, strict=True)), seq, epoch, as_of, verified_at, verified_seq
        )

    def counters(
        self, tx: sqlite3.Connection, user_id: str, kinds: Sequence[str]
    ) -> dict[Key, int]:
        rows = _plain(tx).execute(
            "SELECT kind, key, value FROM user_counters WHERE user_id = ?"
            f" AND kind IN ({', '.join('?' * len(kinds))})",
            (user_id, *kinds),
        )
        return {(kind, key): value for kind, key, value in rows}

    def days(self, tx: sqlite3.Connection, user_id: str, first: str, last: str) -> dict[str, int]:
        rows = _plain(tx).execute(
            "SELECT key, value FROM user_counters WHERE user_id = ? AND kind = 'day'"
            " AND key BETWEEN ? AND ? ORDER BY key",
            (user_id, first, last),
        )
        return dict(rows.fetchall())

    def listed(
        self, tx: sqlite3.Connection, user_id: str, kind: str, limit: int
    ) -> list[AffinityRow]:
        cursor = _plain(tx)
        rows = cursor.execute(_LISTED, (user_id, kind, limit)).fetchall()
        if len(rows) < limit:
            rows += cursor.execute(_LISTED_ONCE, (user_id, kind, limit - len(rows)))
        return list(map(AffinityRow._make, rows))

    def best(
        self, tx: sqlite3.Connection, user_id: str, kind: str, prior: float, limit: int
    ) -> list[AffinityRow]:
        """Look at the best of each height, a height being a number of rated films.

        Among as many films the order is that of the stars, so the first of a height says how good
        its rows can be: few heights have to be read, and of each no more than `limit` rows.
        """
        cursor, weighted = _plain(tx), PRIOR_WEIGHT * prior
        heights = [
            ((weighted + stars) / (PRIOR_WEIGHT + height), height)
            for height, stars in cursor.execute(_HEIGHTS, (user_id, kind)).fetchall()
        ]
        found: list[tuple[float, AffinityRow]] = []
        for highest, height in sorted(heights, reverse=True):
            if len(found) == limit and highest < found[-1][0]:
                break
            rows = cursor.execute(_FROM_HEIGHT, (user_id, kind, height, limit))
            found += (
                ((weighted + row.sum_half_stars) / (PRIOR_WEIGHT + row.rated), row)
                for row in map(AffinityRow._make, rows)
                if row.rated == height
            )
            found.sort(key=lambda pair: (-pair[0], -pair[1].rated, pair[1].name, pair[1].id))
            del found[limit:]
        return [row for _, row in found]

    def affinities(
        self, tx: sqlite3.Connection, user_id: str, keys: Iterable[Key]
    ) -> dict[Key, AffinityRow]:
        cursor = _plain(tx)
        found: dict[Key, AffinityRow] = {}
        for key in keys:
            row = cursor.execute(
                f"SELECT {_ROW} FROM user_affinities"
                " WHERE user_id = ? AND type = ? AND entity_id = ?",
                (user_id, *key),
            ).fetchone()
            if row is not None:
                found[key] = AffinityRow._make(row)
        return found

    def affinity_page(
        self, tx: sqlite3.Connection, user_id: str, query: AffinityQuery
    ) -> AffinityPage:
        keys = _SORTS[query.sort]
        where = "user_id = :user_id AND type = :type AND count > 0 AND rated >= :min_rated"
        values: dict[str, object] = {
            "user_id": user_id,
            "type": query.type,
            "min_rated": query.min_rated,
            "prior": query.prior,
            "limit": query.limit + 1,
        }
        if query.text:
            where += " AND name LIKE :text ESCAPE '\\'"
            values["text"] = f"%{_escaped(query.text)}%"
        cursor = _plain(tx)
        (total,) = cursor.execute(
            f"SELECT count(*) FROM user_affinities WHERE {where}", values
        ).fetchone()
        if query.after is not None:
            marks = ", ".join(f":after{place}" for place in range(len(keys)))
            where += f" AND ({', '.join(keys)}) > ({marks})"
            values |= {f"after{place}": value for place, value in enumerate(query.after)}
        rows = cursor.execute(
            f"SELECT {_ROW}, {', '.join(keys)} FROM user_affinities WHERE {where}"
            f" ORDER BY {', '.join(keys)} LIMIT :limit",
            values,
        ).fetchall()
        last = rows[query.limit - 1][5:] if len(rows) > query.limit else None
        return AffinityPage(
            [AffinityRow._make(row[:5]) for row in rows[: query.limit]], total, last
        )

    def figures(self, tx: sqlite3.Connection, user_id: str) -> Delta:
        cursor = _plain(tx)
        figures = Delta(scalars=dict(self.standing(tx, user_id).scalars))
        for kind, key, value in cursor.execute(
            "SELECT kind, key, value FROM user_counters WHERE user_id = ?", (user_id,)
        ):
            figures.counters[kind, key] = value
        for kind, *row in cursor.execute(
            f"SELECT type, {_ROW} FROM user_affinities WHERE user_id = ?", (user_id,)
        ):
            figures.affinities[kind, row[0]] = row[2:]
            figures.names[kind, row[0]] = row[1]
        return figures.pruned()


def _plain(tx: sqlite3.Connection) -> sqlite3.Cursor:
    """A cursor whose rows are tuples, which are quicker to make than named rows."""
    cursor = tx.cursor()
    cursor.row_factory = None
    return cursor


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
