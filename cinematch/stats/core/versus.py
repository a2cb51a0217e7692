"""You against everybody: your ratings beside those of the community, or of the film's source."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

FEWEST_OTHERS = 3
"""Members who must have rated a film before their mean is taken instead of the source's."""


class Opinion(NamedTuple):
    """One film that the user rated; the sums of the community hold the user's own rating too."""

    film_id: str
    mine: int  # half-stars
    rated: int
    sum_half_stars: int
    source_mean: float | None  # 0..10, which is half-stars


class Verdict(msgspec.Struct, frozen=True):
    """One film where the two differ, in stars."""

    film_id: str
    mine: float
    community: float


class Versus(msgspec.Struct, frozen=True):
    """Means in stars over the films that can be compared."""

    mine: float | None
    community: float | None
    films: int
    difference: float | None
    most_above: list[Verdict]
    most_below: list[Verdict]


def community_mean(opinion: Opinion) -> float | None:
    """Return the others' mean in half-stars: of members when there are a few, else the source's.

    >>> community_mean(Opinion("f", 10, 4, 28, None)), community_mean(Opinion("f", 10, 1, 10, 7.9))
    (6.0, 7.9)
    """
    others = opinion.rated - 1
    if others >= FEWEST_OTHERS:
        return (opinion.sum_half_stars - opinion.mine) / others
    return opinion.source_mean


def versus(opinions: Iterable[Opinion], listed: int = 5) -> Versus:
    """Compare the user's ratings with everybody's over the films where both are known.

    >>> found = versus([Opinion("f", 9, 1, 9, 7.0), Opinion("g", 2, 1, 2, None)])
    >>> found.films, found.difference, [verdict.film_id for verdict in found.most_above]
    (1, 1.0, ['f'])
    """
    pairs = [(o, mean) for o in opinions if (mean := community_mean(o)) is not None]
    if not pairs:
        return Versus(None, None, 0, None, [], [])
    mine = sum(opinion.mine for opinion, _ in pairs) / len(pairs) / 2
    community = sum(mean for _, mean in pairs) / len(pairs) / 2
    ordered = sorted(pairs, key=lambda pair: (pair[1] - pair[0].mine, pair[0].film_id))
    above = [_verdict(o, mean) for o, mean in ordered[:listed] if o.mine > mean]
    below = [_verdict(o, mean) for o, mean in reversed(ordered[-listed:]) if o.mine < mean]
    return Versus(
        round(mine, 2), round(community, 2), len(pairs), round(mine - community, 2), above, below
    )


def _verdict(opinion: Opinion, mean: float) -> Verdict:
    return Verdict(opinion.film_id, opinion.mine / 2, round(mean / 2, 2))
