"""The community's top lists between two days, as pages and described readers take them."""

from typing import Any

import msgspec

from cinematch.infra.ports import Tx
from cinematch.stats.core.trends import shares
from cinematch.stats.ports import StatsRepository, TrendRow

TOP = 10

BOOTSTRAP = "bootstrap"
STREAMED = "streaming_incremental"
"""What a list may be made from, as the described system names it (tracker spec T113)."""


def top_lists(figures: StatsRepository, tx: Tx, first: str, last: str) -> dict[str, Any]:
    """Return the ten films and genres with most viewings on the days from `first` to `last`.

    `total_movies_analyzed` are the viewings that were counted for them.
    """
    films = figures.trending_films(tx, first, last, TOP)
    genres = figures.trending_genres(tx, first, last)
    return {
        "from": first,
        "to": last,
        "top_movies": [_shown(row) for row in films],
        "trending_genres": [msgspec.structs.asdict(share) for share in shares(genres)[:TOP]],
        "total_movies_analyzed": figures.trend_viewings(tx, first, last),
    }


def _shown(row: TrendRow) -> dict[str, object]:
    return {
        "film_id": row.film_id,
        "title": row.title,
        "title_en": row.title_en,
        "title_it": row.title_it,
        "year": row.year,
        "genres": list(row.genres),
        "poster_path": row.poster_path,
        "count": row.count,
    }
