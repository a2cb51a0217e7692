"""Options that depend on how dense the data are, tried on ratings kept back."""

from collections.abc import Callable, Sequence

import numpy as np
from msgspec.structs import replace

from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.histories import Histories, graded
from cinematch.recommender.core.options import PopularityOptions, TrainingOptions
from cinematch.recommender.core.profile import film_means, grades
from cinematch.recommender.core.progress import Progress
from cinematch.recommender.core.splits import Split
from cinematch.recommender.core.weights import Sheet, beyond_chance
from cinematch.recommender.ports import Fitters
from cinematch.recommender.service.fitting import Material, ease_task, popularity_of

_STEPS = (0.1, 0.2, 0.4, 2.0)
"""Multiples of the given value that are tried beside it."""

_HALF_LIVES = (None, 730.0, 365.0, 180.0, 90.0, 30.0, 14.0, 7.0, 3.0, 1.0)
"""Days in which a viewing fades by half, of those that are tried."""

_SHARED = ("well_known", "trending", "timeless", "champions")
_SHARES = (0.03, 0.1, 0.3)
"""Of each beside what is recent; never nothing, each is to be seen in lists."""


class Panel:
    """Some people whom a model is asked about, and what they watched next."""

    def __init__(self, split: Split, people: Ints, options: TrainingOptions) -> None:
        known, kept_back = Histories.of(split.train), Histories.of(split.test)
        train = split.train
        self.means = film_means(train.film, train.stars, train.films)
        shape = len(people), train.films
        seen, relevant = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
        self._asked: list[tuple[Ints, Floats]] = []
        for row, user in enumerate(people):
            profile = known.profile(int(user))
            said = grades(profile, self.means.of_film, options.grading)
            self._asked.append((profile.films, said))
            seen[row, profile.films] = True
            relevant[row, kept_back.profile(int(user)).films] = True
        self._sheet = Sheet((), np.zeros(0, dtype=np.float32), seen, relevant)

    def judge(self, scores: Callable[[Ints, Floats], Floats]) -> Floats:
        """Return (people,) NDCG@10 of a model alone; it is asked about films seen and grades."""
        said = np.array([scores(*asked) for asked in self._asked], dtype=np.float32)
        return self._sheet.judge(said)

    def judge_same(self, scores: Floats) -> Floats:
        """Return (people,) NDCG@10 of (films,) scores that are the same for all."""
        return self._sheet.judge(np.broadcast_to(scores, self._sheet.seen.shape))


def tuned(
    split: Split, people: Ints, options: TrainingOptions, fitters: Fitters, progress: Progress
) -> TrainingOptions:
    """Return options with λ of the autoencoder and α₀ of the factorisation that rank best.

    Each is tried on its own model alone, in five steps, and the given one stays unless another is
    better by more than one standard error of the paired difference.

    Args:
        split: what is learnt from, and what is chosen by.
        people: of whom the models are asked.
        options: the given ones.
        fitters: the libraries.
        progress: hears of the fits.
    """
    panel = Panel(split, people, options)
    train = split.train
    said = graded(train, panel.means.of_film, options.grading)
    task = ease_task(train, said, options.ease.most_films, progress)

    def of_ease(regularization: float) -> Floats:
        return panel.judge(task.among_all(task.solve(regularization, progress)).scores)

    def of_kernel(unobserved: float) -> Floats:
        tried = replace(options.kernel, unobserved=unobserved)
        return panel.judge(fitters.kernel(train.matrix(), tried, options.seed, progress).scores)

    regularization = best_of(of_ease, options.ease.regularization, _STEPS)
    unobserved = best_of(of_kernel, options.kernel.unobserved, _STEPS)
    return replace(
        options,
        ease=replace(options.ease, regularization=regularization),
        kernel=replace(options.kernel, unobserved=unobserved),
    )


def tuned_popularity(
    cases: Sequence[tuple[Split, Ints]],
    material: Material,
    given: PopularityOptions,
    progress: Progress,
) -> PopularityOptions:
    """Return the half-life and the shares of the ways of being popular that rank best, alone.

    Each is tried in turn, and kept unless another is better by more than one standard error of
    the paired difference. The ways are measured as at the end of what is learnt from, as the
    models are.

    Args:
        cases: splits, and the people who are asked in each.
        material: what is known of the films.
        given: to begin with.
        progress: hears of every value tried.
    """
    panels = [_Popular(split, people, material) for split, people in cases]
    steps: dict[str, Sequence[float | None]] = {"half_life": _HALF_LIVES}
    steps |= dict.fromkeys(_SHARED, _SHARES)
    done, of = 0, 1 + sum(map(len, steps.values()))

    def judge(options: PopularityOptions) -> Floats:
        nonlocal done
        done += 1
        progress(done, of)
        return np.concatenate([panel.judge(options) for panel in panels])

    chosen, reached = given, judge(given)
    for name, values in steps.items():
        tried = {value: judge(replace(chosen, **{name: value})) for value in values}
        best = max(tried, key=lambda value: float(np.nanmean(tried[value])))
        if beyond_chance(tried[best] - reached):
            chosen, reached = replace(chosen, **{name: best}), tried[best]
    return chosen


class _Popular:
    """The ways of being popular at the end of one split's part to learn from."""

    def __init__(self, split: Split, people: Ints, material: Material) -> None:
        self._train, self._material = split.train, material
        self._panel = Panel(split, people, TrainingOptions())

    def judge(self, options: PopularityOptions) -> Floats:
        return self._panel.judge_same(popularity_of(self._train, self._material, options))


def best_of(judge: Callable[[float], Floats], given: float, steps: Sequence[float]) -> float:
    """Return the given value or the best multiple of it, if that is better beyond chance."""
    reached = judge(given)
    tried = {given * step: judge(given * step) for step in steps}
    best = max(tried, key=lambda value: float(np.nanmean(tried[value])))
    return best if beyond_chance(tried[best] - reached) else given
