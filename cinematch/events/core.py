"""Events and the two images that they carry. Pure: no clock, no identifiers made here.

The classes are `msgspec` structures: plain frozen data whose JSON is decoded straight into them,
which is most of a follower's work.
"""

from typing import Annotated, Literal

import msgspec

SCHEMA_VERSION = 1

HalfStars = Annotated[int, msgspec.Meta(ge=1, le=10)]
"""A rating: half a star is 1, five stars are 10. Checked where an event is decoded."""

EventType = Literal["ADD", "DELETE", "UPDATE_RATING", "UPDATE", "BULK_IMPORT", "RECALCULATE"]


class Person(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Somebody who made a film; `id` is an IMDb name id, or `name:` and the normalised name."""

    id: str
    name: str


class FilmFacts(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The facts of a film that count in somebody's figures, as they stood."""

    film_id: str
    title: str
    year: int | None = None
    runtime: int | None = None  # minutes
    genres: tuple[str, ...] = ()
    directors: tuple[Person, ...] = ()  # in order of credit; the first two count
    cast: tuple[Person, ...] = ()  # in order of billing; the first five count
    countries: tuple[str, ...] = ()  # ISO 3166-1 alpha-2
    languages: tuple[str, ...] = ()  # ISO 639-1


class Watch(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One viewing. `date` is "", "2024", "2024-05" or "2024-05-17": as much as is known."""

    watch_id: str
    date: str = ""
    rewatch: bool = False
    context: str | None = None
    source: str | None = None  # identity at the source of an import, such as `trakt:10985573513`


class Image(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A user's film at one moment, with the film's facts as they stood then."""

    film: FilmFacts
    rating: HalfStars | None = None
    watches: tuple[Watch, ...] = ()
    liked: bool = False
    watchlist: bool = False
    has_review: bool = False
    tags: tuple[str, ...] = ()

    @property
    def seen(self) -> bool:
        """Whether the film counts as watched: at least one viewing, dated or not."""
        return bool(self.watches)


class Event(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, gc=False):
    """One change of one user's film. `seq` counts the user's events from 1, without a gap."""

    event_id: str
    user_id: str
    seq: int
    event_type: EventType
    occurred_at: str  # ISO 8601, UTC
    before: Image | None = None
    after: Image | None = None
    cause: str | None = None  # `import:<id>`, `undo:<id>`, `correction:<id>`, …
    schema_version: int = SCHEMA_VERSION

    @property
    def film_id(self) -> str:
        """The film that the event is about."""
        image = self.after or self.before
        return image.film.film_id if image else ""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Event)


def encode(event: Event) -> bytes:
    """Write an event as JSON."""
    return _encoder.encode(event)


def decode(payload: bytes) -> Event:
    """Read an event from JSON.

    Raises:
        msgspec.ValidationError: a field is missing or of the wrong type.
        msgspec.DecodeError: not JSON.
    """
    return _decoder.decode(payload)


def event_type_of(before: Image | None, after: Image | None) -> EventType:
    """Name a change for people and consumers; no arithmetic depends on the name.

    >>> film = FilmFacts("f", "Metropolis", 1927)
    >>> seen = Image(film, rating=9, watches=(Watch("w"),))
    >>> event_type_of(None, seen)
    'ADD'
    >>> event_type_of(seen, msgspec.structs.replace(seen, rating=10))
    'UPDATE_RATING'
    """
    if before is None:
        return "ADD"
    if after is None:
        return "DELETE"
    if (
        before.rating != after.rating
        and msgspec.structs.replace(before, rating=after.rating) == after
    ):
        return "UPDATE_RATING"
    return "UPDATE"
