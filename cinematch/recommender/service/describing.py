"""What a model is like: its groups of people and films, its maps, what it was fitted to."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace
from scipy import sparse

from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.clusters import (
    NO_CLEAR_CLUSTERS,
    Grouping,
    directions,
    over_represented,
)
from cinematch.recommender.core.histories import graded, sample_of
from cinematch.recommender.core.model import Group, Groups
from cinematch.recommender.core.progress import Progress
from cinematch.recommender.core.ratings import HIGHEST, LOWEST, STEP, Ratings
from cinematch.recommender.ports import Fitters
from cinematch.recommender.service.fitting import Fitted, Material

GROUPS = 4
"""C, when nobody has searched for it."""

_PEOPLE = 2_000
"""People of a map, and by whom groups of people are found."""

_FEWEST = 12
"""People or films under which there are no groups."""

_TELLING = 5
"""Films by which a group is shown."""

_DIGITS = 6
"""Of centres: directions have the length 1."""


@dataclass(frozen=True)
class Described:
    """Groups and maps; see `core.model.Model`."""

    kinds: Groups | None
    film_map: Floats
    film_group: Ints
    people: Groups | None
    people_map: Floats
    people_group: Ints


def describe(
    ratings: Ratings, fitted: Fitted, material: Material, fitters: Fitters, progress: Progress
) -> Described:
    """Group films and people by what the factorisation says of them, and lay them out flat."""
    progress(0, 3)
    factors = fitted.kernel.shown_side.astype(np.float64)
    watched = np.bincount(ratings.film, minlength=ratings.films)
    some = np.flatnonzero(watched)
    rows = directions(factors[some])
    film_map = np.zeros((ratings.films, 2), dtype=np.float32)
    film_map[some] = flat(rows)
    film_group = np.full(ratings.films, -1, dtype=np.int32)
    grouping = _grouped(rows, fitted, fitters)
    kinds = None
    if grouping:
        film_group[some] = grouping.labels
        often = watched[some] >= np.median(watched[some])
        nearest = np.where(often[:, None], rows @ grouping.centres.T, -np.inf)
        weights = sparse.csr_array(material.features[some])
        kinds = _groups(grouping, weights, material, ratings, some, nearest)
    progress(1, 3)
    people, people_map, people_group = _people(ratings, fitted, material, fitters)
    progress(2, 3)
    return Described(kinds, film_map, film_group, people, people_map, people_group)


def _people(
    ratings: Ratings, fitted: Fitted, material: Material, fitters: Fitters
) -> tuple[Groups | None, Floats, Ints]:
    counts = np.bincount(ratings.user, minlength=ratings.users)
    rng = np.random.default_rng(fitted.options.seed)
    people = sample_of(np.flatnonzero(counts), _PEOPLE, rng)
    said = graded(ratings, fitted.means.of_film, fitted.options.grading)
    by_person = sparse.csr_array(ratings.matrix(said)[people])
    rows = directions(by_person @ fitted.kernel.seen_side.astype(np.float64))
    grouping = _grouped(rows, fitted, fitters)
    if not grouping:
        return None, flat(rows), np.full(len(people), -1, dtype=np.int32)
    watched = np.flatnonzero(np.bincount(ratings.film, minlength=ratings.films))
    telling = fitted.kernel.shown_side[watched].astype(np.float64) @ grouping.centres.T
    weights = sparse.csr_array(by_person.maximum(0.0) @ material.features)
    groups = _groups(grouping, weights, material, ratings, watched, telling)
    groups = replace(groups, centres=grouping.centres.round(_DIGITS).tolist())
    return groups, flat(rows), grouping.labels.astype(np.int32)


def _grouped(rows: Floats, fitted: Fitted, fitters: Fitters) -> Grouping | None:
    wanted = fitted.options.groups or GROUPS
    if len(np.unique(rows, axis=0)) < max(_FEWEST, 2 * wanted):
        return None
    return fitters.group(rows, wanted, fitted.options.seed)


def _groups(
    grouping: Grouping,
    weights: sparse.csr_array,
    material: Material,
    ratings: Ratings,
    films: Ints,
    telling: Floats,
) -> Groups:
    """Name groups by what they have more of than all do.

    Args:
        grouping: of people or films.
        weights: (rows, features) what each has.
        material: names of the features.
        ratings: ids of the films.
        films: positions of films that may stand for a group.
        telling: (films, groups) how well each does.
    """
    groups = []
    for number in range(len(grouping.centres)):
        lifts = over_represented(grouping.labels, weights, number)
        best = films[np.argsort(-telling[:, number], kind="stable")[:_TELLING]]
        groups.append(
            Group(
                size=int((grouping.labels == number).sum()),
                features=[
                    (material.names[one.feature].kind, material.names[one.feature].name, one.lift)
                    for one in lifts
                ],
                films=[ratings.film_ids[film] for film in best],
            )
        )
    return Groups(
        silhouette=grouping.silhouette,
        balance=grouping.balance,
        stability=grouping.stability,
        clear=grouping.silhouette >= NO_CLEAR_CLUSTERS,
        groups=groups,
    )


def flat(rows: Floats) -> Floats:
    """Return (rows, 2) the two main directions (PCA), each turned so that its largest is above 0.

    >>> flat(np.array([[0.0, 0.0, 0.0], [2.0, 0.0, 0.0]])).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    laid = np.zeros((len(rows), 2), dtype=np.float32)
    if len(rows) < 2:
        return laid
    centred = rows - rows.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    main = axes[:, ::-1][:, :2]
    signs = np.sign(main[np.abs(main).argmax(axis=0), np.arange(main.shape[1])])
    laid[:, : main.shape[1]] = centred @ (main * signs)
    return laid


def histograms(ratings: Ratings, material: Material) -> dict[str, dict[str, float]]:
    """Return how often each number of stars was given, and each genre watched."""
    steps = np.arange(LOWEST, HIGHEST + STEP, STEP)
    stars = ratings.stars[ratings.rated]
    genres: dict[str, float] = {}
    for film, count in enumerate(np.bincount(ratings.film, minlength=ratings.films)):
        for genre in _genres(material, film) if count else ():
            genres[genre] = genres.get(genre, 0.0) + float(count)
    return {
        "stars": {f"{step:g}": float((stars == step).sum()) for step in steps},
        "genres": dict(sorted(genres.items())),
    }


def _genres(material: Material, film: int) -> Sequence[str]:
    return tuple(dict.fromkeys(material.films[film].genres))
