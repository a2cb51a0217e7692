"""How models are fitted: one object for the terminal, the API and the search, kept with a model."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Positive = Annotated[float, Meta(gt=0.0)]
Source = Literal["auto", "own", "hybrid", "synthetic"]
_Head = Annotated[str, Meta(pattern="^(ease|ials|content|popularity)$")]


class EaseOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The linear autoencoder; see `heads.ease.fit_ease`."""

    regularization: Positive = 500.0
    """λ, in viewings: a film needs about so many before its own weights are believed."""

    most_films: Annotated[int, Meta(ge=10, le=20_000)] = 5_000
    """The most watched films take part: time grows with their third power, memory with the square
    (100 MB for 5,000)."""


class KernelOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The kernel of an implicit factorisation; see `heads.kernel.kernel_of`."""

    factors: Annotated[int, Meta(ge=1, le=1024)] = 128
    """K; never more than the smaller side of the matrix."""

    unobserved: Positive = 0.3
    """Weight of a film not seen (α₀)."""

    regularization: Positive = 0.02
    """λ, times the frequency of user or film (ν = 1)."""

    epochs: Annotated[int, Meta(ge=1, le=200)] = 10
    """Sweeps over users and films."""

    damping: Positive = 0.3
    """Of the kernel: shrinks directions that few films share."""

    threads: Annotated[int, Meta(ge=1, le=256)] = 2
    """Threads of the fit."""


class StarsOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The factorisation machine of stars; see `core.stars`."""

    factors: Annotated[int, Meta(ge=1, le=128)] = 10
    """K; the search for K sets it."""

    iterations: Annotated[int, Meta(ge=3, le=2000)] = 150
    """Gibbs sweeps; the first third warms up."""

    samples: Annotated[int, Meta(ge=1, le=200)] = 24
    """How many of the sweeps are kept for serving, evenly spaced."""


class Grading(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much one seen film says of taste. It depends on that film and its stars alone, so that
    taking it away takes away exactly what it gave. See `profile.grades`.
    """

    seen: Share = 1.0
    """Of having seen it at all."""

    per_star: Share = 0.1
    """Of each star above (below: less) what people give to that film."""

    liked: Share = 0.2
    """Of having marked it as liked."""


class PopularityOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ways of being popular, and the share of each; see `core.popularity`."""

    half_life: Positive | None = 90.0
    """Days after which a viewing counts half for what is recent; None: none ever fades."""

    recent: Share = 1.0
    """Of what is watched of late."""

    well_known: Share = 0.1
    """Of what has been watched at any time."""

    trending: Share = 0.03
    """Of what rose in the last 48 hours (R173)."""

    timeless: Share = 0.03
    """Of what is old and well liked (R174)."""

    champions: Share = 0.03
    """Of the best of each genre (R175)."""

    peers: Share = 0.3
    """Of what people of one's age and country watch, for who told them (R176). It cannot be judged
    by ratings kept back, which tell of neither, so it is never tuned."""


class TrainingOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that a training depends on beside its data."""

    source: Source = "auto"
    """`own`: this installation's ratings; `hybrid`: with the background community; `synthetic`: an
    invented community, only to warm an empty installation. `auto`: the first of `hybrid`, `own`,
    `synthetic` for which there is enough."""

    ease: EaseOptions = EaseOptions()
    kernel: KernelOptions = KernelOptions()
    stars: StarsOptions = StarsOptions()
    grading: Grading = Grading()
    popularity: PopularityOptions = PopularityOptions()

    weights: dict[_Head, Annotated[float, Meta(ge=0.0, le=10.0)]] | None = None
    """Of the ranking models, by name; learnt on validation when not given. One is above 0."""

    tune: bool = True
    """Whether λ of the autoencoder, α₀ of the factorisation, the half-life and the shares of
    popularity are tried around the given ones, on ratings kept back; they depend on how dense the
    data are, and on how soon people turn to other films."""

    groups: Annotated[int, Meta(ge=1, le=50)] | None = None
    """C, clusters of people and of films; the last search's when not given, else 4."""

    hold_out: Annotated[float, Meta(gt=0.0, lt=0.5)] = 0.1
    """Share of the ratings, the latest, that is kept back to judge by."""

    seed: Annotated[int, Meta(ge=0, lt=2**31)] = 42
    """Of everything that is drawn."""

    def __post_init__(self) -> None:
        """Refuse weights by which no film would be before another."""
        if self.weights is not None and not any(self.weights.values()):
            raise ValueError("weights: one of them has to be above 0")


def recipe_of(options: TrainingOptions) -> TrainingOptions:
    """Return what decides how models are fitted: neither the data nor what is drawn of them."""
    return msgspec.structs.replace(options, source="auto", groups=None, hold_out=0.1, seed=0)


class SearchOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The search for K; see `core.search_k`."""

    factors: tuple[Annotated[int, Meta(ge=1, le=512)], ...] | None = None
    """Candidates for K; by the density of the data when not given (R156)."""

    groups: tuple[Annotated[int, Meta(ge=2, le=50)], ...] = (2, 3, 4, 5, 6, 7, 8)
    """Candidates for C (R162)."""

    source: Source = "auto"
    hold_out: Annotated[float, Meta(gt=0.0, lt=0.5)] = 0.2
    regularization: Positive = 12.0
    """λ of the biased factorisation (R148)."""

    epochs: Annotated[int, Meta(ge=1, le=100)] = 8
    seed: Annotated[int, Meta(ge=0, lt=2**31)] = 42


class EvaluationOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an evaluation is done; see `service.evaluating`."""

    protocol: Literal["temporal", "leave-last-out", "random", "stratified"] = "temporal"
    """`temporal`: everything after one instant is kept back. `leave-last-out`: each person's last
    rating. `random`: a share of all ratings. `stratified`: a share of each person's ratings."""

    source: Source = "auto"

    hold_out: Annotated[float, Meta(gt=0.0, lt=0.5)] = 0.1
    """Share of the ratings that is kept back; of the rest the same share is chosen by."""

    repeats: Annotated[int, Meta(ge=1, le=20)] = 1
    """Random protocols: how many times, each with a seed of its own."""

    folds: Annotated[int, Meta(ge=2, le=20)] | None = None
    """`random` only: every rating is kept back once, in so many parts, in place of `repeats`."""

    training: TrainingOptions = TrainingOptions()
    """What is judged. Its own source, hold-out and seed count for nothing here."""

    ranking: bool = True
    """Whether lists are judged."""

    stars: bool = True
    """Whether predicted stars are."""

    cold_start: bool = True
    """Whether the curve for people with few ratings is drawn, if stars are judged."""

    seed: Annotated[int, Meta(ge=0, lt=2**31)] = 42
