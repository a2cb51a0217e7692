"""Making the delta card of a change, inside the transaction that applies it."""

from datetime import date

import msgspec

from cinematch.infra.ports import Tx
from cinematch.stats.core.delta import Delta
from cinematch.stats.core.moves import After, Move, moves, ranked_types
from cinematch.stats.core.views import LISTED, mean_stars
from cinematch.stats.ports import Standing, StatsRepository, UserDelta

_DAYS_BACK = 400
_encode = msgspec.json.Encoder().encode


def write_card(figures: StatsRepository, tx: Tx, change: UserDelta, *, detailed: bool) -> None:
    """Keep what `change` moved, for the open page and for one that comes back.

    Args:
        figures: holds the change already.
        tx: the transaction that applied it.
        change: the events of one user, folded.
        detailed: whether to look at ranks and means too, or at totals only (after an import).
    """
    standing = figures.standing(tx, change.user_id)
    if detailed:
        card = moves(change.delta, _after(figures, tx, change, standing))
    else:
        card = moves(Delta(scalars=change.delta.scalars), After(standing.scalars))
    figures.save_moves(tx, change.user_id, change.seq, card_payload(standing, card))


def card_payload(standing: Standing, card: list[Move]) -> bytes:
    """Return the data of a `stats` event of the stream as JSON."""
    scalars = standing.scalars
    return _encode(
        {
            "seq": standing.seq,
            "as_of": standing.as_of,
            "total_watched": scalars["total_watched"],
            "avg_rating": mean_stars(scalars["sum_half_stars"], scalars["rated"]),
            "viewing_minutes": scalars["viewing_minutes"],
            "watch_time_minutes": scalars["watch_time_minutes"],
            "moves": card,
        }
    )


def _after(figures: StatsRepository, tx: Tx, change: UserDelta, standing: Standing) -> After:
    user_id, delta = change.user_id, change.delta
    touched = [key for key, row in delta.affinities.items() if any(row)]
    kinds = {kind for kind, _ in delta.counters}
    today = date.fromisoformat(change.as_of[:10])
    days: dict[str, int] = {}
    if delta.counters.get(("day", today.isoformat()), 0) > 0:
        first = date.fromordinal(today.toordinal() - _DAYS_BACK)
        days = figures.days(tx, user_id, first.isoformat(), today.isoformat())
    buckets = figures.counters(tx, user_id, ["rating"]) if "rating" in kinds else {}
    rows = figures.affinities(tx, user_id, touched)
    return After(
        scalars=standing.scalars,
        buckets={key: value for (_, key), value in buckets.items()},
        touched=rows,
        leaders={
            kind: figures.listed(tx, user_id, kind, LISTED + len(touched))
            for kind in ranked_types(delta, rows)
        },
        days=frozenset(days),
        today=today,
    )
