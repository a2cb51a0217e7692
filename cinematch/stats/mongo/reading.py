"""Reading one user's figures: parts of one document, and affinities by index."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from cinematch.infra.mongo import MongoTx
from cinematch.stats.core.delta import SCALARS, Delta, Key
from cinematch.stats.core.views import LEAST_RATED, AffinityRow
from cinematch.stats.mongo.affinities import AFFINITIES, affinity_id
from cinematch.stats.mongo.keys import key_of
from cinematch.stats.mongo.pages import SORTS, matching, pipeline, sorting
from cinematch.stats.ports import AffinityPage, AffinityQuery, Standing

_STANDING: Final = dict.fromkeys(
    ("seq", "epoch", "updated_at", "verified_at", "verified_seq", *SCALARS), 1
)
_ROW: Final = dict.fromkeys(("type", "entity_id", "name", *AFFINITIES.fields), 1)
_CHUNK: Final = 1_000


class Reading:
    """From `standing` to `figures`: see the port."""

    def standing(self, tx: MongoTx, user_id: str) -> Standing:
        one = tx.db["user_stats"].find_one({"_id": user_id}, _STANDING, session=tx.session)
        if one is None:
            return Standing(dict.fromkeys(SCALARS, 0))
        return Standing(
            {name: one.get(name, 0) for name in SCALARS},
            one["seq"],
            one["epoch"],
            one["updated_at"] or None,
            one.get("verified_at"),
            one.get("verified_seq"),
        )

    def epochs(self, tx: MongoTx, user_ids: Sequence[str]) -> dict[str, int]:
        """Return the epoch of each user who has figures."""
        found: dict[str, int] = {}
        for start in range(0, len(user_ids), _CHUNK):
            chosen = {"_id": {"$in": list(user_ids[start : start + _CHUNK])}}
            users = tx.db["user_stats"].find(chosen, {"epoch": 1}, session=tx.session)
            found.update((one["_id"], one["epoch"]) for one in users)
        return found

    def counters(self, tx: MongoTx, user_id: str, kinds: Sequence[str]) -> dict[Key, int]:
        shown = {f"counters.{kind}": 1 for kind in kinds}
        return dict(_counters(tx, user_id, shown)) if shown else {}

    def days(self, tx: MongoTx, user_id: str, first: str, last: str) -> dict[str, int]:
        found = _counters(tx, user_id, {"counters.day": 1})
        return {day: value for (_, day), value in sorted(found) if first <= day <= last}

    def listed(self, tx: MongoTx, user_id: str, kind: str, limit: int) -> list[AffinityRow]:
        found = tx.db["user_affinities"].find(
            {"user_id": user_id, "type": kind},
            _ROW,
            sort=sorting("count"),
            limit=limit,
            session=tx.session,
        )
        return [_row(one) for one in found]

    def best(
        self, tx: MongoTx, user_id: str, kind: str, prior: float, limit: int
    ) -> list[AffinityRow]:
        query = AffinityQuery(kind, "bayes", prior, LEAST_RATED, limit=limit)
        return [_row(one) for one in _sorted(tx, user_id, query, limit)]

    def affinities(self, tx: MongoTx, user_id: str, keys: Iterable[Key]) -> dict[Key, AffinityRow]:
        wanted = [affinity_id(user_id, key) for key in keys]
        found: dict[Key, AffinityRow] = {}
        for start in range(0, len(wanted), _CHUNK):
            chosen = {"_id": {"$in": wanted[start : start + _CHUNK]}}
            rows = tx.db["user_affinities"].find(
                chosen, _ROW, batch_size=_CHUNK, session=tx.session
            )
            for one in rows:
                found[one["type"], one["entity_id"]] = _row(one)
        return found

    def affinity_page(self, tx: MongoTx, user_id: str, query: AffinityQuery) -> AffinityPage:
        total = tx.db["user_affinities"].count_documents(
            matching(user_id, query), session=tx.session
        )
        rows = _sorted(tx, user_id, query, query.limit + 1)
        last = None
        if len(rows) > query.limit:
            del rows[query.limit :]
            last = [key.value_in(rows[-1]) for key in SORTS[query.sort]]
        return AffinityPage([_row(one) for one in rows], total, last)

    def figures(self, tx: MongoTx, user_id: str) -> Delta:
        figures = Delta(scalars=dict(self.standing(tx, user_id).scalars))
        figures.counters.update(_counters(tx, user_id, {"counters": 1}))
        rows = tx.db["user_affinities"].find(
            {"user_id": user_id}, _ROW, batch_size=_CHUNK, session=tx.session
        )
        for one in rows:
            key = (one["type"], one["entity_id"])
            figures.affinities[key] = [one[name] for name in AFFINITIES.fields]
            figures.names[key] = one["name"]
        return figures.pruned()


def _counters(tx: MongoTx, user_id: str, shown: Mapping[str, int]) -> Iterator[tuple[Key, int]]:
    one = tx.db["user_stats"].find_one({"_id": user_id}, shown, session=tx.session) or {}
    for kind, fields in one.get("counters", {}).items():
        for field, value in fields.items():
            yield (kind, key_of(field)), value


def _sorted(tx: MongoTx, user_id: str, query: AffinityQuery, limit: int) -> list[dict[str, Any]]:
    stages = pipeline(user_id, query, limit)
    return list(tx.db["user_affinities"].aggregate(stages, session=tx.session))


def _row(one: Mapping[str, Any]) -> AffinityRow:
    return AffinityRow(
        one["entity_id"], one["name"], one["count"], one["rated"], one["sum_half_stars"]
    )
