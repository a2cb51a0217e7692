"""Small models for tests: whole, with every array, and different by seed."""

import numpy as np

from cinematch.recommender.core.model import FORMAT, Manifest, Measure, Model, Origin
from cinematch.recommender.core.options import TrainingOptions
from cinematch.recommender.core.stars import StarsModel

FILMS, SAMPLES, FACTORS = 7, 3, 2


def manifest(version: str, **known: object) -> Manifest:
    """Return the manifest of a small model, but for what is `known`."""
    usual: dict[str, object] = {
        "format": FORMAT,
        "created_at": "2026-03-01T20:15:00.000000Z",
        "code": "0.5.0",
        "source": "own",
        "origins": [Origin("own", "", 20, 5)],
        "fingerprint": "ab" * 32,
        "options": TrainingOptions(seed=7),
        "users": 5,
        "films": FILMS,
        "ratings": 20,
        "density": 0.5,
        "weights": {"ease": 1.0},
        "scales": {"ease": 0.25},
        "hold_out": {"ndcg@10": Measure(0.4, 0.3, 0.5, 5)},
        "histograms": {"stars": {"4.5": 0.25}},
    }
    return Manifest(version=version, **{**usual, **known})  # type: ignore[arg-type]


def model(version: str, seed: int = 0, films: int = FILMS, **known: object) -> Model:
    """Return a small model whose arrays are drawn with `seed`."""
    rng = np.random.default_rng(seed)

    def drawn(*shape: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
        return rng.normal(size=shape).astype(np.float32)

    return Model(
        manifest=manifest(version, films=films, **known),
        film_ids=tuple(f"film-{number}-più" for number in range(films)),
        film_means=drawn(films),
        film_counts=rng.integers(0, 9, films).astype(np.int32),
        ease_films=np.arange(3, dtype=np.int32),
        ease_weights=drawn(3, 3),
        kernel_seen=drawn(films, FACTORS),
        kernel_scored=drawn(films, FACTORS),
        stars=StarsModel(
            overall=drawn(SAMPLES),
            film_bias=drawn(films, SAMPLES),
            film_factors=drawn(films, SAMPLES, FACTORS),
            seen_bias=drawn(films, SAMPLES),
            seen_factors=drawn(films, SAMPLES, FACTORS),
            usual_bias=drawn(SAMPLES),
            usual_factors=drawn(SAMPLES, FACTORS),
            selection=drawn(films),
            prior_mean=drawn(SAMPLES, 1 + FACTORS),
            prior_precision=drawn(SAMPLES, 1 + FACTORS),
            noise_precision=drawn(SAMPLES),
            spread=1.25,
        ),
        film_map=drawn(films, 2),
        film_group=np.full(films, -1, dtype=np.int32),
        people_map=drawn(0, 2),
        people_group=np.zeros(0, dtype=np.int32),
    )


def same(one: Model, other: Model) -> bool:
    """Say whether two models are the same to the last bit."""
    here, there = one.arrays(), other.arrays()
    return (
        one.manifest == other.manifest
        and one.film_ids == other.film_ids
        and here.keys() == there.keys()
        and all(
            here[name].dtype == there[name].dtype and here[name].tobytes() == there[name].tobytes()
            for name in here
        )
    )
