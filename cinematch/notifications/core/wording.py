"""The words of a notification for places that cannot make their own: messengers, mail."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from cinematch.notifications.core.notes import Note


class Words(NamedTuple):
    """A title and one or two sentences."""

    title: str
    body: str


_EN = {
    "first_film": ("Your first film", "{title} stands in your diary. Welcome."),
    "films": ("{value} films", "You have reached {value} films{with_title}."),
    "hours": ("{value} hours", "You have reached {value} hours of cinema{with_title}."),
    "import_finished": (
        "Import finished",
        "{filename}: {added} films added, {merged} completed, {unchanged} unchanged{left}.",
    ),
    "left": "; {doubtful} wait for your word",
    "channel_disabled": ("{name} was switched off", "It failed again and again: {reason}"),
    "with_title": ", the latest {title}",
    "a film": "A film",
    "test": ("A test", "CineMatch can reach you here."),
}
_IT = {
    "first_film": ("Il tuo primo film", "{title} è nel tuo diario. Benvenuto."),
    "films": ("{value} film", "Hai raggiunto i {value} film{with_title}."),
    "hours": ("{value} ore", "Hai raggiunto le {value} ore di cinema{with_title}."),
    "import_finished": (
        "Importazione finita",
        "{filename}: {added} film aggiunti, {merged} completati, {unchanged} invariati{left}.",
    ),
    "left": "; {doubtful} aspettano una tua scelta",
    "channel_disabled": ("{name} è stato spento", "Ha fallito più volte: {reason}"),
    "with_title": ", l’ultimo è {title}",
    "a film": "Un film",
    "test": ("Una prova", "CineMatch riesce a raggiungerti qui."),
}
_LANGUAGES: Mapping[str, Mapping[str, Any]] = {"en": _EN, "it": _IT}


def words(note: Note, language: str | None) -> Words:
    """Say a notification in English or Italian; English where the language is another.

    >>> note = Note(user_id="u", kind="milestone", key="films:100", at="",
    ...             data={"what": "films", "value": 100, "title": "Ran"})
    >>> words(note, "it").body
    'Hai raggiunto i 100 film, l’ultimo è Ran.'
    """
    known = _LANGUAGES.get(language or "en", _EN)
    data = note.data
    key = str(data["what"]) if note.kind == "milestone" else note.kind
    counts = data.get("counts", {})
    values = {
        **{outcome: counts.get(outcome, 0) for outcome in ("added", "merged", "unchanged")},
        **data,
        "title": data.get("title") or known["a film"],
        "with_title": known["with_title"].format(**data) if data.get("title") else "",
        "left": known["left"].format(**counts) if counts.get("doubtful") else "",
    }
    title, body = known[key]
    return Words(title.format_map(values), body.format_map(values))


def trial_words(language: str | None) -> Words:
    """Say that this is only a test."""
    return Words(*_LANGUAGES.get(language or "en", _EN)["test"])
