"""Ways to say what everybody watches; each gives (films,) numbers from 0 to 1.

They are put together here alone: what is learnt with, what is judged and what answers is
`Ways.together` of `ways_of`, of the ratings up to an instant or of what stands in the store now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from cinematch.recommender.core.arrays import Bools, Floats, Ints
from cinematch.recommender.core.options import PopularityOptions
from cinematch.recommender.core.ratings import Ratings

_DAY = 86_400
"""Seconds."""

_ENOUGH = 100.0
"""Viewings of late for which what is recent counts as much as what is well known in its place."""

_HALVINGS = 6
"""Half-lives after which a viewing is forgotten where they are counted day by day."""

_PRIOR_WEIGHT = 5.0
"""Ratings that the mean at the source of the catalogue counts for, beside those given."""

_USUAL_STARS = 3.2
"""Mean stars of a film of which nothing is known, where nothing is known of any."""


@dataclass(frozen=True)
class Catalogue:
    """What sources say of films.

    Attributes:
        known: (films,) how widely each is known there, 0 to 1.
        means: (films,) mean stars there, NaN where unknown.
        years: (films,) in which each came out, NaN where unknown.
        genres: (films, genres) whether a film is of each.
    """

    known: Floats
    means: Floats
    years: Floats
    genres: Bools


@dataclass(frozen=True)
class Tally:
    """What people had made of films up to an instant.

    Attributes:
        watched: (films,) viewers.
        rated: (films,) how many gave stars.
        stars: (films,) sums of them.
        lately: (films,) viewings of the last 48 hours.
        before: (films,) viewings of the thirty days before those.
        recent: (films,) viewings, see `faded`.
    """

    watched: Ints
    rated: Ints
    stars: Floats
    lately: Ints
    before: Ints
    recent: Floats

    @classmethod
    def of(cls, ratings: Ratings, half_life: float | None) -> "Tally":
        """Count ratings as at the instant of the last of them; one row is one viewing."""
        rated = ratings.where(ratings.rated)
        # Without ratings there is no instant, and nothing to count.
        ago = (ratings.at.max() - ratings.at) if len(ratings) else ratings.at

        def counted(rows: Bools) -> Ints:
            return np.bincount(ratings.film[rows], minlength=ratings.films)

        return cls(
            watched=np.bincount(ratings.film, minlength=ratings.films),
            rated=np.bincount(rated.film, minlength=ratings.films),
            stars=np.bincount(rated.film, rated.stars, ratings.films).astype(np.float64),
            lately=counted(ago < 2 * _DAY),
            before=counted((ago >= 2 * _DAY) & (ago < 32 * _DAY)),
            recent=faded(ratings, half_life),
        )


def faded(ratings: Ratings, half_life: float | None) -> Floats:
    """Return (films,) viewings, each halved by every half-life between it and the last of all.

    Args:
        ratings: one row is one viewing.
        half_life: in days; None for viewings that do not fade.
    """
    if half_life is None or not len(ratings):
        return np.bincount(ratings.film, minlength=ratings.films).astype(np.float64)
    days = (ratings.at.max() - ratings.at) / _DAY
    weights = 0.5 ** (days / half_life)
    return np.bincount(ratings.film, weights, ratings.films).astype(np.float64)


def spans_of(
    after: date | None, today: date, half_life: float | None
) -> list[tuple[date, date, float]]:
    """Cut the days up to today into spans, one a half-life, with what a viewing in each counts.

    Args:
        after: the last day that is counted elsewhere; None when none is.
        today: the last day of the spans.
        half_life: in days; without one nothing fades, and there are no spans.

    >>> [(first.day, last.day, weight) for first, last, weight in
    ...  spans_of(date(2026, 1, 10), date(2026, 1, 15), 4.0)]
    [(12, 15, 0.7071067811865476), (11, 11, 0.3535533905932738)]
    """
    spans: list[tuple[date, date, float]] = []
    if half_life is None:
        return spans
    step, last = max(1, round(half_life)), today
    for number in range(_HALVINGS):
        if after is not None and last <= after:
            break
        first = last - timedelta(days=step - 1)
        if after is not None:
            first = max(first, after + timedelta(days=1))
        spans.append((first, last, 0.5 ** ((number + 0.5) * step / half_life)))
        last = first - timedelta(days=1)
    return spans


@dataclass(frozen=True)
class Esteem:
    """How films are liked, by ratings and by the source of the catalogue.

    Attributes:
        means: (films,) shrunken mean stars.
        votes: (films,) ratings; what the source has is a vote as well: without one nothing has
            been liked for long.
        usual: mean stars where nothing is known of a film.
    """

    means: Floats
    votes: Ints
    usual: float

    @classmethod
    def of(cls, rated: Ints, stars: Floats, catalogue: Catalogue) -> "Esteem":
        """Put (films,) ratings and their sums together with the catalogue."""
        told = ~np.isnan(catalogue.means)
        usual = float(catalogue.means[told].mean()) if told.any() else _USUAL_STARS
        prior = np.where(told, catalogue.means, usual)
        means = (stars + _PRIOR_WEIGHT * prior) / (rated + _PRIOR_WEIGHT)
        votes = rated + np.where(told, np.rint(100 * catalogue.known), 0)
        return cls(means, votes.astype(np.int64), usual)


@dataclass(frozen=True)
class Ways:
    """The ways of being popular that are the same for all, (films,) each."""

    well_known: Floats
    recent: Floats
    trending: Floats
    timeless: Floats
    champions: Floats

    def together(self, options: PopularityOptions, peers: Floats | None = None) -> Floats:
        """Return (films,) all of them by their shares, 0 to 1.

        Args:
            options: the shares.
            peers: see `among_peers`; None for who told neither age nor country.
        """
        parts = [(getattr(options, name), getattr(self, name)) for name in WAYS]
        if peers is not None:
            parts.append((options.peers, peers))
        return blended(parts)


WAYS = ("well_known", "recent", "trending", "timeless", "champions")
"""Names of the ways and of their shares."""


def ways_of(tally: Tally, catalogue: Catalogue, year: int) -> Ways:
    """Measure every way of being popular; `year` is the one of the tally."""
    esteem = Esteem.of(tally.rated, tally.stars, catalogue)
    known = well_known(tally.watched, catalogue.known)
    return Ways(
        well_known=known,
        recent=recent(tally.recent, known),
        trending=trending(tally.lately, tally.before),
        timeless=timeless(esteem.means, esteem.votes, year - catalogue.years),
        champions=champions(esteem.means, esteem.votes, catalogue.genres),
    )


def year_of(ratings: Ratings) -> int:
    """Return the year of the last rating, 1970 without any."""
    last = np.datetime64(int(ratings.at.max(initial=0)), "s")
    return int(last.astype("datetime64[Y]").astype(np.int64)) + 1970


def recent(faded: Floats, known: Floats) -> Floats:
    """Return what is watched of late, on a logarithmic scale; what is well known where little is.

    Args:
        faded: (films,) viewings that fade, see there.
        known: (films,) see `well_known`.

    >>> recent(np.array([100.0, 0.0]), np.array([0.0, 1.0])).tolist()
    [0.5, 0.5]
    """
    trust = float(faded.sum()) / (float(faded.sum()) + _ENOUGH)
    return trust * _to_one(np.log1p(faded)) + (1.0 - trust) * known


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


def champions(means: Floats, count: Ints, genres: Bools, each: int = 5) -> Floats:
    """Return the best of each genre: 1 for a genre's first, less for its next, 0 past `each`.

    Args:
        means: (films,) shrunken mean stars; films without ratings are no champions.
        count: (films,) ratings.
        genres: (films, genres) whether a film is of each.
        each: how many of a genre.
    """
    best = np.zeros(len(means))
    for having in genres.T:
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
    # Everybody's figures may lag behind what the peers have seen, or be on the way.
    by_all = np.maximum(watched, watched_by_peers)
    peers, everybody = watched_by_peers.sum(), by_all.sum()
    if not peers:
        return np.zeros(len(watched))
    expected = by_all * (peers / everybody)
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
