"""Knobs and films set aside, among the settings that an export takes along and an import brings."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from msgspec.structs import fields

from cinematch.films.core.film import Film, canonical_genre
from cinematch.films.ports import FilmsRepository
from cinematch.infra.ports import Tx
from cinematch.kit.clock import from_iso, to_iso
from cinematch.recommender.core.records import Mark, MarkKind, Preferences
from cinematch.recommender.ports import TasteRepository
from cinematch.transfer.ports import Preferences as Settings

KEY = "recommender"
"""Under which they stand among the settings."""


MOST_MARKS = 20_000
"""Films set aside that an import brings."""

_COUNTRY = re.compile("[A-Z]{2}")
_FIRST, _LAST = "1970-01-01", "9999-01-01"
_Text = Annotated[str, Meta(min_length=1, max_length=200)]


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """A film set aside, told so that another installation finds it."""

    film_id: _Text
    kind: MarkKind
    at: _Text
    imdb_id: _Text | None = None
    tmdb_id: Annotated[int, Meta(ge=1, lt=2**31)] | None = None


class Carried(msgspec.Struct, frozen=True):
    """What is taken along."""

    knobs: Preferences
    marks: tuple[SetAside, ...]


class Brought(msgspec.Struct):
    """What of a file can be; `told` says in words what cannot.

    Attributes:
        knobs: by name.
        marks: None where the file has none to go by.
    """

    knobs: dict[str, Any] = {}
    marks: list[SetAside] | None = None
    told: list[str] = []


def brought_of(given: object) -> Brought:
    """Read knobs and marks field by field: what another release knows beside them is passed over.

    >>> brought_of({"knobs": {"recency": 9, "variety": 0.5, "loudness": 3}}).knobs
    {'variety': 0.5}
    """
    found = Brought(told=[])
    if given is None:
        return found
    if not isinstance(given, dict):
        found.told.append("What it says of suggestions cannot be read.")
        return found
    knobs, marks = given.get("knobs", {}), given.get("marks")
    found.knobs = _knobs(knobs if isinstance(knobs, dict) else {}, found.told)
    if isinstance(marks, list):
        found.marks = _marks(marks, found.told)
    return found


def _knobs(given: Mapping[str, Any], told: list[str]) -> dict[str, Any]:
    types = {field.name: field.type for field in fields(Preferences)}
    knobs: dict[str, Any] = {}
    for name, value in given.items():
        try:
            knobs[name] = msgspec.convert(value, types[name])
        except (KeyError, msgspec.ValidationError):
            told.append(
                f"The knob “{name[:40]}” was left as it is: this release knows no such one."
            )
    for name in knobs.keys() & {"genres", "without_genres"}:
        genres = {genre: canonical_genre(genre) for genre in knobs[name]}
        told += [f"“{genre[:40]}” is no genre." for genre, known in genres.items() if not known]
        knobs[name] = tuple(dict.fromkeys(known for known in genres.values() if known))
    if not _COUNTRY.fullmatch(knobs.get("country") or "XX"):
        told.append("The knob “country” was left as it is: there is no such country.")
        del knobs["country"]
    return knobs


def _marks(given: Sequence[Any], told: list[str]) -> list[SetAside] | None:
    marks = []
    for one in given[:MOST_MARKS]:
        try:
            mark = msgspec.convert(one, SetAside)
            at = to_iso(from_iso(mark.at))
        except (ValueError, OverflowError):
            continue
        if _FIRST <= at < _LAST:
            marks.append(msgspec.structs.replace(mark, at=at))
    left_out = len(given) - len(marks)
    if left_out:
        told.append(f"Films set aside that could not be read: {left_out}.")
    return marks if marks or not given else None


class TasteInSettings:
    """Implements `transfer.ports.Preferences`: the account's settings, and these with them."""

    def __init__(self, settings: Settings, taste: TasteRepository, films: FilmsRepository) -> None:
        self._settings = settings
        self._taste = taste
        self._films = films

    def settings(self, tx: Tx, user_id: str) -> dict[str, Any]:
        """Return the user's settings."""
        told = self._settings.settings(tx, user_id)
        marks = self._taste.marks(tx, user_id)
        films = self._films.get_many(tx, {mark.film_id for mark in marks})
        carried = Carried(
            self._taste.preferences(tx, user_id) or Preferences(),
            tuple(_told(mark, films[mark.film_id]) for mark in marks if mark.film_id in films),
        )
        # As they come back from a file, so that an import can tell whether they are still its own.
        told[KEY] = msgspec.json.decode(msgspec.json.encode(carried))
        return told

    def save_settings(self, tx: Tx, user_id: str, settings: Mapping[str, Any]) -> list[str]:
        """Replace the user's settings; what cannot be is left out, and so are films not here.

        What the file says nothing of stays as it is, as all does that an export of a release
        without a recommender brings.
        """
        told = [*self._settings.save_settings(tx, user_id, settings)]
        brought = brought_of(settings.get(KEY))
        if brought.knobs:
            now = self._taste.preferences(tx, user_id) or Preferences()
            knobs = msgspec.structs.replace(now, **brought.knobs)
            self._taste.save_preferences(tx, user_id, knobs)
        if brought.marks is not None:
            self._replace_marks(tx, user_id, brought.marks)
        return [*told, *brought.told]

    def suggestions(self, tx: Tx, user_id: str) -> list[dict[str, Any]]:
        """Return what was suggested to the user and is on record, with what was foretold."""
        shown = self._taste.shown(tx, user_id)
        films = self._films.get_many(tx, set(shown))
        return [
            {"title": films[film_id].title, **msgspec.to_builtins(one)}
            for film_id, one in shown.items()
            if film_id in films
        ]

    def _replace_marks(self, tx: Tx, user_id: str, marks: Sequence[SetAside]) -> None:
        found = self._found(tx, user_id, marks)
        wanted = {(film_id, mark.kind): mark for film_id, mark in found}
        for old in self._taste.marks(tx, user_id):
            if (old.film_id, old.kind) not in wanted:
                self._taste.remove_mark(tx, user_id, old.film_id, old.kind)
        for (film_id, kind), mark in wanted.items():
            self._taste.save_mark(tx, user_id, Mark(film_id, kind, mark.at))

    def _found(self, tx: Tx, user_id: str, marks: Sequence[SetAside]) -> list[tuple[str, SetAside]]:
        own = self._films.get_many(tx, {mark.film_id for mark in marks})
        by_imdb = self._films.by_imdb_ids(tx, {mark.imdb_id for mark in marks if mark.imdb_id})
        by_tmdb = self._films.by_tmdb_ids(tx, {mark.tmdb_id for mark in marks if mark.tmdb_id})
        found = []
        for mark in marks:
            film = by_imdb.get(mark.imdb_id or "") or by_tmdb.get(mark.tmdb_id or 0)
            film = film or own.get(mark.film_id)
            if film is not None and film.owner_user_id in {None, user_id}:
                found.append((film.film_id, mark))
        return found


def _told(mark: Mark, film: Film) -> SetAside:
    return SetAside(
        film_id=mark.film_id,
        kind=mark.kind,
        at=mark.at,
        imdb_id=film.imdb_id,
        tmdb_id=film.tmdb_id,
    )
