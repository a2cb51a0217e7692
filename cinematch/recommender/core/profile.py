"""One person's evidence, and what each piece of it weighs."""

from dataclasses import dataclass, field, replace

import numpy as np

from cinematch.recommender.core.arrays import Bools, Floats, Ints
from cinematch.recommender.core.options import Grading


@dataclass(frozen=True)
class Profile:
    """The films that a person has seen, by their positions in the catalogue.

    Attributes:
        films: (seen,) positions, each once.
        stars: (seen,) 0.5 to 5, NaN where not rated.
        liked: (seen,) whether marked as liked.
        muted: (seen,) whether set aside: seen, but no evidence of taste.
    """

    films: Ints
    stars: Floats
    liked: Bools
    muted: Bools

    @classmethod
    def of(
        cls,
        films: Ints,
        stars: Floats,
        liked: Bools | None = None,
        muted: Bools | None = None,
    ) -> "Profile":
        """Make one; nothing is liked or muted unless said."""
        nothing = np.zeros(len(films), dtype=np.bool_)
        return cls(
            films,
            stars,
            nothing if liked is None else liked,
            nothing if muted is None else muted,
        )

    def __len__(self) -> int:
        return len(self.films)

    @property
    def evidence(self) -> "Profile":
        """The films that count."""
        return self.only(~self.muted)

    @property
    def rated(self) -> "Profile":
        """The films that count and have stars."""
        return self.only(~self.muted & ~np.isnan(self.stars))

    def only(self, rows: Bools) -> "Profile":
        """Return some of the films."""
        return Profile(self.films[rows], self.stars[rows], self.liked[rows], self.muted[rows])

    def without(self, film: int) -> "Profile":
        """Return everything but one film."""
        return self.only(self.films != film)

    def with_stars(self, film: int, stars: float) -> "Profile":
        """Return the same with other stars for a film that is there."""
        changed = self.stars.copy()
        changed[self.films == film] = stars
        return replace(self, stars=changed)


def grades(profile: Profile, film_means: Floats, grading: Grading) -> Floats:
    """Return (seen,) what each film seen says, 0 for what is muted.

    Args:
        profile: whose films.
        film_means: (films,) shrunken mean stars of every film.
        grading: how much.
    """
    above = profile.stars - film_means.take(profile.films)
    above[np.isnan(above)] = 0.0
    said = grading.seen + grading.per_star * above + grading.liked * profile.liked
    return np.where(profile.muted, 0.0, said)


@dataclass(frozen=True)
class FilmMeans:
    """Mean stars of films, drawn towards the mean of all where few have rated.

    Attributes:
        overall: mean stars of all rows.
        of_film: (films,) shrunken means.
        count: (films,) how many rated each.
    """

    overall: float
    of_film: Floats
    count: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def film_means(film: Ints, stars: Floats, films: int, shrinkage: float = 5.0) -> FilmMeans:
    """Return the means of films; `shrinkage` is how many ratings the overall mean counts for.

    Source: the additive baseline of Koren, "Factorization meets the neighborhood", KDD 2008, §2.1.

    >>> means = film_means(np.array([0, 0, 1]), np.array([5.0, 5.0, 2.0]), 3, shrinkage=1)
    >>> means.overall, means.of_film.round(2).tolist(), means.count.tolist()
    (4.0, [4.67, 3.0, 4.0], [2, 1, 0])
    """
    rated = ~np.isnan(stars)
    film, stars = film[rated], stars[rated].astype(np.float64)
    overall = float(stars.mean()) if len(stars) else 3.0
    count = np.bincount(film, minlength=films)
    above = np.bincount(film, weights=stars - overall, minlength=films)
    return FilmMeans(overall, overall + above / (count + shrinkage), count)
