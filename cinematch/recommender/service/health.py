"""Whether what answers can answer, and how wrong it is about stars (R277)."""

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np

from cinematch.recommender.core.profile import Profile
from cinematch.recommender.core.ratings import HIGHEST, LOWEST
from cinematch.recommender.service.serving import Standing

WARNING_RMSE, DEGRADED_RMSE = 0.9, 1.0
"""Errors in stars on ratings kept back, above which a model is looked at, and is too wrong."""

_LOG = logging.getLogger(__name__)


def model_health(standing: Standing | None) -> Mapping[str, Any]:
    """Return `status`, and `level`, which says more.

    Lists come without a model, too, so nothing of it makes the product unready: the status is
    `degraded` at the most, and only for the levels `degraded` and `error`.

    Args:
        standing: what answers; None before the first list.
    """
    if standing is None:
        return {"status": "ok", "level": "not built yet"}
    try:
        _try(standing)
    except Exception:  # noqa: BLE001 - who asks hears of it, whatever it is
        _LOG.exception("What recommends cannot predict.")
        return {"status": "degraded", "level": "error"}
    manifest = standing.learnt.manifest
    if manifest is None:
        return {"status": "ok", "level": "no model"}
    told: dict[str, Any] = {"version": manifest.version, "source": manifest.source}
    measured = manifest.hold_out.get("rmse")
    if measured is None:
        return {"status": "ok", "level": "not judged", **told}
    rmse = measured.value
    level = "degraded" if rmse > DEGRADED_RMSE else "warning" if rmse > WARNING_RMSE else "ok"
    status = "degraded" if level == "degraded" else "ok"
    return {"status": status, "level": level, "rmse": round(rmse, 4), **told}


def _try(standing: Standing) -> None:
    """Predict what somebody unknown would give to the best known film.

    Raises:
        ValueError: nonsense was predicted.
    """
    if not len(standing.shelf):
        return
    best = np.array([int(standing.well_known.argmax())])
    nothing = np.zeros(0)
    person = standing.stars.fold_in(Profile.of(nothing.astype(np.int64), nothing))
    [stars] = np.clip(standing.stars.means(person, best), LOWEST, HIGHEST)
    if not np.isfinite(stars):
        raise ValueError(f"{stars} stars were predicted.")
