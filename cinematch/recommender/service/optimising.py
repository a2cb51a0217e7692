"""The search for K, told as it goes: first how many factors, then how many groups of people.

The messages are those of the described stream (recommender spec, §3.4), with further fields. What
is chosen is chosen by held-out ratings and by groups that come again; the described composite
scores stand beside it, to look at.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from typing import Any

import numpy as np

from cinematch.kit.errors import Conflict
from cinematch.recommender.core.arrays import Floats
from cinematch.recommender.core.clusters import (
    NO_CLEAR_CLUSTERS,
    Worth,
    best_worth,
    described_score,
    directions,
    worth_of,
)
from cinematch.recommender.core.factors import FactorsOptions, fit_factors
from cinematch.recommender.core.metrics.errors import rmse
from cinematch.recommender.core.options import SearchOptions
from cinematch.recommender.core.ratings import Ratings
from cinematch.recommender.core.search_k import Candidate, best, grid, try_candidates, verdict
from cinematch.recommender.core.splits import Split, stratified
from cinematch.recommender.ports import Fitters

Say = Callable[[dict[str, Any]], object]
Report = Callable[[str, int, int], object]
Tried = Mapping[tuple[str, int], Mapping[str, Any]]
"""What an unfinished search of the same data and options said, by message type and number."""

_FACTORS_BAND, _GROUPS_BAND = (30, 65), (65, 95)
_FEWEST = 10
"""Ratings under which nothing can be kept back to judge by."""


def optimise(  # noqa: PLR0913 - what a search is made of, by name
    ratings: Ratings,
    options: SearchOptions,
    fitters: Fitters,
    say: Say,
    report: Report,
    tried: Tried | None = None,
    *,
    about: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Search for the numbers of factors and groups, and say each result as soon as it is there.

    Args:
        ratings: of everybody.
        options: candidates, share kept back, seed.
        fitters: of which `group` is used.
        say: hears the messages, in the order of R93.
        report: `(phase, done, of)`, often; raises to leave off.
        tried: results that need not be computed again.
        about: what else is said of the data, such as their source; with a `noise_floor` they are
            told to be invented.

    Returns:
        `k_svd`, `k_cluster` (None where there are too few people) and what they are worth.

    Raises:
        Conflict: there is too little to search in.
    """
    rated = _known(ratings)
    search = _Search(rated, options, fitters, say, report, tried or {})
    search.begin({"fingerprint": ratings.fingerprint(), **(about or {})})
    k = search.factors()
    groups = search.groups(k.k)
    final = None if groups is None else groups.groups
    message = f"K-SVD {k.k}, K-Cluster {final or 'none'}."
    found = {"final_k_svd": k.k, "final_k_cluster": final, "progress": 100}
    say({"type": "completed", "message": message, **found})
    return {
        "k_svd": k.k,
        "k_cluster": final,
        "held_out_rmse": k.held_out_rmse,
        "standard_error": k.standard_error,
        "silhouette_score": groups.silhouette if groups else None,
        "stability": groups.stability if groups else None,
    }


def progress_of(number: int, count: int, band: tuple[int, int]) -> int:
    """Return the progress of candidate `number`, from 0, of `count` (R94).

    >>> [progress_of(i, 7, (30, 65)) for i in range(7)]
    [30, 35, 40, 45, 50, 55, 60]
    >>> [progress_of(i, 5, (65, 95)) for i in range(5)]
    [65, 71, 77, 83, 89]
    """
    return band[0] + (band[1] - band[0]) * number // count


def _known(ratings: Ratings) -> Ratings:
    """Return the ratings, with those people and films alone that have any.

    Raises:
        Conflict: there are too few.
    """
    rated = ratings.where(ratings.rated)
    users, user = np.unique(rated.user, return_inverse=True)
    films, film = np.unique(rated.film, return_inverse=True)
    if len(rated) < _FEWEST or min(len(users), len(films)) < 2:
        raise Conflict(
            f"There are {len(rated)} ratings by {len(users)} people of {len(films)} films; the "
            f"search needs {_FEWEST} ratings, two people and two films. Import ratings, or load "
            "a community: cinematch community add FOLDER",
            reason="too_few_ratings",
        )
    return Ratings(
        user_ids=tuple(ratings.user_ids[at] for at in users),
        film_ids=tuple(ratings.film_ids[at] for at in films),
        user=user.astype(np.int32),
        film=film.astype(np.int32),
        stars=rated.stars,
        at=rated.at,
        liked=rated.liked,
    )


