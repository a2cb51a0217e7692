"""Fitting the ranking models to one set of ratings, and asking them all about a person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from cinematch.films.core.film import Film
from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.blend import Blend, scale_of
from cinematch.recommender.core.features import Feature
from cinematch.recommender.core.gram import cross
from cinematch.recommender.core.heads import (
    ContentHead,
    EaseHead,
    Head,
    KernelHead,
    PartialHead,
    PopularityHead,
    fit_ease,
)
from cinematch.recommender.core.histories import Histories, graded, sample_of
from cinematch.recommender.core.options import PopularityOptions, TrainingOptions
from cinematch.recommender.core.popularity import Catalogue, Tally, ways_of, year_of
from cinematch.recommender.core.profile import FilmMeans, Profile, film_means, grades
from cinematch.recommender.core.progress import Progress
from cinematch.recommender.core.ratings import Ratings
from cinematch.recommender.ports import Fitters

Report = Callable[[str, int, int], object]
"""`(phase, done, of how many)`; raises to leave off."""

_SCALED_BY = 500
"""People by whom scales are found."""


def watching(report: Report, phase: str) -> Progress:
    """Return the progress of one phase."""
    return lambda done, of: report(phase, done, of)


@dataclass(frozen=True)
class Material:
    """What is known of the films beside their ratings.

    Attributes:
        features: (films, features), rows of length 1 or 0; see `core.features`.
        names: of the features.
        catalogue: the same for what everybody watches.
        films: themselves.
        kinds: (films, kinds) what the model of stars learns from; see `core.features`.
    """

    features: sparse.csr_array
    names: tuple[Feature, ...]
    catalogue: Catalogue
    films: tuple[Film, ...]
    kinds: sparse.csr_array


@dataclass(frozen=True)
class Fitted:
    """Ranking models fitted to the same ratings.

    Attributes:
        heads: by name, each over all films.
        scales: by name; see `Blend`.
        means: of the films' stars.
        options: what they were fitted with.
        ease_films: positions of the films that take part in EASE.
        ease, kernel: the two that are stored.
    """

    heads: Mapping[str, Head]
    scales: Mapping[str, float]
    means: FilmMeans
    options: TrainingOptions
    ease_films: Ints
    ease: EaseHead
    kernel: KernelHead

    def blend(self, weights: Mapping[str, float]) -> Blend:
        """Return the sum of the models by some weights."""
        return Blend(self.heads, weights, self.scales)

    def grades(self, profile: Profile) -> Floats:
        """Return (seen,) what each film says."""
        return grades(profile, self.means.of_film, self.options.grading)

    def asked(self, profile: Profile) -> dict[str, Floats]:
        """Return (films,) what each model says, over its scale."""
        said = self.grades(profile)
        return {
            name: head.scores(profile.films, said) / self.scales[name]
            for name, head in self.heads.items()
        }


def fit_heads(
    ratings: Ratings,
    material: Material,
    options: TrainingOptions,
    fitters: Fitters,
    progress: Progress,
) -> Fitted:
    """Fit every ranking model.

    Args:
        ratings: what they learn from.
        material: what is known of the films.
        options: how.
        fitters: the libraries.
        progress: hears of EASE's portions and of the factorisation's epochs.

    Raises:
        ValueError: nobody has seen anything.
    """
    means = film_means(ratings.film, ratings.stars, ratings.films)
    said = graded(ratings, means.of_film, options.grading)
    task = ease_task(ratings, said, options.ease.most_films, progress)
    ease = task.solve(options.ease.regularization, progress)
    kernel = fitters.kernel(ratings.matrix(), options.kernel, options.seed, progress)
    heads: dict[str, Head] = {
        "ease": task.among_all(ease),
        "ials": kernel,
        "content": ContentHead(material.features),
        "popularity": PopularityHead(popularity_of(ratings, material, options.popularity)),
    }
    histories = Histories.of(ratings)
    rng = np.random.default_rng(options.seed)
    people = sample_of(np.flatnonzero(histories.counts), _SCALED_BY, rng)
    asked = [
        (profile.films, grades(profile, means.of_film, options.grading))
        for profile in histories.profiles(people)
    ]
    scales = {}
    for number, (name, head) in enumerate(heads.items(), start=1):
        scales[name] = scale_of(head, asked)
        progress(number, len(heads))
    return Fitted(heads, scales, means, options, task.films, ease, kernel)


def popularity_of(ratings: Ratings, material: Material, options: PopularityOptions) -> Floats:
    """Return (films,) what was popular at the instant of the last rating, 0 to 1."""
    tally = Tally.of(ratings, options.half_life)
    return ways_of(tally, material.catalogue, year_of(ratings)).together(options)


@dataclass(frozen=True)
class EaseTask:
    """What EASE is solved from, whatever its λ.

    Attributes:
        films: (m,) positions of the films that take part, rising.
        gram: (m, m) products of the graded inputs.
        targets: (m, m) products of the inputs with what was seen.
        everything: how many films there are.
    """

    films: Ints
    gram: Floats
    targets: Floats
    everything: int

    def solve(self, regularization: float, progress: Progress) -> EaseHead:
        """Return the model for a λ."""
        return EaseHead(fit_ease(self.gram, self.targets, regularization, progress))

    def among_all(self, head: EaseHead) -> PartialHead:
        """Return a model of all films."""
        return PartialHead(head, self.films, self.everything)


def ease_task(ratings: Ratings, said: Floats, most_films: int, progress: Progress) -> EaseTask:
    """Lay out the most watched films.

    Args:
        ratings: everybody's.
        said: (rows,) grades.
        most_films: how many take part at most.
        progress: hears of portions of users.
    """
    counts = np.bincount(ratings.film, minlength=ratings.films)
    ranked = np.lexsort((np.arange(len(counts)), -counts))
    films = np.sort(ranked[: min(most_films, int((counts > 0).sum()))])
    inputs, seen = (sparse.csr_array(ratings.matrix(values)[:, films]) for values in (said, None))
    gram = cross(inputs, inputs, progress)
    return EaseTask(films, gram, cross(inputs, seen, progress), ratings.films)
