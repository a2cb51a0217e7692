"""Who gave what to which film, as parallel arrays: what models are fitted to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import NamedTuple

import numpy as np
from scipy import sparse

from cinematch.recommender.core.arrays import Bools, Floats, Ints

LOWEST, HIGHEST, STEP = 0.5, 5.0, 0.5
"""Stars."""


class Rating(NamedTuple):
    """One row of a source. `stars` is None for a film seen and not rated; `at` are UTC seconds."""

    user_id: str
    film_id: str
    stars: float | None
    at: int
    liked: bool = False


@dataclass(frozen=True)
class Ratings:
    """Rows in parallel arrays, ordered by user, then time, then film; a pair stands once.

    Attributes:
        user_ids: what the positions in `user` mean.
        film_ids: what the positions in `film` mean.
        user: (rows,) positions of users.
        film: (rows,) positions of films.
        stars: (rows,) 0.5 to 5, NaN where a film was seen and not rated.
        at: (rows,) seconds since 1970, UTC.
        liked: (rows,) whether the film was marked as liked.
    """

    user_ids: tuple[str, ...]
    film_ids: tuple[str, ...]
    user: Ints
    film: Ints
    stars: Floats
    at: Ints
    liked: Bools

    def __len__(self) -> int:
        return len(self.user)

    @property
    def users(self) -> int:
        """How many users there are, those without rows included."""
        return len(self.user_ids)

    @property
    def films(self) -> int:
        """How many films there are, those without rows included."""
        return len(self.film_ids)

    @property
    def density(self) -> float:
        """Rows as a share of all pairs, 0 without any."""
        return len(self) / max(self.users * self.films, 1)

    @property
    def rated(self) -> Bools:
        """Which rows have stars."""
        return ~np.isnan(self.stars)

    def where(self, rows: Bools) -> "Ratings":
        """Return some of the rows; users and films keep their positions."""
        return replace(
            self,
            user=self.user[rows],
            film=self.film[rows],
            stars=self.stars[rows],
            at=self.at[rows],
            liked=self.liked[rows],
        )

    def matrix(self, values: Floats | None = None) -> sparse.csr_array:
        """Return a (users, films) matrix of `values`, one a row; ones by default."""
        held = np.ones(len(self)) if values is None else values
        return sparse.csr_array((held, (self.user, self.film)), shape=(self.users, self.films))

    def fingerprint(self) -> str:
        """Return a SHA-256 of everything that a model could learn from, in hexadecimal.

        The same rows give the same fingerprint on every machine, in whatever order they came.
        """
        told = sha256()
        for ids in (self.user_ids, self.film_ids):
            told.update("\0".join(ids).encode() + b"\1")
        for held, kind in (
            (self.user, "<i4"),
            (self.film, "<i4"),
            (self.stars, "<f4"),
            (self.at, "<i8"),
            (self.liked, "|b1"),
        ):
            told.update(np.ascontiguousarray(held.astype(kind)).tobytes())
        return told.hexdigest()


def gather(
    rows: Iterable[Rating],
    film_ids: Sequence[str] | None = None,
    told: Callable[[int], object] = lambda _: None,
) -> Ratings:
    """Make arrays of rows; of a pair that comes twice the latest row counts.

    Args:
        rows: in any order.
        film_ids: what is to be known of films; rows of others are left out. All by default.
        told: hears the number of rows now and then, and may raise to leave off.

    Raises:
        ValueError: stars that are none: NaN, or outside 0.5 to 5.
    """
    latest: dict[tuple[str, str], Rating] = {}
    known = None if film_ids is None else set(film_ids)
    for number, row in enumerate(rows):
        if number % 10_000 == 0:
            told(number)
        if row.stars is not None and not LOWEST <= row.stars <= HIGHEST:
            raise ValueError(
                f"User {row.user_id}, film {row.film_id}: {row.stars} is no rating; "
                f"stars go from {LOWEST} to {HIGHEST}."
            )
        pair = row.user_id, row.film_id
        if known is not None and row.film_id not in known:
            continue
        if pair not in latest or latest[pair].at <= row.at:
            latest[pair] = row
    kept = sorted(latest.values(), key=lambda row: (row.user_id, row.at, row.film_id))
    users = sorted({row.user_id for row in kept})
    films = sorted({row.film_id for row in kept}) if film_ids is None else list(film_ids)
    user_at = {user_id: position for position, user_id in enumerate(users)}
    film_at = {film_id: position for position, film_id in enumerate(films)}
    return Ratings(
        user_ids=tuple(users),
        film_ids=tuple(films),
        user=np.array([user_at[row.user_id] for row in kept], dtype=np.int32),
        film=np.array([film_at[row.film_id] for row in kept], dtype=np.int32),
        stars=np.array(
            [np.nan if row.stars is None else row.stars for row in kept], dtype=np.float32
        ),
        at=np.array([row.at for row in kept], dtype=np.int64),
        liked=np.array([row.liked for row in kept], dtype=np.bool_),
    )