@dataclass
class _Search:
    rated: Ratings
    options: SearchOptions
    fitters: Fitters
    say: Say
    report: Report
    tried: Tried

    def begin(self, about: Mapping[str, Any]) -> None:
        """Say what is searched in, and where ratings are invented that they are."""
        rated = self.rated
        self.say(
            {
                "type": "matrix_info",
                "shape": [rated.users, rated.films],
                "density": rated.density,
                "ratings": len(rated),
                **about,
            }
        )
        noise_floor = about.get("noise_floor")
        if noise_floor is not None:
            told = f"These ratings are invented: no RMSE below {noise_floor:.3f} means anything."
            self._status("invented", told, floor=round(noise_floor, 3))

    def factors(self) -> Candidate:
        """Try the numbers of factors."""
        wanted = self._candidates()
        self._phase("k_svd", "How many factors describe taste?", wanted)
        split = stratified(
            self.rated, self.options.hold_out, np.random.default_rng(self.options.seed)
        )
        if not len(split.test):
            raise Conflict(
                "Nobody has rated enough films for one to be kept back; nothing could be judged.",
                reason="too_few_ratings",
            )
        plain = self._rmse_of_biases(split)
        found: list[Candidate] = []
        for number, (one, again) in enumerate(self._factors_of(split, wanted)):
            found.append(one)
            at = progress_of(number, len(wanted), _FACTORS_BAND)
            self._say_factors(one, found, plain, at, again)
        chosen = best(found)
        self.say(
            {
                "type": "k_svd_optimal",
                "optimal_k": chosen.k,
                "score": chosen.composite_score,
                "held_out_rmse": chosen.held_out_rmse,
                "bias_rmse": plain,
            }
        )
        return chosen

    def groups(self, k: int) -> Worth | None:
        """Try the numbers of groups, of people by their factors."""
        most = self.rated.users // 2
        wanted = [count for count in sorted(set(self.options.groups)) if count <= most]
        self._phase("k_cluster", "How many kinds of taste are there?", wanted)
        if not wanted:
            few = f"{self.rated.users} people are too few for groups."
            self._status("too_few_people", few, progress=_GROUPS_BAND[1], people=self.rated.users)
            return None
        people = cache(lambda: self._people(k))
        found: list[Worth] = []
        for number, count in enumerate(wanted):
            self.report("k_cluster", number, len(wanted))
            again = self._said_before("k_cluster_result", count, k)
            if again is not None:
                one = _worth_again(again, count)
            else:
                one = worth_of(self.fitters.group(people(), count, self.options.seed), count)
            found.append(one)
            self._say_groups(one, found, k, progress_of(number, len(wanted), _GROUPS_BAND), again)
        chosen = best_worth(found)
        clear = chosen.silhouette >= NO_CLEAR_CLUSTERS
        if not clear:
            none = "There are no clear clusters in these data."
            self._status("no_clear_groups", none, progress=_GROUPS_BAND[1])
        score = described_score(chosen.silhouette, chosen.balance, chosen.groups)
        self.say(
            {
                "type": "k_cluster_optimal",
                "optimal_k": chosen.groups,
                "score": score,
                "clear": clear,
            }
        )
        return chosen

    def _candidates(self) -> list[int]:
        most = min(self.rated.users, self.rated.films) - 1
        given = sorted(set(self.options.factors or ()))
        if (beyond := [k for k in given if k > most]) and len(beyond) < len(given):
            left_out = ", ".join(map(str, beyond))
            told = f"Left out: {left_out}; the data allow for K up to {most}."
            self._status("left_out", told, k=left_out, most=most)
        elif beyond:
            told = f"The data allow for K up to {most}; only that is tried."
            self._status("only_most", told, most=most)
            return [most]
        return [k for k in given if k <= most] or grid(self.rated)

    def _factors_of(
        self, split: Split, wanted: Sequence[int]
    ) -> Iterator[tuple[Candidate, Mapping[str, Any] | None]]:
        """Yield each candidate, with what was said of it before when it is not fitted again."""
        missing = [k for k in wanted if ("k_svd_result", k) not in self.tried]
        fitted = try_candidates(split, missing, self._options, self._watched(len(missing)))
        for number, k in enumerate(wanted):
            again = self.tried.get(("k_svd_result", k))
            if again is None:
                at = progress_of(number, len(wanted), _FACTORS_BAND)
                self._status("tried", f"K = {k} is tried.", progress=at, k=k)
                yield next(fitted), None
            else:
                names = [field.name for field in fields(Candidate)]
                yield Candidate(**{name: again[name] for name in names}), again

    def _watched(self, candidates: int) -> Callable[[int, int], object]:
        fitted, before = 0, 0

        def progress(done: int, of: int) -> None:
            nonlocal fitted, before
            fitted += done < before
            before = done
            self.report("k_svd", fitted * of + done, candidates * of)

        return progress

    def _options(self, k: int) -> FactorsOptions:
        asked = self.options
        return FactorsOptions(k, asked.regularization, asked.epochs, asked.seed)

    def _rmse_of_biases(self, split: Split) -> float:
        """Return what a model without any factor would reach."""
        fitted = fit_factors(split.train, self._options(0), lambda _done, _of: None)
        return rmse(fitted.predict(split.test.user, split.test.film), split.test.stars)

    def _people(self, k: int) -> Floats:
        """Return (users, K) directions of taste, biases left out (W30)."""
        fitted = fit_factors(
            self.rated, self._options(k), lambda done, of: self.report("k_cluster", done, 10 * of)
        )
        return directions(fitted.user[:, 1:])

    def _said_before(self, kind: str, number: int, k: int) -> Mapping[str, Any] | None:
        again = self.tried.get((kind, number))
        return again if again is not None and again.get("k_svd") == k else None

    def _say_factors(
        self,
        one: Candidate,
        found: Sequence[Candidate],
        plain: float,
        progress: int,
        again: Mapping[str, Any] | None,
    ) -> None:
        self.say(
            {
                "type": "k_svd_result",
                **asdict(one),
                "is_best": best(found).k == one.k,
                "overfitting_risk": max(0.0, one.held_out_rmse - one.train_rmse),
                "verdict": verdict(one, found, plain),
                "progress": progress,
                **({"resumed": True} if again else {}),
            }
        )

    def _say_groups(
        self,
        one: Worth,
        found: Sequence[Worth],
        k: int,
        progress: int,
        again: Mapping[str, Any] | None,
    ) -> None:
        self.say(
            {
                "type": "k_cluster_result",
                "k": one.groups,
                "silhouette_score": one.silhouette,
                "balance": one.balance,
                "composite_score": described_score(one.silhouette, one.balance, one.groups),
                "is_best": best_worth(found) is one,
                "stability": one.stability,
                "smallest": one.smallest,
                "verdict": one.verdict,
                "k_svd": k,
                "progress": progress,
                **({"resumed": True} if again else {}),
            }
        )

    def _phase(self, phase: str, message: str, candidates: Sequence[int]) -> None:
        self.say(
            {
                "type": "phase",
                "phase": phase,
                "message": message,
                "candidates": list(candidates),
            }
        )

    def _status(self, what: str, message: str, **values: Any) -> None:
        """Say something in English, and as `what` with `values` for pages in other languages."""
        self.say({"type": "status", "message": message, "what": what, **values})


def _worth_again(again: Mapping[str, Any], count: int) -> Worth:
    return Worth(
        count,
        again["silhouette_score"],
        again["balance"],
        again["stability"],
        again["smallest"],
    )
