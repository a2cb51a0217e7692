"""Counting lists as they are asked for, for Prometheus; each process counts its own."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import get_args

import numpy as np

from cinematch.infra.metrics import Counter, Family, Histogram
from cinematch.kit.errors import CineMatchError
from cinematch.recommender.core.arrays import Floats
from cinematch.recommender.core.clusters import directions, nearest
from cinematch.recommender.core.heads import KernelHead
from cinematch.recommender.core.profile import Profile
from cinematch.recommender.core.records import Algorithm
from cinematch.recommender.ports import FEWEST_PEERS
from cinematch.recommender.service.monitoring import FEWEST_PEOPLE
from cinematch.recommender.service.serving import Standing

BUCKETS = (0.01, 0.05, 0.1, 0.5, 1.0, 2.0, 5.0)
"""Bounds of the latency's buckets in seconds (R270)."""

NO_GROUP = "none"
"""The group of whoever is in none, or in one so small that the figure would be about persons."""

_PEOPLE = ("newcomer", "known")
_FILLED = ("full", "short", "empty")


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A list that was made.

    Attributes:
        algorithm: by which the person wanted it ranked.
        group: see `group_of`.
        newcomer: whether too little was known of the person for a list worth a look.
        fallback: whether there was no model to answer with.
        asked, given: how many films.
    """

    algorithm: Algorithm
    group: str
    newcomer: bool
    fallback: bool
    asked: int
    given: int

    @property
    def filled(self) -> str:
        """How much of what was asked for was given."""
        if self.given >= self.asked:
            return "full"
        return "short" if self.given else "empty"


class Meter:
    """Counts and times lists (R269, R270, R273)."""

    def __init__(self) -> None:
        self._requests = Counter(
            "cinematch_recommendation_requests_total",
            "Lists of films that were made, by algorithm and by the person's group in the model.",
            ("algorithm", "user_cluster"),
            [(algorithm, NO_GROUP) for algorithm in get_args(Algorithm)],
        )
        self._failures = Counter(
            "cinematch_recommendation_failures_total",
            "Lists that could not be made: refused, since what was asked cannot be; or in error.",
            ("kind",),
            [("refused",), ("error",)],
        )
        self._lists = Counter(
            "cinematch_recommendation_lists_total",
            "Lists that were made, by whether the person is new and how many films were found.",
            ("person", "filled"),
            [(person, filled) for person in _PEOPLE for filled in _FILLED],
        )
        self._fallbacks = Counter(
            "cinematch_recommendation_fallbacks_total",
            "Lists made without a model, by content and popularity.",
        )
        self._seconds = Histogram(
            "cinematch_recommendation_latency_seconds",
            "Time to make a list, failed ones included.",
            BUCKETS,
        )

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Time what is done within, whether it succeeds or not, and count it if it does not."""
        begun = time.perf_counter()
        try:
            yield
        except CineMatchError as refusal:
            self._failures.add("refused" if refusal.status < 500 else "error")
            raise
        except BaseException:
            self._failures.add("error")
            raise
        finally:
            self._seconds.observe(time.perf_counter() - begun)

    def count(self, answered: Answered) -> None:
        """Count a list."""
        self._requests.add(answered.algorithm, answered.group)
        self._lists.add("newcomer" if answered.newcomer else "known", answered.filled)
        if answered.fallback:
            self._fallbacks.add()

    def families(self) -> list[Family]:
        """Return what was counted since the process began."""
        counters = (self._requests, self._failures, self._lists, self._fallbacks, self._seconds)
        return [one.family() for one in counters]


def group_of(standing: Standing, profile: Profile, grades: Floats) -> str:
    """Return the number of the person's group in the model that serves, or `NO_GROUP`.

    By what they have seen by now, as groups were found when the model was trained.

    Args:
        standing: what answers.
        profile: what they have seen.
        grades: (seen,) what each film of it says.
    """
    manifest, kernel = standing.learnt.manifest, standing.learnt.heads.get("ials")
    people = manifest.people if manifest and manifest.users >= FEWEST_PEOPLE else None
    if people is None or not people.centres or not isinstance(kernel, KernelHead):
        return NO_GROUP
    rows = kernel.seen_side[profile.films].astype(np.float64)
    [direction] = directions((grades @ rows)[None, :])
    group = nearest(np.array(people.centres), direction) if direction.any() else None
    if group is None or people.groups[group].size < FEWEST_PEERS:
        return NO_GROUP
    return str(group)
