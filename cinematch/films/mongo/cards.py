"""Films with one person's and everybody's figures beside them."""

from collections.abc import Sequence
from typing import Any

from cinematch.films.core.catalogue import FilmCard
from cinematch.films.mongo.bulk import chunks
from cinematch.films.mongo.documents import to_card
from cinematch.infra.mongo import MongoTx

_ENTRY = ("film_id", "rating", "liked", "watchlist", "watch_count", "last_watched", "version")


def cards_of(
    tx: MongoTx, films: Sequence[dict[str, Any]], user_id: str | None
) -> dict[str, FilmCard]:
    """Return a card for each of the documents of films, by id, in their order."""
    ids = [film["_id"] for film in films]
    entries: dict[str, dict[str, Any]] = {}
    figures: dict[str, dict[str, Any]] = {}
    for chunk in chunks(ids):
        if user_id is not None:
            mine = {"_id": {"$in": [f"{user_id}/{film_id}" for film_id in chunk]}}
            for entry in tx.db["movies"].find(mine, dict.fromkeys(_ENTRY, 1), session=tx.session):
                entries[entry["film_id"]] = entry
        for one in tx.db["film_stats"].find({"_id": {"$in": chunk}}, session=tx.session):
            figures[one["_id"]] = one
    return {
        film["_id"]: to_card(film, entries.get(film["_id"]), figures.get(film["_id"]))
        for film in films
    }
