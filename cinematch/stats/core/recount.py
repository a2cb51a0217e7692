"""A user's figures counted anew from a history: the last image of each film is what counts. Pure.

No delta is taken on the way, so that a recount is another road to the same figures than the
stream's (design, law 4).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from cinematch.events.core import SCHEMA_VERSION, Image, decode
from cinematch.stats.core.delta import Delta, sum_of

_NO_TRENDS = "9"
"""Past every day: the community's days are no part of anybody's own figures."""


class Rating(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What somebody thinks of a film, to learn from.

    Attributes:
        half_stars: 1..10; None where the film is not rated.
        date: the latest known date of viewing, as precise as it is known; None without any.
        watches: viewings, dated or not.
        seq: of the event that said so; the order in which the user said things.
    """

    film_id: str
    half_stars: int | None
    date: str | None
    liked: bool
    watches: int
    seq: int


@dataclass(frozen=True)
class Recounted:
    """A user's own figures (no community part) at event `seq`, and their ratings by film.

    `whole` says that the history had every event from 1 to `seq`, and that they could be read.
    """

    user_id: str
    seq: int
    whole: bool
    figures: Delta
    ratings: tuple[Rating, ...] = ()


class History:
    """One user's events, taken in the order of `seq`; only the last of each film is kept."""

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self._seq = 0
        self._whole = True
        self._last: dict[str, tuple[int, bytes]] = {}

    def take(self, seq: int, film_id: str, payload: bytes) -> None:
        """Take an event's JSON; one that comes twice in a row is taken once."""
        if seq not in {self._seq, self._seq + 1}:
            self._whole = False
        self._seq = seq
        self._last[film_id] = (seq, payload)

    def recount(self) -> Recounted:
        """Return what the films come to after the last event."""
        images: list[tuple[int, Image]] = []
        try:
            for seq, payload in self._last.values():
                event = decode(payload)
                self._whole = self._whole and event.schema_version <= SCHEMA_VERSION
                if event.after is not None:
                    images.append((seq, event.after))
            return recounted(self.user_id, self._seq, images, whole=self._whole)
        except (msgspec.DecodeError, ValueError):  # no event, or a date outside the calendar
            return Recounted(self.user_id, self._seq, whole=False, figures=Delta())


def recounts(rows: Iterable[tuple[str, int, str, bytes]]) -> Iterator[Recounted]:
    """Yield everybody's recount from (user, seq, film, event's JSON), sorted by user and seq."""
    history: History | None = None
    for user_id, seq, film_id, payload in rows:
        if history is None or history.user_id != user_id:
            if history is not None:
                yield history.recount()
            history = History(user_id)
        history.take(seq, film_id, payload)
    if history is not None:
        yield history.recount()


def recounted(
    user_id: str, seq: int, images: Iterable[tuple[int, Image]], *, whole: bool = True
) -> Recounted:
    """Return what images, each with the number of its last event, come to.

    Raises:
        ValueError: a viewing's date is outside the calendar.
    """
    known = list(images)
    figures = own(sum_of((image for _, image in known), trends_since=_NO_TRENDS))
    ratings = sorted(
        (_rating(image, number) for number, image in known if image.watches or image.liked),
        key=lambda one: one.film_id,
    )
    return Recounted(user_id, seq, whole, figures.pruned(), tuple(ratings))


def own(figures: Delta) -> Delta:
    """Return figures without what they add to the community's."""
    return Delta(figures.scalars, figures.counters, figures.affinities, figures.names)


def rows_in(figures: Delta) -> int:
    """Return how many counters and affinities there are: how large the figures are."""
    return len(figures.counters) + len(figures.affinities)


def to_plain(figures: Delta) -> dict[str, Any]:
    """Return a user's own figures as what JSON can hold.

    >>> to_plain(Delta({"liked": 1}, {("year", "2024"): 2}, {("genre", "War"): [1, 0, 0]},
    ...                {("genre", "War"): "War"}))["affinities"]
    [['genre', 'War', 'War', 1, 0, 0]]
    """
    return {
        "scalars": dict(sorted(figures.scalars.items())),
        "counters": [[*key, value] for key, value in sorted(figures.counters.items())],
        "affinities": [
            [*key, figures.names.get(key, key[1]), *row]
            for key, row in sorted(figures.affinities.items())
        ],
    }


def from_plain(plain: Mapping[str, Any]) -> Delta:
    """Read back what `to_plain` made."""
    return Delta(
        scalars=dict(plain["scalars"]),
        counters={(kind, key): value for kind, key, value in plain["counters"]},
        affinities={(kind, entity): row for kind, entity, _, *row in plain["affinities"]},
        names={(kind, entity): name for kind, entity, name, *_ in plain["affinities"]},
    )


def pack(one: Recounted) -> bytes:
    """Write figures and ratings down, to travel between processes of one run."""
    return _encoder.encode((to_plain(one.figures), one.ratings))


def unpack(user_id: str, seq: int, content: bytes, *, whole: bool) -> Recounted:
    """Read back what `pack` wrote."""
    plain, ratings = _decoder.decode(content)
    return Recounted(user_id, seq, whole, from_plain(plain), ratings)


def _rating(image: Image, seq: int) -> Rating:
    dated = max((watch.date for watch in image.watches), default="")
    return Rating(
        image.film.film_id, image.rating, dated or None, image.liked, len(image.watches), seq
    )


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[dict[str, Any], tuple[Rating, ...]])
