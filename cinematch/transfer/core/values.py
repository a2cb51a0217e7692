"""Single values as people and services write them: dates, ratings, ids, yes and no."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache

from cinematch.diary.core import check_date, clean_tags
from cinematch.kit.errors import Invalid
from cinematch.transfer.core.items import LONGEST_TITLE, BadValue

_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_ISO_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}")
_PARTS = re.compile(r"(\d{1,4})[./\- ](\d{1,2})[./\- ](\d{1,4})")
_IMDB = re.compile(r"tt\d{5,10}")
_IMDB_ANYWHERE = re.compile(r"\btt\d{5,10}\b")
_UNKNOWN_DATES = ("1969-12-31", "1970-01-01")
_NO = frozenset({"", "0", "no", "false", "n", "off"})
_YES = frozenset({"1", "yes", "true", "y", "on", "x", "sì", "si", "vero"})
_ORDERS = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}
_MONTHS = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
_WORDED = re.compile(
    r"(?:[A-Za-z]{3},? )?(\d{1,2}) ([A-Za-z]{3})[a-z]* (\d{4})|"
    r"(?:[A-Za-z]{3},? )?([A-Za-z]{3})[a-z]* +(\d{1,2}),?(?: [\d:]+)? (\d{4})"
)


@lru_cache(maxsize=8192)
def viewing_date(text: str, today: date, order: str = "", field: str = "date") -> str:
    """Return a viewing date as "", YYYY, YYYY-MM or YYYY-MM-DD.

    Args:
        text: ISO, or with slashes, dots or blanks; an instant loses its time.
        today: the day beyond which (and one more) nothing can have been seen.
        order: `dmy`, `mdy` or `ymd` where a person said how the file writes its dates.
        field: the column's name, for the message.

    Raises:
        BadValue: not a date, ambiguous without an order, in the future, or before films.
    """
    text = text.strip()
    if not text or text.casefold() in {"unknown", "null", "none", "sconosciuta", "-"}:
        return ""
    try:
        return check_date(_as_iso(text, order, field), today)
    except Invalid as refusal:
        first = refusal.errors[0]
        raise BadValue(field, first.message, f"{first.mend}; then import the file again") from None


def _as_iso(text: str, order: str, field: str) -> str:
    if match := _ISO_INSTANT.match(text):
        return match[1]
    if (match := _ISO_DAY.fullmatch(text)) and order in {"", "ymd"}:
        return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    if match := _PARTS.fullmatch(text):
        return _ordered(match.groups(), order, text, field)
    if match := _WORDED.fullmatch(text):
        day, month, year = match[1] or match[5], match[2] or match[4], match[3] or match[6]
        if month.casefold() in _MONTHS:
            return f"{year}-{_MONTHS[month.casefold()]:02}-{int(day):02}"
    return text


def _ordered(parts: tuple[str, ...], order: str, text: str, field: str) -> str:
    numbers = [int(part) for part in parts]
    if not order:
        order = _guess_order(parts, numbers)
    if not order:
        raise BadValue(
            field,
            f"“{text}” may be read in two ways",
            "say in the mapping whether the day or the month comes first (date_order: dmy or mdy)",
        )
    year, month, day = (numbers[place] for place in _ORDERS.get(order, _ORDERS["ymd"]))
    if len(str(year)) <= 2:
        raise BadValue(
            field, f"“{text}” has a year of two digits", "write the year with four digits"
        )
    return f"{year:04}-{month:02}-{day:02}"


def _guess_order(parts: tuple[str, ...], numbers: list[int]) -> str:
    if len(parts[0]) == 4:
        return "ymd"
    first, second, _ = numbers
    if first > 12:
        return "dmy"
    return "mdy" if second > 12 else "dmy" if first == second else ""


def instant(text: object) -> str | None:
    """Return an ISO instant or day (a rating's, say) normalised to UTC, None when there is none.

    >>> instant("2024-05-17"), instant("2024-05-17T21:30:00+02:00"), instant("soon")
    ('2024-05-17T00:00:00.000000Z', '2024-05-17T19:30:00.000000Z', None)
    """
    if not isinstance(text, str) or text.startswith(_UNKNOWN_DATES):
        return None
    return _instant(text.strip())


@lru_cache(maxsize=8192)
def _instant(text: str) -> str | None:
    try:
        parsed = datetime.fromisoformat(text)
        parsed = parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    if not 1970 <= parsed.year <= 9998:
        return None
    return parsed.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_epoch(text: str) -> str | None:
    """Return the instant of Unix seconds, None when it is none of an age that had films on line."""
    if not (text.isascii() and text.isdigit()) or not 8 <= len(text) <= 10:
        return None
    return datetime.fromtimestamp(int(text), UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def is_unknown_instant(text: str) -> bool:
    """Whether a service wrote "seen, I do not know when" as the first instant of its clock."""
    return not text or text.casefold() == "unknown" or text.startswith(_UNKNOWN_DATES)


@lru_cache(maxsize=512)
def half_stars(text: str, scale: int, *, strict: bool = False, field: str = "rating") -> int | None:
    """Return a rating as half-stars 1..10; None for one that says "unrated" (empty or 0).

    Args:
        text: a number, with a point or a comma, or stars ("★★★½").
        scale: the highest rating there: 5, 10 or 100.
        strict: refuse what is not a whole number of half-stars instead of rounding to one.
        field: the column's name, for the message.

    Raises:
        BadValue: not a number, or out of range.

    >>> half_stars("4.5", 5), half_stars("7", 10), half_stars("87", 100), half_stars("0", 5)
    (9, 7, 9, None)
    """
    text = text.strip()
    if not text:
        return None
    if set(text) <= {"★", "½"}:
        text, scale = str(text.count("★") + text.count("½") / 2), 5
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise BadValue(field, f"“{text[:40]}” is not a number", f"a number up to {scale}") from None
    if value == 0:
        return None
    if not 0 < value <= scale:
        raise BadValue(
            field, f"“{text[:40]}” is out of range", f"a number above 0 and up to {scale}"
        )
    exact = value * 10 / scale
    rounded = max(1, int(exact + 0.5))
    if strict and exact != rounded:
        raise BadValue(field, f"“{text[:40]}” is not a half star", "round it to a half")
    return rounded


@lru_cache(maxsize=1024)
def release_year(text: str, today: date, field: str = "year") -> int | None:
    """Return a release year, None when empty.

    Raises:
        BadValue: not a year in which a film can be of.
    """
    text = text.strip().removesuffix(".0")
    if text in {"", "0", "0000"}:
        return None
    if not (text.isascii() and text.isdigit()) or not 1870 <= int(text[:9]) <= today.year + 10:
        raise BadValue(field, f"“{text[:40]}” is not a year of release", "four digits, or nothing")
    return int(text)


def title_of(text: str, field: str = "title") -> str:
    """Return a title without line breaks and stray blanks.

    Raises:
        BadValue: there is none, or it cannot be one.
    """
    title = text if text.isprintable() and text == text.strip() else " ".join(text.split())
    if not title:
        raise BadValue(field, "is empty", "write the film's title")
    if len(title) > LONGEST_TITLE:
        raise BadValue(
            field, f"has {len(title)} characters", "check the quotes around the lines before it"
        )
    return title


def yes(text: str) -> bool:
    """Whether a cell says yes; what is neither yes nor no is no.

    >>> yes("Yes"), yes("sì"), yes(""), yes("false")
    (True, True, False, False)
    """
    plain = text.strip().casefold()
    return plain not in _NO and plain in _YES


def tags_of(text: str, field: str = "tags") -> tuple[str, ...]:
    """Return the tags of a comma list.

    Raises:
        BadValue: too many, or one too long.
    """
    if not text or not text.strip():
        return ()
    try:
        return clean_tags(text.split(","))
    except Invalid as refusal:
        first = refusal.errors[0]
        raise BadValue(field, first.message, first.mend) from None


def imdb_id(text: object) -> str | None:
    """Return an IMDb title id, also from an address or from a number that lost its `tt`.

    >>> imdb_id("0114709"), imdb_id("https://www.imdb.com/title/tt0050083/"), imdb_id("nm1")
    ('tt0114709', 'tt0050083', None)
    """
    if not isinstance(text, str):
        return None
    text = text.strip()
    if _IMDB.fullmatch(text):
        return text
    if text.isascii() and text.isdigit() and len(text) <= 10 and int(text):
        return f"tt{text.zfill(7)}"
    found = _IMDB_ANYWHERE.search(text[:300])
    return found[0] if found else None


def tmdb_id(text: object) -> int | None:
    """Return a TMDB id, None when there is none."""
    if isinstance(text, bool):
        return None
    if isinstance(text, int):
        return text if 0 < text < 2**31 else None
    if isinstance(text, str):
        text = text.strip().removesuffix(".0")
        if text.isascii() and text.isdigit() and len(text) <= 10:
            return tmdb_id(int(text))
    return None
