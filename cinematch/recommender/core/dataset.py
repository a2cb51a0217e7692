"""Ratings with what an evaluation has to tell of them."""

from dataclasses import dataclass

from cinematch.films.core.film import Film
from cinematch.recommender.core.ratings import Ratings


@dataclass(frozen=True)
class DataSet:
    """Ratings with the films that they are of.

    Attributes:
        name: of the data set.
        scale: its stars, in words.
        ratings: everybody's.
        films: of the ratings' film ids, in any order.
    """

    name: str
    scale: str
    ratings: Ratings
    films: tuple[Film, ...]
