"""Knobs and films set aside, among the settings that an export takes along and an import brings."""

from collections.abc import Mapping
from typing import Any

import msgspec

from cinematch.films.core.film import Film
from cinematch.films.ports import FilmsRepository
from cinematch.infra.ports import Tx
from cinematch.recommender.core.records import Mark, Preferences
from cinematch.recommender.ports import TasteRepository
from cinematch.transfer.ports import Preferences as Settings

KEY = "recommender"
"""Under which they stand among the settings."""


class SetAside(Mark, frozen=True, kw_only=True):
    """A film set aside, told so that another installation finds it."""

    imdb_id: str | None = None
    tmdb_id: int | None = None


class Carried(msgspec.Struct, frozen=True):
    """What is taken along; what another release knows beside it is passed over."""

    knobs: Preferences = Preferences()
    marks: tuple[SetAside, ...] = ()


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

    def save_settings(self, tx: Tx, user_id: str, settings: Mapping[str, Any]) -> None:
        """Replace the user's settings; what cannot be is left out, and so are films not here.

        An export of a release without a recommender says nothing of these: they stay.
        """
        self._settings.save_settings(tx, user_id, settings)
        try:
            carried = msgspec.convert(settings.get(KEY), Carried | None)
        except msgspec.ValidationError:
            return
        if carried is None:
            return
        self._taste.save_preferences(tx, user_id, carried.knobs)
        found = self._found(tx, user_id, carried)
        wanted = {(film_id, mark.kind): mark for film_id, mark in found}
        for mark in self._taste.marks(tx, user_id):
            if (mark.film_id, mark.kind) not in wanted:
                self._taste.remove_mark(tx, user_id, mark.film_id, mark.kind)
        for (film_id, kind), mark in wanted.items():
            self._taste.save_mark(tx, user_id, Mark(film_id, kind, mark.at))

    def _found(self, tx: Tx, user_id: str, carried: Carried) -> list[tuple[str, SetAside]]:
        marks = carried.marks
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
    return SetAside(mark.film_id, mark.kind, mark.at, imdb_id=film.imdb_id, tmdb_id=film.tmdb_id)
