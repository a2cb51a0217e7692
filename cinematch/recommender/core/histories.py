"""Everybody's films at hand, person by person."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.options import Grading
from cinematch.recommender.core.profile import Profile, grades
from cinematch.recommender.core.ratings import Ratings


@dataclass(frozen=True)
class Histories:
    """Ratings cut by user; `ends` is (users + 1,) where each one's rows begin."""

    ratings: Ratings
    ends: Ints

    @classmethod
    def of(cls, ratings: Ratings) -> "Histories":
        """Cut ratings, which stand in order of users."""
        counts = np.bincount(ratings.user, minlength=ratings.users)
        return cls(ratings, np.concatenate([[0], np.cumsum(counts)]))

    @property
    def counts(self) -> Ints:
        """(users,) how many rows each has."""
        return np.diff(self.ends)

    def rows(self, user: int) -> slice:
        """Return where a user's rows stand."""
        return slice(int(self.ends[user]), int(self.ends[user + 1]))

    def profile(self, user: int) -> Profile:
        """Return what a user has seen, empty for nobody known."""
        rows = self.rows(user)
        held = self.ratings
        return Profile.of(held.film[rows], held.stars[rows], held.liked[rows])

    def profiles(self, users: Ints) -> Iterator[Profile]:
        """Yield the profiles of some users."""
        for user in users:
            yield self.profile(int(user))


def graded(ratings: Ratings, film_means: Floats, grading: Grading) -> Floats:
    """Return (rows,) what each row says; see `profile.grades`."""
    return grades(Profile.of(ratings.film, ratings.stars, ratings.liked), film_means, grading)


def sample_of(users: Ints, most: int, rng: np.random.Generator) -> Ints:
    """Return at most so many of some users, in order."""
    if len(users) <= most:
        return users
    return np.sort(rng.choice(users, size=most, replace=False))
