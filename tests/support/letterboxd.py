"""A Letterboxd export as somebody with a thousand films has it. Synthetic, and always the same.

What makes the real ones hard is in it: the same film in four files, several viewings, two
on one day, reviews over several lines with HTML and emoji, commas and quotes in titles, films that
nobody knows, unrated ones, a `deleted/` folder that must not count.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tests.support.transfer import zipped

DIARY = ("Date", "Name", "Year", "Letterboxd URI", "Rating", "Rewatch", "Tags", "Watched Date")
REVIEWS = (*DIARY[:6], "Review", *DIARY[6:])
RATINGS = ("Date", "Name", "Year", "Letterboxd URI", "Rating")
PLAIN = ("Date", "Name", "Year", "Letterboxd URI")
LIST = ("Position", "Name", "Year", "URL", "Description")
_REVIEWS = (
    "Moved me.\n\nTwice.",
    "<b>Bold</b> & <script>alert('no')</script>",
    "“Quoted”, with a comma; and a 🎬👩‍👩‍👧 family",
    "شاهدته مع أخي",
    'She said "again"\r\nand so we did',
)
_TAGS = ("", "", "", "cinema", "with friends, home", "festival, 35mm", "Cinema")

Title = tuple[str, int]


@dataclass
class Export:
    """The rows of each file, header left out."""

    diary: list[list[str]] = field(default_factory=list)
    reviews: list[list[str]] = field(default_factory=list)
    ratings: list[list[str]] = field(default_factory=list)
    watched: list[list[str]] = field(default_factory=list)
    watchlist: list[list[str]] = field(default_factory=list)
    likes: list[list[str]] = field(default_factory=list)
    lists: dict[str, list[list[str]]] = field(default_factory=dict)

    @property
    def files(self) -> dict[str, str]:
        """The members of the zip."""
        gone = [
            ["2020-01-01", "Gone For Good", "1999", "https://boxd.it/x", "5", "", "", "2020-01-01"]
        ]
        return {
            "profile.csv": "Date Joined,Username,Given Name\n2014-02-01,someone,Some\n",
            "comments.csv": "Date,Content,Comment\n2020-01-01,https://boxd.it/1,Nice\n",
            "diary.csv": table(DIARY, self.diary),
            "reviews.csv": table(REVIEWS, self.reviews),
            "ratings.csv": table(RATINGS, self.ratings),
            "watched.csv": table(PLAIN, self.watched),
            "watchlist.csv": table(PLAIN, self.watchlist),
            "likes/films.csv": table(PLAIN, self.likes),
            "likes/reviews.csv": "Date,Letterboxd URI\n2020-01-01,https://boxd.it/2\n",
            "deleted/diary.csv": table(DIARY, gone),
            "deleted/reviews.csv": table(REVIEWS, [[*gone[0][:6], "Oh", *gone[0][6:]]]),
            **{f"lists/{name}.csv": list_file(name, rows) for name, rows in self.lists.items()},
        }

    @property
    def zip(self) -> bytes:
        """The zip as it is downloaded."""
        return zipped(self.files)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a CSV as Letterboxd does."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def list_file(name: str, rows: Iterable[Sequence[str]]) -> str:
    """Write a list as Letterboxd does."""
    about = table(
        ("Date", "Name", "Tags", "URL", "Description"),
        [("2023-01-01", name, "", "https://boxd.it/l", "Line one\nline two")],
    )
    return f"Letterboxd list export v7\n{about}\n{table(LIST, rows)}"


def export(known: Sequence[Title], unknown: int = 250, seed: int = 7) -> Export:
    """Make an export of these films and as many again that no catalogue knows.

    Args:
        known: titles and years, each once.
        unknown: how many made-up films come on top.
        seed: of the chances taken.
    """
    random = Random(seed)
    films = [*known, *((f"The Unmade Reel, Part {n}", 1930 + n % 90) for n in range(unknown))]
    random.shuffle(films)
    made = Export()
    for number, film in enumerate(films):
        _add(made, number, film, random)
    made.lists["best-of-all"] = [
        [str(place), name, str(year), "https://boxd.it/f", "why not" if place == 1 else ""]
        for place, (name, year) in enumerate(films[:40], 1)
    ]
    made.lists["rainy-days"] = [
        [str(place), name, str(year), "https://boxd.it/f", ""]
        for place, (name, year) in enumerate(films[20:60], 1)
    ]
    return made


def later(first: Export, new: Sequence[Title], seed: int = 8) -> Export:
    """Make an export of months later: all of the first, new films, a new rating, a rewatch."""
    random = Random(seed)
    after = deepcopy(first)
    changed = after.ratings[0]
    after.ratings[0] = ["2026-02-01", *changed[1:4], "0.5" if changed[4] != "0.5" else "5"]
    again, uri = after.diary[0], "https://boxd.it/again"
    after.diary.append(["2026-02-02", *again[1:3], uri, "", "Yes", "", "2026-02-01"])
    for number, film in enumerate(new, 100_000):
        _seen(after, number, film, random)
    return after


def _add(made: Export, number: int, film: Title, random: Random) -> None:
    chance = random.random()
    if chance < 0.08:
        made.watchlist.append(_plain(number, film, date(2022, 3, 1)))
    else:
        _seen(made, number, film, random)


def _seen(made: Export, number: int, film: Title, random: Random) -> None:
    day = date(2012, 1, 1) + timedelta(days=random.randrange(4400))
    rating = random.choice(["", "0.5", "1", "2", "2.5", "3", "3.5", "4", "4.5", "5"])
    made.watched.append(_plain(number, film, day))
    if random.random() < 0.7:
        days = [day]
        while random.random() < 0.25:
            days.append(days[-1] + timedelta(days=random.choice([0, 1, 200])))
        for place, seen in enumerate(days):
            _log(made, number, film, (seen, place, rating), random)
    if rating and random.random() < 0.9:
        made.ratings.append([*_plain(number, film, day), rating])
    if random.random() < 0.2:
        made.likes.append(_plain(number, film, day))


def _log(
    made: Export, number: int, film: Title, viewing: tuple[date, int, str], random: Random
) -> None:
    day, place, rating = viewing
    logged = (day + timedelta(days=random.randrange(3))).isoformat()
    start = [logged, film[0], str(film[1]), f"https://boxd.it/d{number}x{place}"]
    middle = [rating, "Yes" if place else ""]
    end = [random.choice(_TAGS), day.isoformat()]
    made.diary.append([*start, *middle, *end])
    if random.random() < 0.15:
        text = f"{random.choice(_REVIEWS)} ({number}, {place})"
        made.reviews.append([*start, *middle, text, *end])


def _plain(number: int, film: Title, day: date) -> list[str]:
    return [day.isoformat(), film[0], str(film[1]), f"https://boxd.it/f{number}"]
