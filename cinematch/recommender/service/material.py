"""What is known of films beside their ratings, in the order of some film ids."""

from collections.abc import Sequence

import numpy as np

from cinematch.films.core.film import GENRES, Film
from cinematch.recommender.core.arrays import Floats
from cinematch.recommender.core.features import film_features, kinds_of_film
from cinematch.recommender.core.popularity import Catalogue
from cinematch.recommender.service.fitting import Material


def in_order(films: Sequence[Film], film_ids: Sequence[str]) -> list[Film]:
    """Return a film for each id; of one that is not among `films` nothing is known."""
    by_id = {film.film_id: film for film in films}
    return [by_id.get(film_id) or Film(film_id=film_id, title="") for film_id in film_ids]


def prior_of(films: Sequence[Film]) -> Floats:
    """Return (films,) how widely each is known by the sources of the catalogue, 0 to 1."""
    known = np.array([film.popularity for film in films], dtype=np.float64)
    most = known.max(initial=0.0)
    return known / most if most > 0 else known


def material_of(films: Sequence[Film], film_ids: Sequence[str]) -> Material:
    """Describe the films of some ratings."""
    ordered = in_order(films, film_ids)
    told = film_features(ordered)
    return Material(
        features=told.matrix,
        names=told.features,
        catalogue=catalogue_of(ordered),
        films=tuple(ordered),
        kinds=kinds_of_film(ordered),
    )


def catalogue_of(films: Sequence[Film]) -> Catalogue:
    """Return what the sources of the catalogue say of films."""
    return Catalogue(
        known=prior_of(films),
        means=_told([film.mean_rating for film in films]) / 2,
        years=_told([film.year for film in films]),
        genres=np.array([[name in film.genres for name in GENRES] for film in films]),
    )


def _told(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
