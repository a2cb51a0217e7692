"""The words of the index against which misspelt ones are held."""

from collections.abc import Callable

from cinematch.films.core.searching import initials, likeliest, slips_allowed, slips_of
from cinematch.films.core.title import normalize_title
from cinematch.films.elastic.questions import match, starting
from cinematch.films.elastic.wire import Json

_OFFERED = 100


class Vocabulary:
    """The words of the index that may be meant by those asked for; asked once, if at all."""

    def __init__(self, ask: Callable[[Json], Json], text: str) -> None:
        self._ask = ask
        self._words = list(dict.fromkeys(normalize_title(text).split()))
        self._answer: Json | None = None

    def mended(self, word: str, last: bool) -> list[str]:
        """See `core.searching.Mend`."""
        answer = self._answer = self._answer or self._ask(self._question())
        place = str(self._words.index(word))
        known = answer["aggregations"]
        if known[place]["doc_count"] or (last and known[f"{place}-begun"]["doc_count"]):
            return [word]
        if place not in answer.get("suggest", {}):
            return []
        offered = {
            option["text"]: int(option["freq"])
            for entry in answer["suggest"][place]
            for option in entry["options"]
            if option["text"][0] in initials(word)
        }
        return likeliest(slips_of(word, offered), offered)

    def _question(self) -> Json:
        words = [(str(place), word) for place, word in enumerate(self._words)]
        known = {place: {"filter": match("words", word)} for place, word in words}
        begun = {f"{place}-begun": {"filter": starting("words", word)} for place, word in words}
        offers = {
            place: {"text": word, "term": _offer(allowed)}
            for place, word in words
            if (allowed := slips_allowed(word))
        }
        return {
            "size": 0,
            "track_total_hits": False,
            "aggs": {**known, **begun},
            **({"suggest": offers} if offers else {}),
        }


def _offer(slips: int) -> Json:
    return {
        "field": "words",
        "suggest_mode": "always",
        "max_edits": slips,
        "prefix_length": 0,
        "size": _OFFERED,
        "shard_size": _OFFERED,
    }
