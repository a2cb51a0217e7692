"""Four ways to say what everybody watches; each gives (films,) numbers from 0 to 1."""

from collections.abc import Mapping, Sequence

import numpy as np

from cinematch.recommender.core.arrays import Bools, Floats, Ints


def trending(watched: Ints, before: Ints) -> Floats:
    """Return what rises: viewings of the last 48 hours against those that were to be expected.

    A Poisson surprise, (x − e) / √(e + 1), below zero cut off; films nobody watched have 0.

    Args:
        watched: (films,) viewings in the last 48 hours.
        before: (films,) viewings in the thirty days before them.

    >>> trending(np.array([4, 4, 0]), np.array([0, 60, 30])).round(2).tolist()
    [1.0, 0.0, 0.0]
    """
    expected = before * (2.0 / 30.0)
    surprise = np.where(watched > 0, (watched - expected) / np.sqrt(expected + 1.0), 0.0)
    return _to_one(np.maximum(surprise, 0.0))


def timeless(means: Floats, count: Ints, age: Floats, least_age: float = 20.0) -> Floats:
    """Return what has been liked for long: the lower bound of the mean of films of some age.

    Args:
        means: (films,) shrunken mean stars.
        count: (films,) ratings.
        age: (films,) years since the film came out; NaN where unknown.
        least_age: years.
    """
    if not len(means):
        return np.zeros(0)
    bound = means - 1.0 / np.sqrt(count + 1.0)
    old = np.nan_to_num(age, nan=0.0) >= least_age
    return _to_one(np.where(old & (count > 0), np.maximum(bound - means.mean(), 0.0), 0.0))


def champions(means: Floats, count: Ints, genres: Mapping[str, Bools], each: int = 5) -> Floats:
    """Return the best of each genre: 1 for a genre's first, less for its next, 0 past `each`.

    Args:
        means: (films,) shrunken mean stars; films without ratings are no champions.
        count: (films,) ratings.
        genres: which films (films,) each genre has.
        each: how many of a genre.
    """
    best = np.zeros(len(means))
    for having in genres.values():
        films = np.flatnonzero(having & (count > 0))
        order = films[np.lexsort((films, -count[films], -means[films]))][:each]
        places = 1.0 - np.arange(len(order)) / each
        best[order] = np.maximum(best[order], places)
    return best


def among_peers(watched_by_peers: Ints, watched: Ints) -> Floats:
    """Return what people of one's own age and country watch more than others do.

    Args:
        watched_by_peers: (films,) viewers among those who agreed to be counted by age and country.
        watched: (films,) viewers among all who agreed.
    """
    peers, everybody = watched_by_peers.sum(), watched.sum()
    if not peers:
        return np.zeros(len(watched))
    expected = watched * (peers / everybody)
    return _to_one(np.maximum((watched_by_peers - expected) / np.sqrt(expected + 1.0), 0.0))


def well_known(count: Ints, prior: Floats | None = None) -> Floats:
    """Return how widely films are watched, on a logarithmic scale.

    Args:
        count: (films,) how many have watched each here.
        prior: (films,) what the sources of the catalogue say, 0 to 1; counts where few have.
    """
    here = _to_one(np.log1p(count.astype(np.float64)))
    if prior is None:
        return here
    trust = min(1.0, float(count.sum()) / (20.0 * max(len(count), 1)))
    return trust * here + (1.0 - trust) * prior


def blended(parts: Sequence[tuple[float, Floats]]) -> Floats:
    """Return a weighted sum of some of them, divided by the weights."""
    weight = sum(share for share, _ in parts)
    total: Floats = np.zeros(len(parts[0][1])) if parts else np.zeros(0)
    for share, part in parts:
        total = total + share * part
    return total / weight if weight else total


def _to_one(values: Floats) -> Floats:
    top = values.max(initial=0.0)
    return np.asarray(values / top if top > 0 else values, dtype=np.float64)
