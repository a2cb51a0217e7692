"""How a long computation is watched, and left off."""

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int], object]
"""`(done, of how many)`, called at least every half second or so; it raises to leave off."""


def unwatched(_done: int, _of: int) -> None:
    """Do nothing: for a computation that nobody watches."""
