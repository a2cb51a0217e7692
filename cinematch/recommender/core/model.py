"""A trained model: what is stored, and what is needed to serve. Pure arrays; nobody changes it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.options import PopularityOptions, TrainingOptions
from cinematch.recommender.core.stars import StarsModel

FORMAT = 2
"""Raised when the arrays or the manifest change; another format is not read."""


class Origin(msgspec.Struct, frozen=True):
    """Where ratings came from: `own`, the name of a data set, or `synthetic`."""

    name: str
    licence: str
    ratings: int
    users: int


class Measure(msgspec.Struct, frozen=True):
    """A figure with its 95 % bootstrap interval over `n` users or ratings."""

    value: float
    low: float
    high: float
    n: int


class Group(msgspec.Struct, frozen=True):
    """A cluster: `features` are what it has more of than all, as (kind, name, lift)."""

    size: int
    features: list[tuple[str, str, float]]
    films: list[str]
    """Ids of the films nearest to its middle (films) or most telling (people)."""


class Groups(msgspec.Struct, frozen=True):
    """A clustering of people or films. `clear` says whether there are groups at all."""

    silhouette: float
    balance: float
    stability: float
    clear: bool
    groups: list[Group]
    centres: list[list[float]] = []
    """(groups, K) of people, by which anybody's group is found; none in older models."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about a model but its arrays.

    Attributes:
        format: see `FORMAT`.
        version: what it is called, in order of time.
        created_at: ISO, UTC.
        code: the release that made it.
        source: `own`, `hybrid` or `synthetic`.
        origins: where its ratings came from, with licences.
        fingerprint: SHA-256 of the ratings.
        options: all of them.
        users, films, ratings: how many were learnt from.
        density: ratings ÷ (users · films).
        weights, scales: of the ranking models, by name.
        tuned: options that were chosen on ratings kept back, by their path.
        popularity: the ways of being popular as they were chosen on ratings kept back; of a model
            of before they were, what is well known, which its weights were learnt with.
        until: the last day of which there are ratings; None in a model of before.
        hold_out: measures by name on ratings kept back (`ndcg@10`, `rmse`, `popularity ndcg@10`,
            `bias rmse`, `coverage 80 %`, …); empty for a synthetic source.
        segments: `ndcg@10` and `rmse` on the same by how much was known of people.
        judged_by: how the ratings of both were kept back, by the name of the split; None where
            none were, and in a model of before it was kept.
        explained_variance: of the stars' factors, informative (R190).
        noise_floor: RMSE that even the synthetic rule itself would have, when it took part.
        seconds: how long each step took.
        histograms: of stars and genres in training, for drift.
        people, kinds: clusterings of people and of films; None where there are too few.
    """

    format: int = FORMAT
    version: str
    created_at: str
    code: str
    source: str
    origins: list[Origin]
    fingerprint: str
    options: TrainingOptions
    users: int
    films: int
    ratings: int
    density: float
    weights: dict[str, float]
    scales: dict[str, float]
    hold_out: dict[str, Measure]
    segments: dict[str, dict[str, Measure]] = {}
    judged_by: str | None = None
    tuned: dict[str, float] = {}
    popularity: PopularityOptions = PopularityOptions(half_life=None, recent=0.0, well_known=1.0)
    until: date | None = None
    explained_variance: float = 0.0
    noise_floor: float | None = None
    seconds: dict[str, float] = {}
    histograms: dict[str, dict[str, float]] = {}
    people: Groups | None = None
    kinds: Groups | None = None


@dataclass(frozen=True)
class Model:
    """The manifest and the arrays, over the films that it was trained on.

    Attributes:
        manifest: see there.
        film_ids: what the positions mean.
        film_means: (films,) shrunken mean stars.
        film_counts: (films,) how many have seen each.
        ease_films: (m,) positions of the films that take part in EASE.
        ease_weights: (m, m) float32.
        kernel_seen, kernel_scored: (films, K) float32, the two sides of `KernelHead`.
        stars: the model of stars.
        film_map: (films, 2) the films projected, for looking at; zeros where nothing is known.
        film_group: (films,) their clusters; -1 for none.
        people_map: (sample, 2) the same of a sample of people, without their names.
        people_group: (sample,).
        film_recent: (films,) viewings that fade, as on the day `manifest.until`; None in a model
            of before they were counted.
    """

    manifest: Manifest
    film_ids: tuple[str, ...]
    film_means: Floats
    film_counts: Ints
    ease_films: Ints
    ease_weights: Floats
    kernel_seen: Floats
    kernel_scored: Floats
    stars: StarsModel
    film_map: Floats
    film_group: Ints
    people_map: Floats
    people_group: Ints
    film_recent: Floats | None = None

    @property
    def recent(self) -> Floats:
        """(films,) viewings that fade, or that do not where none was counted so."""
        return self.film_counts * 1.0 if self.film_recent is None else self.film_recent

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all arrays by name, as they are stored."""
        own = {name: np.asarray(getattr(self, name)) for name in _OWN}
        if self.film_recent is not None:
            own["film_recent"] = self.film_recent
        return own | {f"stars_{name}": held for name, held in self.stars.arrays().items()}

    @classmethod
    def of(
        cls, manifest: Manifest, film_ids: tuple[str, ...], arrays: Mapping[str, NDArray[Any]]
    ) -> "Model":
        """Put a model together from what `arrays` gave.

        Raises:
            ValueError: an array is missing, or its length does not fit the films.
        """
        try:
            own = {name: arrays[name] for name in _OWN}
            if "film_recent" in arrays:
                own["film_recent"] = arrays["film_recent"]
            stars = {field.name: arrays[f"stars_{field.name}"] for field in fields(StarsModel)}
            spread = float(stars.pop("spread"))
        except KeyError as missing:
            raise ValueError(f"The model lacks the array {missing}.") from None
        by_film = {*_BY_FILM, "film_recent"} & own.keys()
        if any(len(own[name]) != len(film_ids) for name in by_film):
            raise ValueError("The model's arrays do not fit its films.")
        return cls(manifest, film_ids, stars=StarsModel(**stars, spread=spread), **own)


_BY_FILM = (
    "film_means",
    "film_counts",
    "kernel_seen",
    "kernel_scored",
    "film_map",
    "film_group",
)
_OWN = (*_BY_FILM, "ease_films", "ease_weights", "people_map", "people_group")
