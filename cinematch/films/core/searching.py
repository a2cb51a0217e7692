"""How a person's words are understood, misspelt ones mended, and titles compared. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from cinematch.films.core.title import normalize_title, without_article

END = "\U0010ffff"
"""Sorts after every text: what begins with `w` is at least `w` and less than `w + END`."""

_FIRST_YEAR, _LAST_YEAR = 1880, 2100
_SHORT, _LONG = 4, 7
_MENDS = 6
_STARTS = 4  # shorter beginnings fit too many titles to be worth ranking by

Mend = Callable[[str, bool], Sequence[str]]
"""Return the known words that a word may stand for; True says that it may be unfinished."""


@dataclass(frozen=True)
class Reading:
    """One way to understand the words asked for.

    Attributes:
        words: the choices for each word, the last word perhaps unfinished; none means every film.
        key: the words as the beginning of a title key.
        year: the year that was among the words.
    """

    words: tuple[tuple[str, ...], ...] = ()
    key: str = ""
    year: int | None = None

    @property
    def ranks_by_start(self) -> bool:
        """Whether films come first whose title starts with the key."""
        return len(self.key) >= _STARTS


def readings(text: str, mend: Mend) -> Iterator[Reading]:
    """Yield ways to understand the words, the plainest first; the first that finds films counts.

    >>> [(r.words, r.year) for r in readings("Dune 2021", lambda word, last: [word])]
    [((('dune',), ('2021',)), None), ((('dune',),), 2021)]
    """
    key = normalize_title(text)
    words = key.split()
    if not words:
        yield Reading()
        return
    yield Reading(tuple((word,) for word in words), key)
    year = _year(words[-1])
    if year:
        words = words[:-1]
        yield Reading(tuple((word,) for word in words), " ".join(words), year)
    mended = [list(mend(word, word is words[-1])) for word in words]
    if mended != [[word] for word in words] and (
        found := [choices for choices in mended if choices]
    ):
        yield Reading(tuple(map(tuple, found)), " ".join(choices[0] for choices in found), year)


def _year(word: str) -> int | None:
    if len(word) == 4 and word.isascii() and word.isdigit():
        return int(word) if _FIRST_YEAR <= int(word) <= _LAST_YEAR else None
    return None


def slips_allowed(word: str) -> int:
    """Return in how many places a known word may differ from `word`; short ones are not mended."""
    if len(word) < _SHORT:
        return 0
    return 1 if len(word) < _LONG else 2


def initials(word: str) -> list[str]:
    """Return with what the words begin that `word` is compared with.

    A slip in the first letter is mended only where it swaps or drops it: a whole vocabulary would
    have to be compared otherwise.
    """
    return list(dict.fromkeys(word[:2]))


def slips_of(word: str, terms: Iterable[str]) -> dict[str, int]:
    """Return those of the terms that `word` may be a slip for, with the number of slips.

    >>> slips_of("kurosava", ["kurosawa", "kubrick"])
    {'kurosawa': 1}
    """
    allowed = slips_allowed(word)
    found: dict[str, int] = {}
    for term in terms:
        if abs(len(term) - len(word)) <= allowed:
            slips = OSA.distance(word, term, score_cutoff=allowed)
            if slips <= allowed:
                found[term] = slips
    return found


def likeliest(slips: Mapping[str, int], films: Mapping[str, int]) -> list[str]:
    """Return the few words likeliest meant: least slips, then in the most films."""
    return sorted(slips, key=lambda term: (slips[term], -films.get(term, 0), term))[:_MENDS]


def start_of(title: str) -> str:
    """Return the beginning that title keys worth comparing with `title` have."""
    stem = without_article(normalize_title(title))
    return stem[: max(3, len(stem) // 2)]


def telling_words(title: str) -> list[str]:
    """Return the words of a title, two at most, by which films of a like title are looked for."""
    words = set(without_article(normalize_title(title)).split())
    longest = sorted(words, key=lambda word: (-len(word), word))[:2]
    return [word for word in longest if len(word) >= _SHORT]


def likest(title: str, keys: Mapping[str, Collection[str]], limit: int) -> list[str]:
    """Return the ids of the films whose title keys are most like the title, likest first."""
    wanted = normalize_title(title)
    likeness = {
        film_id: max(fuzz.token_sort_ratio(wanted, key) for key in known)
        for film_id, known in keys.items()
    }
    return sorted(likeness, key=lambda film_id: (-likeness[film_id], film_id))[:limit]
