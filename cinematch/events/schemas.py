"""The published contract of the topic `user-movie-events`: a JSON Schema, made from the events."""

from typing import Any, Final

import msgspec

from cinematch.events.core import SCHEMA_VERSION, Event

SCHEMA_ID: Final = f"urn:cinematch:user-movie-event:v{SCHEMA_VERSION}"

DESCRIPTIONS: Final = {
    "Event": {
        "event_id": "This event's own identifier, the same however often it is delivered.",
        "user_id": "Whose film it is; also the message key.",
        "seq": "Counts the user's events from 1 without a gap: order and doubles are told by it.",
        "event_type": "A name for people; the arithmetic is in the two images.",
        "occurred_at": "When it happened: ISO 8601, UTC, microseconds.",
        "before": "The user's film until then; absent or null where it is new.",
        "after": "The user's film from then on; absent or null where it was removed.",
        "cause": "What brought it about, such as `import:<id>`; absent where the user did.",
        "schema_version": "The version of this contract; absent means 1.",
    },
    "Image": {
        "film": "The film with the facts that count in figures, as they stood.",
        "rating": "Half-stars: 1 is half a star, 10 are five stars.",
        "watches": "The viewings; a film without any is not seen.",
        "liked": "Whether the user has marked it as liked.",
        "watchlist": "Whether the user wants to see it.",
        "has_review": "Whether the user has written about it; the words are not in the event.",
        "tags": "The user's own words for it.",
    },
    "FilmFacts": {
        "film_id": "The film in the catalogue.",
        "title": "Its title in the catalogue.",
        "year": "Of its first release.",
        "runtime": "Minutes.",
        "genres": "By name.",
        "directors": "In order of credit; the first two count in figures.",
        "cast": "In order of billing; the first five count in figures.",
        "countries": "ISO 3166-1 alpha-2.",
        "languages": "ISO 639-1.",
    },
    "Watch": {
        "watch_id": "This viewing's own identifier.",
        "date": "As much as is known: empty, `2024`, `2024-05` or `2024-05-17`.",
        "rewatch": "Whether the user had seen it before.",
        "context": "Where or how, such as `cinema`.",
        "source": "Its identity at the source of an import.",
    },
}
"""What each field means, by the structure that it stands in."""


def event_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one event's JSON."""
    (top,), structures = msgspec.json.schema_components([Event], ref_template="#/$defs/{name}")
    for name, fields in DESCRIPTIONS.items():
        for field, words in fields.items():
            structures[name]["properties"][field]["description"] = words
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "user-movie-event",
        **top,
        "$defs": structures,
    }
