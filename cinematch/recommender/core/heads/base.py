"""What every ranking model can do."""

from typing import Protocol

from cinematch.recommender.core.arrays import Floats, Ints


class Head(Protocol):
    """A ranking model whose score is a sum over what a person has seen.

    `score(i) = base(i) + Σ_j grade_j · weight(j, i)`, j over the films seen, weight(i, i) = 0.
    A film taken out of the sum takes its own summand with it and changes no other: an explanation
    read off the sum is the computation, and what it says of removal is true.
    """

    @property
    def name(self) -> str:
        """What the model is called in reports and explanations."""
        ...

    @property
    def films(self) -> int:
        """How many films it scores."""
        ...

    def scores(self, seen: Ints, grades: Floats) -> Floats:
        """Return (films,) scores.

        Args:
            seen: (n,) positions of films, each once.
            grades: (n,) what each says.
        """
        ...

    def base(self, shown: Ints) -> Floats:
        """Return (shown,) what those films have without anybody's taste."""
        ...

    def contributions(self, seen: Ints, grades: Floats, shown: Ints) -> Floats:
        """Return (seen, shown) summands; with `base` they add to `scores` at `shown`."""
        ...
