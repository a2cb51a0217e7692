"""Made-up films, users and changes: the same for the same seed, skewed as real ones are."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import msgspec

from cinematch.events.core import Event, FilmFacts, Image, Person, Watch, encode, event_type_of
from cinematch.films.core.film import GENRES
from cinematch.infra.ports import Tx
from cinematch.infra.sqlite import Database, open_database

_AT = "2026-11-21T10:00:00.000000Z"
_FIRST_DAY = date(2015, 1, 1)
_COUNTRIES = ("US", "FR", "IT", "GB", "JP", "DE", "KR", "ES")
_LANGUAGES = ("en", "fr", "it", "ja", "de", "ko", "es")


@dataclass(frozen=True)
class Made:
    """A workload written to a data folder."""

    films: Sequence[FilmFacts]
    users: Sequence[str]
    events: int


def make_films(count: int, seed: int = 1) -> list[FilmFacts]:
    """Return films whose directors and actors return, a few of them very often."""
    chance = random.Random(seed)
    directors = [Person(f"nm{n:07}", f"Director {n}") for n in range(max(20, count // 3))]
    actors = [Person(f"nm{n + 5_000_000:07}", f"Actor {n}") for n in range(max(50, count))]
    return [
        FilmFacts(
            film_id=f"film{n:09}",
            title=f"The Film Number {n}",
            year=1920 + int(106 * chance.random() ** 0.6),
            runtime=chance.randint(70, 190),
            genres=tuple(chance.sample(GENRES, chance.randint(1, 3))),
            directors=(directors[_skewed(chance, len(directors))],),
            cast=tuple(actors[_skewed(chance, len(actors))] for _ in range(5)),
            countries=(_COUNTRIES[_skewed(chance, len(_COUNTRIES))],),
            languages=(_LANGUAGES[_skewed(chance, len(_LANGUAGES))],),
        )
        for n in range(count)
    ]


def make_events(films: Sequence[FilmFacts], user_id: str, count: int, seed: int) -> list[Event]:
    """Return a user's changes: four in five add a film, the others rate anew, edit or remove."""
    chance = random.Random(f"{seed} {user_id}")
    order = chance.sample(range(len(films)), len(films))
    mine: dict[str, Image] = {}
    events: list[Event] = []
    for seq in range(1, count + 1):
        before, after = _next_change(chance, films, order, mine)
        image = after or before
        assert image is not None
        mine.pop(image.film.film_id, None)
        if after is not None:
            mine[image.film.film_id] = after
        events.append(
            Event(
                event_id=f"{user_id}-{seq}",
                user_id=user_id,
                seq=seq,
                event_type=event_type_of(before, after),
                occurred_at=_AT,
                before=before,
                after=after,
            )
        )
    return events


def images_of(films: Sequence[FilmFacts], count: int, seed: int = 3) -> Iterator[Image]:
    """Yield `count` films as somebody has seen and mostly rated them."""
    chance = random.Random(seed)
    for film in chance.sample(films, count):
        yield _image(chance, film)


def write_films(tx: Tx, films: Sequence[FilmFacts]) -> None:
    """Put films into the catalogue, as far as statistics read it."""
    tx.executemany(
        "INSERT INTO movies_catalog (film_id, title, year, runtime, genres, directors,"
        " mean_rating, updated_at) VALUES (?, ?, ?, ?, '[\"Drama\"]', ?, 6.9, '')",
        [
            (
                film.film_id,
                film.title,
                film.year,
                film.runtime,
                msgspec.json.encode(film.directors).decode(),
            )
            for film in films
        ],
    )


def write_users(tx: Tx, users: Sequence[str]) -> None:
    """Make accounts that nobody can sign in to."""
    tx.executemany(
        "INSERT INTO users (user_id, username, username_key, password_hash, role, created_at)"
        " VALUES (?, ?, ?, '', 'user', '')",
        [(user, user, user) for user in users],
    )


def write_outbox(folder: Path, *, users: int, events: int, films: int = 5000) -> Made:
    """Fill a new data folder's outbox with the users' changes, taking turns."""
    made = make_films(films)
    names = [f"user{n:04}" for n in range(users)]
    streams = [make_events(made, name, events // users, seed=2) for name in names]
    store: Database = open_database(folder)

    def work(tx: Tx) -> None:
        write_users(tx, names)
        write_films(tx, made)
        for turn in zip(*streams, strict=True):
            tx.executemany(
                "INSERT INTO outbox (user_id, seq, event_type, film_id, occurred_at, payload)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (e.user_id, e.seq, e.event_type, e.film_id, e.occurred_at, encode(e))
                    for e in turn
                ],
            )

    store.transact(work)
    store.close()
    return Made(made, names, events // users * users)


def _next_change(
    chance: random.Random, films: Sequence[FilmFacts], order: list[int], mine: dict[str, Image]
) -> tuple[Image | None, Image | None]:
    lot = chance.random()
    if lot < 0.8 or not mine:
        return None, _image(chance, films[order.pop()])
    before = chance.choice(list(mine.values()))
    if lot < 0.9:
        return before, Image(before.film, chance.randint(1, 10), before.watches, before.liked)
    if lot < 0.95:
        watches = (*before.watches, Watch("w2", _day(chance), rewatch=True))
        return before, Image(before.film, before.rating, watches, not before.liked)
    return before, None


def _image(chance: random.Random, film: FilmFacts) -> Image:
    rating = None if chance.random() < 0.1 else min(10, max(1, round(chance.gauss(7, 2))))
    return Image(film, rating, (Watch("w1", _day(chance)),), liked=chance.random() < 0.1)


def _day(chance: random.Random) -> str:
    if chance.random() < 0.1:
        return ""
    return (_FIRST_DAY + timedelta(days=chance.randrange(4300))).isoformat()


def _skewed(chance: random.Random, count: int) -> int:
    return int(count * chance.random() ** 2.5)
