"""A model of some of the films, such as the most watched, in the place of one of all."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.heads.base import Head


@dataclass(frozen=True)
class PartialHead:
    """`part` scores the films at `positions`; the others neither say anything nor get anything.

    Attributes:
        part: a model over `len(positions)` films.
        positions: (part.films,) where its films stand among all, each once; -1 for a film that
            is there no more.
        films: how many films there are.
    """

    part: Head
    positions: Ints
    films: int

    @property
    def name(self) -> str:
        return self.part.name

    def scores(self, seen: Ints, grades: Floats) -> Floats:
        known, places = self._known(seen)
        scores = np.zeros(self.films)
        scores[self._films_of] = self.part.scores(places, grades[known])[self._there]
        return scores

    def base(self, shown: Ints) -> Floats:
        known, places = self._known(shown)
        base = np.zeros(len(shown))
        base[known] = self.part.base(places)
        return base

    def contributions(self, seen: Ints, grades: Floats, shown: Ints) -> Floats:
        rows, seen_places = self._known(seen)
        columns, shown_places = self._known(shown)
        summands = np.zeros((len(seen), len(shown)))
        summands[np.ix_(rows, columns)] = self.part.contributions(
            seen_places, grades[rows], shown_places
        )
        return summands

    @cached_property
    def _there(self) -> Ints:
        """Places in the part of the films that there still are."""
        return np.flatnonzero(self.positions >= 0)

    @cached_property
    def _films_of(self) -> Ints:
        """Their positions among all."""
        return self.positions[self._there]

    @cached_property
    def _places(self) -> Ints:
        """(films,) where a film stands in the part; -1 where it is not in it."""
        places = np.full(self.films, -1, dtype=np.int64)
        places[self._films_of] = self._there
        return places

    def _known(self, films: Ints) -> tuple[Ints, Ints]:
        """Return which of some films the part knows, and their places in it."""
        places = self._places[films]
        known = np.flatnonzero(places >= 0)
        return known, places[known]
