"""Title keys: one text for all the ways in which a title is written.

The rules are those of the specification, T186-T190, with its open ends decided: letters of other
scripts are kept as they are, runs of blanks are one, the ends are trimmed, and a title of nothing
but punctuation has itself, case-folded, as its key.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Letters that Unicode does not take apart into a base letter and a mark.
_SPECIAL = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ħ": "h",
        "ŋ": "ng",
        "ı": "i",
    }
)
_FRACTION = re.compile("[¼-¾⅐-⅞]")  # 8½ is written "8 1/2", too
_NOT_WORD = re.compile(r"[\W_]+")
_ARTICLES = (
    "the",
    "a",
    "an",
    "il",
    "lo",
    "la",
    "i",
    "gli",
    "le",
    "l",
    "un",
    "uno",
    "una",
    "les",
    "une",
    "der",
    "die",
    "das",
    "ein",
    "eine",
    "el",
    "los",
    "las",
    "o",
    "os",
    "as",
)
_TRAILING_ARTICLE = re.compile(
    r"^(?P<rest>.+),\s+(?P<article>the|a|an|il|lo|la|i|gli|le|l'|les|une?|der|die|das|el|los|las|o)"
    r"(?P<tail>\s*\(.*\))?$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"^(?P<title>.*?)\s*\((?P<year>\d{4})(?:[-–]\d{0,4})?\)\s*$")
_OTHER = re.compile(r"^(?P<title>.+?)\s*\((?P<other>[^()]+)\)$")
_AKA = re.compile(r"^a\.?k\.?a\.?\s+", re.IGNORECASE)


@lru_cache(maxsize=16_384)
def normalize_title(title: str) -> str:
    """Return the key of a title: no accents, special letters spelt out, lower case, no marks.

    >>> normalize_title("Città d'Ombra")
    'citta d ombra'
    >>> normalize_title("  WALL·E ")
    'wall e'
    >>> normalize_title("千と千尋の神隠し")
    '千と千尋の神隠し'
    >>> normalize_title("…!")
    '…!'
    """
    if title.isascii():
        return _NOT_WORD.sub(" ", title.lower()).strip() or title.strip().lower()
    text = _FRACTION.sub(r" \g<0>", title.casefold().translate(_SPECIAL))
    kept = [c for c in unicodedata.normalize("NFKD", text) if not _is_accent(c)]
    # Composed again so that scripts whose letters come apart (kana, Hangul) stay whole.
    key = _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", "".join(kept))).strip()
    return key or title.strip().casefold()


def title_keys(titles: Iterable[str]) -> frozenset[str]:
    """Return the keys by which a film with these titles can be found.

    Beside each title's own key: without its leading article, and with a trailing article ("Matrix,
    The") brought to the front.

    >>> sorted(title_keys(["Matrix, The"]))
    ['matrix', 'matrix the', 'the matrix']
    """
    keys: set[str] = set()
    for title in titles:
        for form in {title, fronted(title)}:
            if key := normalize_title(form):
                keys.add(key)
                keys.add(without_article(key))
    return frozenset(keys)


def without_article(key: str) -> str:
    """Drop the leading article of a normalised title, unless nothing else would be left."""
    first, _, rest = key.partition(" ")
    return rest if rest and first in _ARTICLES else key


def fronted(title: str) -> str:
    """Bring a trailing article to the front.

    >>> fronted("Matrix, The"), fronted("Avventura, L'")
    ('The Matrix', "L'Avventura")
    """
    if "," not in title:
        return title
    match = _TRAILING_ARTICLE.match(title.strip())
    if match is None:
        return title
    article = match["article"]
    joint = "" if article.endswith("'") else " "
    return f"{article}{joint}{match['rest']}{match['tail'] or ''}"


def split_title(text: str) -> tuple[str, int | None, tuple[str, ...]]:
    """Take a MovieLens title apart into title, year and other titles.

    >>> split_title("Matrix, The (1999)")
    ('The Matrix', 1999, ())
    >>> split_title("City of Lost Children, The (Cité des enfants perdus, La) (1995)")
    ('The City of Lost Children', 1995, ('La Cité des enfants perdus',))
    >>> split_title("Seven (a.k.a. Se7en) (1995)")
    ('Seven', 1995, ('Se7en',))
    """
    dated = _YEAR.match(text.strip())
    title, year = (dated["title"], int(dated["year"])) if dated else (text.strip(), None)
    others: list[str] = []
    while match := _OTHER.match(title):
        title = match["title"]
        others.insert(0, fronted(_AKA.sub("", match["other"].strip())))
    return fronted(title), year, tuple(others)


def _is_accent(character: str) -> bool:
    # Only the marks of Latin, Greek and Cyrillic are accents; elsewhere marks make the letter.
    return "\u0300" <= character <= "\u036f"
